import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Model } from '../graph/graph.ts';
import { type AdamWOptions, adamWNumbers, type Parameter } from './adamw.ts';

/** What the optimizer graph needs to know of a parameter. */
export type ParameterSpec = Pick<Parameter, 'name' | 'dims' | 'decays'>;

/** Small inputs that change from step to step, all scalars; see `stepScalars`. */
export const SCALARS = ['unscale', 'clip_norm', 'step_size', 'correction', 'keep'] as const;
export type Scalars = Readonly<Record<(typeof SCALARS)[number], number>>;

/** Names of a parameter's values in the optimizer graph. */
export interface OptimizerNames {
  readonly inputs: {
    readonly weight: string;
    readonly gradient: string;
    readonly first: string;
    readonly second: string;
  };
  readonly outputs: { readonly weight: string; readonly first: string; readonly second: string };
}

export interface OptimizerGraph {
  readonly model: Model;
  /** Output: the L2 norm of all gradients together, unscaled and before clipping. */
  readonly norm: string;
  /** In the order of the parameters. */
  readonly names: readonly OptimizerNames[];
}

/** Gradients divided by the loss scale, clipped to a norm, and the numbers of AdamW that depend on the step. */
export function stepScalars(
  step: number,
  { learningRate, clipNorm, lossScale = 1 }: { learningRate: number; clipNorm: number; lossScale?: number },
  options: AdamWOptions = {},
): Scalars {
  const { size, correction, keep } = adamWNumbers(step, learningRate, options);
  return { unscale: 1 / lossScale, clip_norm: clipNorm, step_size: size, correction, keep };
}

/**
 * Clipping by the global norm and AdamW as one ONNX model, in operators that every execution provider has:
 * (weights, gradients, moments, scalars) → (new weights, new moments, norm). The formulas are those of `createAdamW`
 * and `clipGlobalNorm`, in float32.
 *
 * Each input is read before the output of the same parameter is written, so on the CPU both may share memory.
 */
export function optimizerGraph(
  parameters: readonly ParameterSpec[],
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamWOptions = {},
): OptimizerGraph {
  const graph: Graph = { name: 'adamw', nodes: [], initializers: new Map(), inputs: [], outputs: [] };
  const b = new GraphBuilder(graph, 'adamw');
  const input = (name: string, dims: readonly number[]) => {
    graph.inputs.push({ name, dtype: 'float32', dims });
    return name;
  };
  for (const name of SCALARS) input(name, []);
  const inputs = parameters.map(({ dims }, p) => ({
    weight: input(`weight_${p}`, dims),
    gradient: input(`gradient_${p}`, dims),
    first: input(`first_${p}`, dims),
    second: input(`second_${p}`, dims),
  }));
  const squares = inputs.map(({ gradient }) => b.mul(gradient, gradient));
  const norm = b.mul(b.emit('Sqrt', [sumOfAll(b, squares)]), 'unscale');
  // Exactly `unscale` where the norm is within bounds.
  const factor = b.mul('unscale', b.div('clip_norm', b.emit('Max', [norm, 'clip_norm'])));
  const fresh = b.scale(factor, 1 - beta1);
  const freshSquare = b.scale(b.mul(factor, factor), 1 - beta2);
  const names = inputs.map((x, p): OptimizerNames => {
    const first = b.add(b.scale(x.first, beta1), b.mul(x.gradient, fresh));
    const second = b.add(b.scale(x.second, beta2), b.mul(squares[p]!, freshSquare));
    const root = b.add(b.mul(b.emit('Sqrt', [second]), 'correction'), b.scalar(epsilon));
    const kept = parameters[p]!.decays ? b.mul(x.weight, 'keep') : x.weight;
    const weight = b.sub(kept, b.mul(b.div(first, root), 'step_size'));
    return { inputs: x, outputs: { weight, first, second } };
  });
  const outputs = [norm, ...names.flatMap(({ outputs: y }) => [y.weight, y.first, y.second])];
  graph.outputs = outputs.map((name) => ({ name, dtype: 'float32', dims: null }));
  return { model: { irVersion: 9, opset: 18, domains: new Map(), graph, metadata: new Map() }, norm, names };
}

function sumOfAll(b: GraphBuilder, values: readonly string[]): string {
  const sums = values.map((value) => b.reshape(b.emit('ReduceSum', [value], { keepdims: 0 }), b.ints([1])));
  return b.emit('ReduceSum', [b.concat(sums, 0)], { keepdims: 0 });
}
