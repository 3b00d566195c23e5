import { mustGet } from '../../process/must.ts';
import { cloneGraph, type Model, type ValueInfo } from './graph.ts';
import { constantShape, type Dim, type Shapes } from './shapes.ts';
import { zeroWeights } from './zeroWeights.ts';

/** Runs a model once: feeds by size of (batch, sequence) → every output's type and dimensions. */
export type Prober = (
  model: Model,
  size: { batch: number; sequence: number },
) => Promise<Map<string, { dtype: string; dims: readonly number[] }>>;

/**
 * The two runs: sizes that differ from each other and from 1, so that broadcasting cannot hide, and long enough for a pair
 * with all its special tokens.
 */
export const SIZES = [
  { batch: 2, sequence: 11 },
  { batch: 3, sequence: 13 },
] as const;

/**
 * Learns the shape of every value by running the graph at two sizes with all intermediates as outputs.
 * Exact where symbolic shape inference is not: shapes that are computed in the graph are simply seen.
 */
export async function probeShapes(model: Model, run: Prober): Promise<Shapes> {
  const probed = { ...model, graph: cloneGraph(model.graph) };
  const outputs = new Map<string, ValueInfo>(probed.graph.outputs.map((o) => [o.name, o]));
  for (const node of probed.graph.nodes) {
    if (node.op.startsWith('Sequence')) continue;
    for (const name of node.outputs) {
      if (name !== '' && !outputs.has(name)) outputs.set(name, { name, dtype: null, dims: null });
    }
  }
  probed.graph.outputs = [...outputs.values()];
  zeroWeights(probed.graph);
  const first = await run(probed, SIZES[0]);
  const second = await run(probed, SIZES[1]);
  const shapes: Shapes = new Map();
  for (const [name, { dtype, dims }] of first) {
    const other = mustGet(second, name, 'shape').dims;
    shapes.set(name, { dtype, dims: dims.map((d, i) => [d, other[i] ?? d] as const) });
  }
  for (const [name, tensor] of model.graph.initializers)
    shapes.set(name, constantShape(tensor.dtype, tensor.dims));
  for (const input of model.graph.inputs) {
    const dims = (input.dims ?? []).map((d, i): Dim => {
      if (typeof d === 'number') return [d, d];
      return i === 0 ? [SIZES[0].batch, SIZES[1].batch] : [SIZES[0].sequence, SIZES[1].sequence];
    });
    shapes.set(input.name, { dtype: input.dtype ?? 'int64', dims });
  }
  return shapes;
}
