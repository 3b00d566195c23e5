/** One trainable tensor; `values` is changed in place by the optimizer. */
export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
  /** Whether weight decay applies; not for biases and norms. */
  readonly decays: boolean;
}

export interface AdamWOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
}

/** First and second moments per parameter, and the number of steps done: all that a resumed run needs. */
export interface AdamWState {
  step: number;
  readonly first: readonly Float32Array[];
  readonly second: readonly Float32Array[];
}

export interface AdamW {
  readonly state: AdamWState;
  /** One update of all parameters; gradients are in the order of the parameters. */
  step(gradients: readonly Float32Array[], learningRate: number): void;
}

/** A value per weight: the weights themselves, and the moments of their gradients. */
export interface AdamWArrays {
  readonly values: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** Neighbouring numbers of arrays that are treated alike. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly decays: boolean;
}

/** The numbers of AdamW that depend on the step; steps count from 1. */
export function adamWNumbers(
  step: number,
  learningRate: number,
  { beta1 = 0.9, beta2 = 0.999, weightDecay = 0.01 }: AdamWOptions = {},
): { readonly size: number; readonly correction: number; readonly keep: number } {
  return {
    size: learningRate / (1 - beta1 ** step),
    correction: 1 / Math.sqrt(1 - beta2 ** step),
    keep: 1 - learningRate * weightDecay,
  };
}

/**
 * One update in place. Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2, as torch.optim.AdamW
 * computes it): decay first, then w -= rate * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon). Gradients are
 * multiplied by `clip` first.
 */
export function adamWUpdate(
  { values: w, first: m, second: v }: AdamWArrays,
  gradients: Float32Array,
  { start, end, decays }: Segment,
  { step, learningRate, clip }: { step: number; learningRate: number; clip: number },
  options: AdamWOptions = {},
): void {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const { size, correction, keep: kept } = adamWNumbers(step, learningRate, options);
  const keep = decays ? kept : 1;
  for (let i = start; i < end; i++) {
    const slope = gradients[i]! * clip;
    const mean = beta1 * m[i]! + (1 - beta1) * slope;
    const square = beta2 * v[i]! + (1 - beta2) * slope * slope;
    m[i] = mean;
    v[i] = square;
    w[i] = w[i]! * keep - (size * mean) / (Math.sqrt(square) * correction + epsilon);
  }
}

/** AdamW over parameters that have an array each. */
export function createAdamW(parameters: readonly Parameter[], options: AdamWOptions = {}): AdamW {
  const zeros = () => parameters.map((p) => new Float32Array(p.values.length));
  const state: AdamWState = { step: 0, first: zeros(), second: zeros() };
  return {
    state,
    step(gradients, learningRate) {
      state.step += 1;
      const at = { step: state.step, learningRate, clip: 1 };
      parameters.forEach(({ values, decays }, p) => {
        const arrays = { values, first: state.first[p]!, second: state.second[p]! };
        adamWUpdate(arrays, gradients[p]!, { start: 0, end: values.length, decays }, at, options);
      });
    },
  };
}
