/**
 * Scales all gradients so that their common L2 norm is at most `maxNorm` (Pascanu et al. 2013); returns the norm
 * before. A norm that is not finite is returned and nothing is scaled.
 */
export function clipGlobalNorm(gradients: readonly Float32Array[], maxNorm: number): number {
  let squares = 0;
  for (const gradient of gradients) for (const g of gradient) squares += g * g;
  const norm = Math.sqrt(squares);
  if (!(norm > maxNorm) || !Number.isFinite(norm)) return norm;
  const factor = maxNorm / norm;
  for (const gradient of gradients) for (let i = 0; i < gradient.length; i++) gradient[i]! *= factor;
  return norm;
}
