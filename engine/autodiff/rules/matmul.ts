import { floatOf, intOf } from '../../graph/graph.ts';
import type { Dim } from '../../graph/shapes.ts';
import { defineRule, type RuleContext } from '../registry.ts';

/** Axes 0..rank-1 with the last two exchanged. */
const swapped = (rank: number) => [...Array(rank - 2).keys(), rank - 1, rank - 2];

const transposed = ({ b, rank }: RuleContext, value: string, r = rank(value)) =>
  b.transpose(value, swapped(r));

function requireMatrices({ x, rank, unsupported }: RuleContext): void {
  if (rank(x[0]) < 2 || rank(x[1]) < 2) unsupported('it multiplies a vector');
}

/** dA = dY B^T. */
function leftGradient(c: RuleContext): string {
  requireMatrices(c);
  return c.b.matmul(c.dy, transposed(c, c.x[1]));
}

/** dB = A^T dY; when B is one matrix for a whole batch, as one product over all rows. */
function rightGradient(c: RuleContext): string {
  requireMatrices(c);
  const { b, x, dy, rank, shape } = c;
  if (rank(x[1]) > 2) return b.matmul(transposed(c, x[0]), dy);
  const rows = (value: string, columns: Dim) => {
    if (rank(value) === 2) return value;
    if (columns[0] !== columns[1]) c.unsupported('its matrix changes its width');
    return b.reshape(value, b.ints([-1, columns[0]]));
  };
  const [inner, outer] = shape(x[1]).dims as [Dim, Dim];
  const left = rows(x[0], inner);
  const right = rank(x[0]) === 2 ? dy : b.reshape(dy, b.ints([-1, outer[0]]));
  return b.emit('Gemm', [left, right], { transA: 1 });
}

defineRule('MatMul', leftGradient, rightGradient);

/** Y = alpha op(A) op(B) + beta C: the four cases of transA, transB as one product each. */
const gemmFlags = (c: RuleContext) => ({
  alpha: floatOf(c.node, 'alpha', 1),
  transA: intOf(c.node, 'transA', 0),
  transB: intOf(c.node, 'transB', 0),
});
defineRule(
  'Gemm',
  (c) => {
    const { alpha, transA, transB } = gemmFlags(c);
    return transA
      ? c.b.emit('Gemm', [c.x[1], c.dy], { alpha, transA: transB, transB: 1 })
      : c.b.emit('Gemm', [c.dy, c.x[1]], { alpha, transB: 1 - transB });
  },
  (c) => {
    const { alpha, transA, transB } = gemmFlags(c);
    return transB
      ? c.b.emit('Gemm', [c.dy, c.x[0]], { alpha, transA: 1, transB: transA })
      : c.b.emit('Gemm', [c.x[0], c.dy], { alpha, transA: 1 - transA });
  },
  (c) => {
    const beta = floatOf(c.node, 'beta', 1);
    return beta === 1 ? c.dy : c.b.scale(c.dy, beta);
  },
);
