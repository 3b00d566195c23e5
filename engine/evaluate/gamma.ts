import type { Random } from '../random.ts';

/** What draws are made from. */
export type Source = Pick<Random, 'uniform' | 'normal'>;

/** From a gamma distribution of scale 1 (Marsaglia and Tsang 2000). */
export function gamma(shape: number, random: Source): number {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
