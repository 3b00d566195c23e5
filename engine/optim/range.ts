import type { AdamWOptions } from './adamw.ts';

/** Neighbouring numbers of the flat arrays that are treated alike. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly decays: boolean;
}

/** Weights, moments and gradients of all parameters one after the other. */
export interface FlatState {
  readonly values: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

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

/** The update of `createAdamW` over segments of flat arrays; gradients are multiplied by `clip` first. `step` is from 1. */
export function adamWSegments(
  { values: w, first: m, second: v }: FlatState,
  gradients: Float32Array,
  segments: readonly Segment[],
  { step, learningRate, clip }: { step: number; learningRate: number; clip: number },
  options: AdamWOptions = {},
): void {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  const size = learningRate / (1 - beta1 ** step);
  const correction = 1 / Math.sqrt(1 - beta2 ** step);
  for (const { start, end, decays } of segments) {
    const keep = 1 - (decays ? learningRate * weightDecay : 0);
    for (let i = start; i < end; i++) {
      const slope = gradients[i]! * clip;
      const mean = beta1 * m[i]! + (1 - beta1) * slope;
      const square = beta2 * v[i]! + (1 - beta2) * slope * slope;
      m[i] = mean;
      v[i] = square;
      w[i] = w[i]! * keep - (size * mean) / (Math.sqrt(square) * correction + epsilon);
    }
  }
}
