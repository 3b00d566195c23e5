import { mustGet } from '../../process/must.ts';
import { EngineError } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import { floatTensor, toFloat32 } from '../graph/tensor.ts';
import type { Linear } from './linears.ts';

/**
 * Adds (alpha / rank) A B to a layer's weight in the graph. a: [in, rank], b: [rank, out], row-major. Throws
 * `weights_invalid` for adapters of a layer of another size.
 */
export function mergeAdapter(
  graph: Graph,
  linear: Pick<Linear, 'weight' | 'storedInOut' | 'inFeatures' | 'outFeatures'>,
  adapter: { a: Float32Array; b: Float32Array; rank: number; scaling: number },
): void {
  const { inFeatures, outFeatures, storedInOut } = linear;
  if (adapter.a.length !== inFeatures * adapter.rank || adapter.b.length !== adapter.rank * outFeatures) {
    throw new EngineError(
      'weights_invalid',
      `The trained weights of "${linear.weight}" belong to another model: its layer has another size.`,
      'Get the model again that they were trained on.',
    );
  }
  const weight = Float32Array.from(toFloat32(mustGet(graph.initializers, linear.weight, 'constant')));
  for (let i = 0; i < inFeatures; i++) {
    for (let o = 0; o < outFeatures; o++) {
      let sum = 0;
      for (let r = 0; r < adapter.rank; r++)
        sum += adapter.a[i * adapter.rank + r]! * adapter.b[r * outFeatures + o]!;
      weight[storedInOut ? i * outFeatures + o : o * inFeatures + i]! += adapter.scaling * sum;
    }
  }
  graph.initializers.set(
    linear.weight,
    floatTensor(weight, mustGet(graph.initializers, linear.weight, 'constant').dims),
  );
}
