/**
 * Σ one[atOne + i] · other[atOther + i] over `length` places; four sums at once, so that additions do not wait for each
 * other.
 */
export function dot(
  one: Float32Array,
  atOne: number,
  other: Float32Array,
  atOther: number,
  length: number,
): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    a += one[atOne + i]! * other[atOther + i]!;
    b += one[atOne + i + 1]! * other[atOther + i + 1]!;
    c += one[atOne + i + 2]! * other[atOther + i + 2]!;
    d += one[atOne + i + 3]! * other[atOther + i + 3]!;
  }
  for (; i < length; i++) a += one[atOne + i]! * other[atOther + i]!;
  return a + b + c + d;
}
