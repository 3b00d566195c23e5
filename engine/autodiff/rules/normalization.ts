import { intOf } from '../../graph/graph.ts';
import { defineRule, type RuleContext } from '../registry.ts';

function normalizedAxes({ node, x, rank }: RuleContext): number[] {
  const r = rank(x[0]);
  const axis = intOf(node, 'axis', -1);
  const first = axis < 0 ? axis + r : axis;
  return Array.from({ length: r - first }, (_, i) => first + i);
}

/** (x - mean) / deviation, from the operator's own second and third outputs. */
const normalized = (c: RuleContext) => c.b.mul(c.b.sub(c.x[0], c.output(1)), c.output(2));

/**
 * With n = (x - mean) / deviation and t = dY * scale: (t - mean(t) - n mean(t n)) / deviation (Ba et al. 2016).
 * mean(t n) comes from mean(t x), so that n itself, two more passes over the values, is never made.
 */
function inputGradient(c: RuleContext): string {
  const { b, x, dy } = c;
  const axes = normalizedAxes(c);
  const [mean, inverse] = [c.output(1), c.output(2)];
  const t = b.mul(dy, x[1]);
  const meanT = b.mean(t, axes, 1);
  const meanTx = b.mean(b.mul(t, x[0]), axes, 1);
  const meanTn = b.mul(b.sub(meanTx, b.mul(mean, meanT)), inverse);
  const slope = b.mul(meanTn, inverse);
  const offset = b.sub(b.mul(mean, slope), meanT);
  return b.mul(b.add(b.sub(t, b.mul(x[0], slope)), offset), inverse);
}

defineRule(
  'LayerNormalization',
  inputGradient,
  (c) => c.b.mul(c.dy, normalized(c)),
  (c) => c.dy,
);
