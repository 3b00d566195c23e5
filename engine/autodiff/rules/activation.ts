import type { GraphBuilder } from '../../graph/builder.ts';
import { floatOf, intOf, stringOf } from '../../graph/graph.ts';
import { defineRule, type InputRule } from '../registry.ts';

defineRule('Tanh', ({ b, y, dy }) => b.mul(dy, b.sub(b.scalar(1), b.mul(y[0], y[0]))));
defineRule('Sigmoid', ({ b, y, dy }) => b.mul(dy, b.mul(y[0], b.sub(b.scalar(1), y[0]))));
defineRule('Relu', ({ b, x, dy }) =>
  b.emit('Where', [b.emit('Greater', [x[0], b.scalar(0)]), dy, b.scalar(0)]),
);
defineRule('LeakyRelu', ({ b, x, dy, node }) =>
  b.emit('Where', [b.emit('Greater', [x[0], b.scalar(0)]), dy, b.scale(dy, floatOf(node, 'alpha', 0.01))]),
);
defineRule('Elu', ({ b, x, y, dy, node }) => {
  const negative = b.mul(dy, b.add(y[0], b.scalar(floatOf(node, 'alpha', 1))));
  return b.emit('Where', [b.emit('Greater', [x[0], b.scalar(0)]), dy, negative]);
});
defineRule('Softplus', ({ b, x, dy }) => b.mul(dy, b.emit('Sigmoid', [x[0]])));
defineRule('Erf', ({ b, x, dy }) => b.mul(dy, b.scale(gauss(b, x[0], -1), 2 / Math.sqrt(Math.PI))));

/** exp(factor * x^2). */
const gauss = (b: GraphBuilder, x: string, factor: number) => b.exp(b.scale(b.mul(x, x), factor));

/** d/dx of x * Phi(x): Phi(x) + x * phi(x), with the normal distribution's Phi and density phi. */
const erfGelu: InputRule = ({ b, x, dy }) => {
  const erf = b.emit('Erf', [b.scale(x[0], Math.SQRT1_2)]);
  const cumulative = b.scale(b.add(erf, b.scalar(1)), 0.5);
  const density = b.scale(gauss(b, x[0], -0.5), 1 / Math.sqrt(2 * Math.PI));
  return b.mul(dy, b.add(cumulative, b.mul(x[0], density)));
};

/** GELU by tanh: with t = tanh(k (x + c x^3)), 0.5 (1 + t) + 0.5 x (1 - t^2) k (1 + 3 c x^2). */
const tanhGelu: InputRule = ({ b, x, dy }) => {
  const k = Math.sqrt(2 / Math.PI);
  const c = 0.044715;
  const square = b.mul(x[0], x[0]);
  const inner = b.mul(x[0], b.scale(b.add(b.scale(square, c), b.scalar(1)), k));
  const t = b.emit('Tanh', [inner]);
  const slope = b.scale(b.add(b.scale(square, 3 * c), b.scalar(1)), 0.5 * k);
  const steep = b.mul(b.mul(x[0], b.sub(b.scalar(1), b.mul(t, t))), slope);
  return b.mul(dy, b.add(b.scale(b.add(t, b.scalar(1)), 0.5), steep));
};

defineRule('Gelu', (c) => (stringOf(c.node, 'approximate', 'none') === 'tanh' ? tanhGelu(c) : erfGelu(c)));
defineRule('com.microsoft.Gelu', erfGelu);
defineRule('com.microsoft.FastGelu', tanhGelu);
defineRule('com.microsoft.QuickGelu', ({ b, x, y, dy, node }) => {
  const alpha = floatOf(node, 'alpha', 1.702);
  const s = b.emit('Sigmoid', [b.scale(x[0], alpha)]);
  const rest = b.scale(b.mul(y[0], b.sub(b.scalar(1), s)), alpha);
  return b.mul(dy, b.add(s, rest));
});
defineRule('HardSigmoid', ({ b, x, y, dy, node }) => {
  const inside = b.emit('And', [b.emit('Greater', [y[0], b.scalar(0)]), b.emit('Less', [y[0], b.scalar(1)])]);
  return b.emit('Where', [inside, b.scale(dy, floatOf(node, 'alpha', 0.2)), b.mul(x[0], b.scalar(0))]);
});
defineRule('Softmax', ({ b, y, dy, node }) => {
  const inner = b.sum(b.mul(dy, y[0]), [intOf(node, 'axis', -1)], 1);
  return b.mul(y[0], b.sub(dy, inner));
});
defineRule('LogSoftmax', ({ b, y, dy, node }) =>
  b.sub(dy, b.mul(b.exp(y[0]), b.sum(dy, [intOf(node, 'axis', -1)], 1))),
);
