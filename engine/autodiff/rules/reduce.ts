import { intOf, type Node } from '../../graph/graph.ts';
import { defineRule, type InputRule, type RuleContext } from '../registry.ts';

/** A gradient of the reduced shape, with the reduced axes back as 1 so that it broadcasts against the input. */
function kept(c: RuleContext, value: string): string {
  const { b, node, x } = c;
  if (intOf(node, 'keepdims', 1) === 1) return value;
  if (x[1]) return b.emit('Unsqueeze', [value, x[1]]);
  return b.unsqueeze(value, [...Array(c.rank(x[0])).keys()]);
}

const spread = (c: RuleContext, value: string) => c.b.expand(value, c.b.shape(c.x[0]));

/** Number of input elements per output element, as a float scalar. */
function groupSize(c: RuleContext): string {
  const { b, x, y } = c;
  const count = (value: string) => b.emit('Cast', [b.emit('Size', [value])], { to: 1 });
  return b.div(count(x[0]), count(y[0]));
}

/** No axes and noop_with_empty_axes: the operator is the identity. */
const isNoop = (node: Node) => !node.inputs[1] && intOf(node, 'noop_with_empty_axes', 0) === 1;

/** The gradient of a reduction has its input's shape, also where the axes are computed and its operators do not tell. */
const defineReduction = (op: string, rule: InputRule) => defineRule(op, (c) => c.likeInput(rule(c)), null);

defineReduction('ReduceSum', (c) => (isNoop(c.node) ? c.dy : spread(c, kept(c, c.dy))));
defineReduction('ReduceMean', (c) =>
  isNoop(c.node) ? c.dy : spread(c, c.b.div(kept(c, c.dy), groupSize(c))),
);
defineReduction('ReduceSumSquare', (c) => c.b.mul(kept(c, c.dy), c.b.scale(c.x[0], 2)));
defineReduction('ReduceL2', (c) => c.b.mul(kept(c, c.b.div(c.dy, c.y[0])), c.x[0]));
defineReduction('ReduceL1', (c) => c.b.mul(kept(c, c.dy), c.b.emit('Sign', [c.x[0]])));
defineReduction('ReduceLogSumExp', (c) => c.b.mul(kept(c, c.dy), c.b.exp(c.b.sub(c.x[0], kept(c, c.y[0])))));

/** The gradient goes to every element that attains the extremum. */
const toExtremum: InputRule = (c) => {
  const attained = c.b.emit('Equal', [c.x[0], kept(c, c.y[0])]);
  return c.b.emit('Where', [attained, kept(c, c.dy), c.b.scalar(0)]);
};
defineReduction('ReduceMax', toExtremum);
defineReduction('ReduceMin', toExtremum);
