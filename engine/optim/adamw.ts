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

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2, as torch.optim.AdamW computes it):
 * decay first, then w -= rate * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon).
 */
export function createAdamW(parameters: readonly Parameter[], options: AdamWOptions = {}): AdamW {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  const state: AdamWState = {
    step: 0,
    first: parameters.map((p) => new Float32Array(p.values.length)),
    second: parameters.map((p) => new Float32Array(p.values.length)),
  };
  return {
    state,
    step(gradients, learningRate) {
      state.step += 1;
      const size = learningRate / (1 - beta1 ** state.step);
      const correction = 1 / Math.sqrt(1 - beta2 ** state.step);
      parameters.forEach((parameter, p) => {
        const keep = 1 - (parameter.decays ? learningRate * weightDecay : 0);
        const w = parameter.values;
        const g = gradients[p]!;
        const m = state.first[p]!;
        const v = state.second[p]!;
        for (let i = 0; i < w.length; i++) {
          const slope = g[i]!;
          const mean = beta1 * m[i]! + (1 - beta1) * slope;
          const square = beta2 * v[i]! + (1 - beta2) * slope * slope;
          m[i] = mean;
          v[i] = square;
          w[i] = w[i]! * keep - (size * mean) / (Math.sqrt(square) * correction + epsilon);
        }
      });
    },
  };
}
