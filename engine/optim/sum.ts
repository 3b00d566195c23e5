/** Adds gradients of several sources into the first, over [start, end); returns the sum of squares of the result. */
export function sumGradients(sources: readonly Float32Array[], start: number, end: number): number {
  const [into, ...others] = sources as [Float32Array, ...Float32Array[]];
  for (const source of others) for (let i = start; i < end; i++) into[i]! += source[i]!;
  let [even, odd] = [0, 0];
  const pairs = end - ((end - start) % 2);
  for (let i = start; i < pairs; i += 2) {
    even += into[i]! * into[i]!;
    odd += into[i + 1]! * into[i + 1]!;
  }
  for (let i = pairs; i < end; i++) even += into[i]! * into[i]!;
  return even + odd;
}
