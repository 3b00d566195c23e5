import { reshapeTarget } from '../../graph/fuse/reshape.ts';
import { intOf, intsOf } from '../../graph/graph.ts';
import { defineRule, defineVariadicRule, type RuleContext } from '../registry.ts';

const likeInput = ({ b, x, y, dy, shape }: RuleContext) => {
  const target = reshapeTarget(shape(y[0]).dims, shape(x[0]).dims);
  return b.reshape(dy, target ? b.ints(target) : b.shape(x[0]));
};

defineRule('Reshape', likeInput, null);
defineRule('Flatten', likeInput);
defineRule('Squeeze', likeInput, null);
defineRule('Unsqueeze', likeInput, null);
defineRule('Transpose', ({ b, x, dy, node, rank }) => {
  const perm = intsOf(node, 'perm') ?? [...Array(rank(x[0])).keys()].reverse();
  return b.transpose(
    dy,
    perm.map((_, axis) => perm.indexOf(axis)),
  );
});
defineRule('Expand', ({ dy }) => dy, null);

/** Each axis of length n repeated r times: split it into [r, n] and sum over r. */
defineRule(
  'Tile',
  ({ b, x, dy, rank, likeInput }) => {
    const pairs = b.concat([b.unsqueeze(x[1], [1]), b.unsqueeze(b.shape(x[0]), [1])], 1);
    const split = b.reshape(dy, b.reshape(pairs, b.ints([-1])));
    const repeats = Array.from({ length: rank(x[0]) }, (_, axis) => 2 * axis);
    return likeInput(b.sum(split, repeats, 0));
  },
  null,
);

/** The part of dY that came from this input: from the sum of the sizes before it. */
defineVariadicRule('Concat', ({ b, x, dy, node, index, rank }) => {
  const raw = intOf(node, 'axis', 0);
  const axis = raw < 0 ? raw + rank(x[index]!) : raw;
  const before = x.slice(0, index).map((value) => b.dim(value, axis));
  const start = before.reduce((sum, size) => b.add(sum, size), b.ints([0]));
  const end = b.add(start, b.dim(x[index]!, axis));
  return b.emit('Slice', [dy, start, end, b.ints([axis])]);
});

defineRule(
  'Split',
  ({ b, y, dys, node }) =>
    b.concat(
      dys.map((dy, i) => dy ?? b.zerosLike(y[i]!)),
      intOf(node, 'axis', 0),
    ),
  null,
);
