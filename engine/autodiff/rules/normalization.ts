import { intOf } from '../../graph/graph.ts';
import { defineRule, type RuleContext } from '../registry.ts';

function normalizedAxes({ node, x, rank }: RuleContext): number[] {
  const r = rank(x[0]!);
  const axis = intOf(node, 'axis', -1);
  const first = axis < 0 ? axis + r : axis;
  return Array.from({ length: r - first }, (_, i) => first + i);
}

/** (x - mean) / deviation, from the operator's own second and third outputs. */
const normalized = (c: RuleContext) => c.b.mul(c.b.sub(c.x[0]!, c.output(1)), c.output(2));

/** With n the normalized input and g = dY * scale: (g - mean(g) - n mean(g n)) / deviation (Ba et al. 2016). */
function inputGradient(c: RuleContext): string {
  const { b, x, dy } = c;
  const axes = normalizedAxes(c);
  const n = normalized(c);
  const g = b.mul(dy, x[1]!);
  const centred = b.sub(g, b.mean(g, axes, 1));
  return b.mul(b.sub(centred, b.mul(n, b.mean(b.mul(g, n), axes, 1))), c.output(2));
}

defineRule(
  'LayerNormalization',
  inputGradient,
  (c) => c.toOperand(c.b.mul(c.dy, normalized(c))),
  (c) => c.toOperand(c.dy),
);
