/**
 * Scales all gradients so that their common L2 norm is at most `maxNorm` (Pascanu et al. 2013); returns the norm
 * before. A norm that is not finite is returned and nothing is scaled.
 */
export function clipGlobalNorm(gradients: readonly Float32Array[], maxNorm: number): number {
  const norm = Math.sqrt(gradients.reduce((sum, gradient) => sum + sumOfSquares(gradient), 0));
  if (!(norm > maxNorm) || !Number.isFinite(norm)) return norm;
  const factor = maxNorm / norm;
  for (const gradient of gradients) for (let i = 0; i < gradient.length; i++) gradient[i]! *= factor;
  return norm;
}

/** Four sums side by side: one alone waits for each addition to finish before the next. */
function sumOfSquares(values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const even = values.length - (values.length % 4);
  for (let i = 0; i < even; i += 4) {
    a += values[i]! * values[i]!;
    b += values[i + 1]! * values[i + 1]!;
    c += values[i + 2]! * values[i + 2]!;
    d += values[i + 3]! * values[i + 3]!;
  }
  for (let i = even; i < values.length; i++) a += values[i]! * values[i]!;
  return a + b + c + d;
}
