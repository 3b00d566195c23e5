import { codeOf } from '../../graph/tensor.ts';
import { defineRule, defineVariadicRule, type RuleContext } from '../registry.ts';

defineRule(
  'Add',
  ({ dy }) => dy,
  ({ dy }) => dy,
);
defineRule(
  'Sub',
  ({ dy }) => dy,
  ({ b, dy }) => b.neg(dy),
);
defineRule(
  'Mul',
  ({ b, x, dy }) => b.mul(dy, x[1]),
  ({ b, x, dy }) => b.mul(dy, x[0]),
);
defineRule(
  'Div',
  ({ b, x, dy }) => b.div(dy, x[1]),
  ({ b, x, y, dy }) => b.neg(b.div(b.mul(dy, y[0]), x[1])),
);
defineRule(
  'Pow',
  ({ b, x, dy }) => {
    const exponent = b.sub(x[1], b.scalar(1));
    return b.mul(dy, b.mul(x[1], b.emit('Pow', [x[0], exponent])));
  },
  ({ b, x, y, dy }) => b.mul(dy, b.mul(y[0], b.emit('Log', [x[0]]))),
);
defineRule('Neg', ({ b, dy }) => b.neg(dy));
defineRule('Abs', ({ b, x, dy }) => b.mul(dy, b.emit('Sign', [x[0]])));
defineRule('Sqrt', ({ b, y, dy }) => b.div(b.scale(dy, 0.5), y[0]));
defineRule('Exp', ({ b, y, dy }) => b.mul(dy, y[0]));
defineRule('Log', ({ b, x, dy }) => b.div(dy, x[0]));
defineRule('Sin', ({ b, x, dy }) => b.mul(dy, b.emit('Cos', [x[0]])));
defineRule('Cos', ({ b, x, dy }) => b.neg(b.mul(dy, b.emit('Sin', [x[0]]))));
defineRule('Reciprocal', ({ b, y, dy }) => b.neg(b.mul(dy, b.mul(y[0], y[0]))));
defineRule('Identity', ({ dy }) => dy);
defineRule('Dropout', ({ dy }) => dy, null, null);
defineRule('Cast', ({ b, x, dy, shape }) => {
  const dtype = shape(x[0]).dtype;
  return dtype === 'float32' ? dy : b.emit('Cast', [dy], { to: codeOf(dtype as 'float32') });
});
defineRule(
  'Where',
  null,
  ({ b, x, dy }) => b.emit('Where', [x[0], dy, b.scalar(0)]),
  ({ b, x, dy }) => b.emit('Where', [x[0], b.scalar(0), dy]),
);
defineRule(
  'Clip',
  ({ b, x, y, dy }) => b.emit('Where', [b.emit('Equal', [x[0], y[0]]), dy, b.scalar(0)]),
  null,
  null,
);

/** The gradient goes to the inputs that attain the extremum, all of them on a tie. */
const toExtremum = ({ b, x, y, dy, index }: RuleContext) =>
  b.emit('Where', [b.emit('Equal', [x[index]!, y[0]]), dy, b.scalar(0)]);
defineVariadicRule('Max', toExtremum);
defineVariadicRule('Min', toExtremum);
defineVariadicRule('Sum', ({ dy }) => dy);
defineVariadicRule('Mean', ({ b, node, dy }) => b.scale(dy, 1 / node.inputs.length));
