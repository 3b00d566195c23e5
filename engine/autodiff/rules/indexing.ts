import { intOf } from '../../graph/graph.ts';
import { defineRule, type RuleContext } from '../registry.ts';

const axisOf = (c: RuleContext, fallback: number) => {
  const axis = intOf(c.node, 'axis', fallback);
  return axis < 0 ? axis + c.rank(c.x[0]) : axis;
};

/** Zeros shaped like `target`, plus `values` added at `indices` along `axis`. */
function scatterAdd(
  c: RuleContext,
  at: { shape: string; indices: string; values: string; axis: number },
): string {
  const zeros = c.b.expand(c.b.scalar(0), at.shape);
  return c.b.emit('ScatterElements', [zeros, at.indices, at.values], { axis: at.axis, reduction: 'add' });
}

/** Scatters slices of dY back: `positions` is 1-D, one index per slice along `axis`. */
function scatterSlices(
  c: RuleContext,
  at: { shape: string; positions: string; values: string; axis: number; rank: number },
): string {
  const around = Array.from({ length: at.rank }, (_, i) => (i === at.axis ? -1 : 1));
  const column = c.b.reshape(at.positions, c.b.ints(around));
  const indices = c.b.expand(column, c.b.shape(at.values));
  return scatterAdd(c, { shape: at.shape, indices, values: at.values, axis: at.axis });
}

/** One slice of an axis was taken, at a known position: zeros before and behind it. */
function surrounded({ b, x, dy, rank }: RuleContext, axis: number, position: number): string {
  const zeros = (count: number): string[] => (count > 0 ? [b.ints(Array(count).fill(0))] : []);
  const behind = b.sub(b.dim(x[0], axis), b.ints([position + 1]));
  const others = zeros(rank(x[0]) - 1);
  const pads = [...zeros(axis), b.ints([position]), ...others, behind, ...zeros(rank(x[0]) - 1 - axis)];
  return b.emit('Pad', [dy, b.concat(pads, 0)]);
}

/** Rows that were looked up several times get the sum of their gradients. */
defineRule(
  'Gather',
  (c) => {
    const { b, x, dy } = c;
    const rank = c.rank(x[0]);
    const axis = axisOf(c, 0);
    const only = c.rank(x[1]) === 1 ? b.integersOf(x[1]) : undefined;
    if (only?.length === 1 && only[0]! >= 0) return surrounded(c, axis, only[0]!);
    const shape = b.shape(x[0]);
    const positions = b.reshape(x[1], b.ints([-1]));
    const part = (from: number, to: number) =>
      b.emit('Slice', [shape, b.ints([from]), b.ints([to]), b.ints([0])]);
    const parts = [
      ...(axis > 0 ? [part(0, axis)] : []),
      b.shape(positions),
      ...(axis + 1 < rank ? [part(axis + 1, rank)] : []),
    ];
    const values = b.reshape(dy, b.concat(parts, 0));
    return scatterSlices(c, { shape, positions, values, axis, rank });
  },
  null,
);

defineRule(
  'GatherElements',
  (c) => scatterAdd(c, { shape: c.b.shape(c.x[0]), indices: c.x[1], values: c.dy, axis: axisOf(c, 0) }),
  null,
);

defineRule(
  'GatherND',
  ({ b, x, dy, node, unsupported }) => {
    if (intOf(node, 'batch_dims', 0) !== 0) unsupported('it has batch_dims');
    return b.emit('ScatterND', [b.zerosLike(x[0]), x[1], dy], { reduction: 'add' });
  },
  null,
);

/**
 * Slicing the numbers 0..n-1 of an axis the same way tells which positions were taken; dY goes back there, one axis
 * after the other from the last. Covers negative steps, open ends and computed bounds alike.
 */
defineRule(
  'Slice',
  (c) => {
    const { b, x } = c;
    const rank = c.rank(x[0]);
    const count = c.shape(x[1]).dims[0]![0];
    const at = (value: string | undefined, i: number) =>
      value ? b.emit('Slice', [value, b.ints([i]), b.ints([i + 1]), b.ints([0])]) : undefined;
    let values = c.dy;
    for (let i = count - 1; i >= 0; i--) {
      const axis = staticAxis(c, i, rank);
      const size = b.squeeze(b.dim(x[0], axis), [0]);
      const all = b.emit('Range', [b.constantInt(0), size, b.constantInt(1)]);
      const step = at(x[4], i);
      const positions = b.emit('Slice', [
        all,
        at(x[1], i)!,
        at(x[2], i)!,
        b.ints([0]),
        ...(step ? [step] : []),
      ]);
      const own = b.shape(values);
      const grown = b.emit('ScatterElements', [own, b.ints([axis]), b.dim(x[0], axis)]);
      values = scatterSlices(c, { shape: grown, positions, values, axis, rank });
    }
    return c.likeInput(values);
  },
  null,
  null,
  null,
  null,
);

function staticAxis(c: RuleContext, i: number, rank: number): number {
  const name = c.x[3];
  if (!name) return i;
  const axis = c.b.integersOf(name)?.[i];
  if (axis === undefined) return c.unsupported('its axes are computed');
  return axis < 0 ? axis + rank : axis;
}
