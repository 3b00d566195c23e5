/** A learning curve: figures after 0, step, 2 · step, … annotated documents. */
export type Curve = readonly number[];

/** The non-decreasing curve that is nearest (isotonic regression, pool adjacent violators: Barlow et al. 1972). */
export function isotonic(curve: Curve): number[] {
  const blocks: { value: number; size: number }[] = [];
  for (const value of curve) {
    blocks.push({ value, size: 1 });
    for (;;) {
      const [before, last] = blocks.slice(-2);
      if (!before || !last || before.value <= last.value) break;
      const size = before.size + last.size;
      blocks.splice(-2, 2, { value: (before.value * before.size + last.value * last.size) / size, size });
    }
  }
  return blocks.flatMap(({ value, size }) => new Array<number>(size).fill(value));
}

/**
 * After how many documents a curve reaches a figure, between two of its points by interpolation; `never` where it does
 * not. The curve is made non-decreasing before: one lucky point is no arrival.
 */
export function reaches(
  curve: Curve,
  figure: number,
  { step, never }: { step: number; never: number },
): number {
  const smooth = isotonic(curve);
  const at = smooth.findIndex((value) => value >= figure - 1e-12);
  if (at < 0) return never;
  if (at === 0) return 0;
  const [below, above] = [smooth[at - 1]!, smooth[at]!];
  return step * (at - 1 + (figure - below) / (above - below));
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, x) => sum + x, 0) / values.length;

/** Curves of several seeds as one. */
export const meanCurve = (curves: readonly Curve[]): number[] =>
  curves[0]!.map((_, i) => mean(curves.map((curve) => curve[i]!)));
