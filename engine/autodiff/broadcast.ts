import type { GraphBuilder } from '../graph/builder.ts';
import type { Dim } from '../graph/shapes.ts';

const same = (a: Dim, b: Dim) => a[0] === b[0] && a[1] === b[1];

/**
 * Sums a gradient of shape `from` back to the shape `to` of an operand that was broadcast to it
 * (ONNX Broadcasting.md): added leading axes vanish, stretched axes become 1 again.
 */
export function sumToShape(
  builder: GraphBuilder,
  value: string,
  shapes: { readonly from: readonly Dim[]; readonly to: readonly Dim[] },
): string {
  const added = shapes.from.length - shapes.to.length;
  const stretched = shapes.to.flatMap((dim, axis) => (same(dim, shapes.from[axis + added]!) ? [] : [axis]));
  const leading = Array.from({ length: added }, (_, axis) => axis);
  const shortened = added === 0 ? value : builder.sum(value, leading, 0);
  return stretched.length === 0 ? shortened : builder.sum(shortened, stretched, 1);
}
