import { intOf, intsOf } from '../../graph/graph.ts';
import { defineRule, type RuleContext } from '../registry.ts';

/** Padding with the opposite sign cuts off what was put around, and puts zeros where something was cut off. */
defineRule(
  'Pad',
  ({ b, x, dy, node, unsupported, likeInput }) => {
    const mode = node.attributes.get('mode');
    if (mode?.kind === 'string' && mode.value !== 'constant') unsupported(`it pads by "${mode.value}"`);
    const axes = x[3] ? ['', x[3]] : [];
    return likeInput(b.emit('Pad', [dy, b.neg(x[1]), ...axes]));
  },
  null,
  null,
  null,
);

/** How a convolution of stride 1 was made; dims: x [N, C, …], W [M, C / group, kernel …], y [N, M, …]. */
function formOf({ node, rank, shape, x, unsupported }: RuleContext) {
  const spatial = rank(x[0]) - 2;
  const ones = Array<number>(spatial).fill(1);
  const padding = node.attributes.get('auto_pad');
  if (padding?.kind === 'string' && padding.value !== 'NOTSET') unsupported('it pads by itself');
  if ((intsOf(node, 'strides') ?? ones).some((stride) => stride !== 1)) unsupported('it has strides');
  return {
    spatial,
    group: intOf(node, 'group', 1),
    dilations: intsOf(node, 'dilations') ?? ones,
    pads: intsOf(node, 'pads') ?? [...ones, ...ones].fill(0),
    channelsPerGroup: shape(x[1]).dims[1]![0],
  };
}

/**
 * dX is the transposed convolution of dY. dW is the convolution of X with dY, batch and channels changed about: each weight
 * is the sum over batch and places of what it was multiplied with; the dilation becomes the stride.
 */
defineRule(
  'Conv',
  (c) => {
    const { group, dilations, pads } = formOf(c);
    return c.likeInput(c.b.emit('ConvTranspose', [c.dy, c.x[1]], { group, dilations, pads }));
  },
  (c) => {
    const { b, x, dy } = c;
    const { spatial, group, dilations, pads, channelsPerGroup } = formOf(c);
    const rest = Array.from({ length: spatial }, (_, i) => i + 2);
    const turn = [1, 0, ...rest];
    // [N, group · C', …] → [C', group · N, …], so that each group's kernel meets its own channels.
    const sizes = b.emit('Slice', [b.shape(x[0]), b.ints([2]), b.ints([spatial + 2]), b.ints([0])]);
    const split = b.reshape(x[0], b.concat([b.ints([0, group, channelsPerGroup]), sizes], 0));
    const grouped = b.reshape(
      b.transpose(split, [2, 1, 0, ...rest.map((axis) => axis + 1)]),
      b.concat([b.ints([channelsPerGroup, -1]), sizes], 0),
    );
    const found = b.emit('Conv', [grouped, b.transpose(dy, turn)], { group, strides: dilations, pads });
    return c.likeInput(b.emit('Transpose', [found], { perm: turn }));
  },
  (c) => {
    const others = Array.from({ length: c.rank(c.y[0]) }, (_, axis) => axis).filter((axis) => axis !== 1);
    return c.likeInput(c.b.sum(c.dy, others, 0));
  },
);
