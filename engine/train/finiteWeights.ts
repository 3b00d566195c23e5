import { EngineError } from '../errors.ts';
import { type Tensor, toFloat32 } from '../graph/tensor.ts';
import type { PreparedModel } from '../model/prepare.ts';

const FLOATS = new Set(['float32', 'float16', 'float64', 'bfloat16']);

/**
 * Refuses to train a model with weights that are NaN or infinite: every loss would be too. Weights are what layers,
 * normalizations and embeddings hold; a mask's minus infinity is none. Throws `weights_invalid` naming the tensor.
 */
export function requireFiniteWeights({ model, linears, name }: PreparedModel): void {
  const { nodes, initializers } = model.graph;
  const norms = nodes
    .filter(({ op }) => op === 'LayerNormalization')
    .flatMap(({ inputs }) => inputs.slice(1));
  const tables = nodes.filter(({ op }) => op === 'Gather').map(({ inputs }) => inputs[0]!);
  const layers = linears.flatMap(({ weight, bias }) => [weight, ...(bias === undefined ? [] : [bias])]);
  for (const tensor of new Set([...layers, ...norms, ...tables])) {
    const weights = initializers.get(tensor);
    if (!weights || !FLOATS.has(weights.dtype) || allFinite(weights)) continue;
    throw new EngineError(
      'weights_invalid',
      `The weights "${tensor.slice(0, 200)}" of ${name} hold numbers that are not finite.`,
      'Its file is damaged, or its training went astray: get it again, or choose another model.',
    );
  }
}

const allFinite = (tensor: Tensor): boolean => toFloat32(tensor).every(Number.isFinite);
