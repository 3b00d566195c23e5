import { mustGet } from '../../process/must.ts';
import { makeNode } from '../graph/builder.ts';
import type { Graph, Node } from '../graph/graph.ts';
import type { Dim, Shapes } from '../graph/shapes.ts';
import { floatTensor } from '../graph/tensor.ts';
import type { Linear } from './linears.ts';

/** The two small matrices that adapt one linear layer: y = x W + b + (alpha / rank) (x A) B. */
export interface Adapter {
  readonly linear: Linear;
  /** Graph input, [inFeatures, rank]. */
  readonly a: string;
  /** Graph input, [rank, outFeatures]. */
  readonly b: string;
  readonly rank: number;
  readonly scaling: number;
}

/**
 * Adds a low-rank adapter (Hu et al. 2021) at every use of the given layers; A and B become graph inputs.
 * `shapes` learns the shapes of the new values.
 */
export function attachAdapters(
  graph: Graph,
  linears: readonly Linear[],
  options: { rank: number; alpha: number; shapes: Shapes },
): Adapter[] {
  const { rank, alpha, shapes } = options;
  const scalingName = 'lora/scaling';
  graph.initializers.set(scalingName, floatTensor([alpha / rank], []));
  shapes.set(scalingName, { dtype: 'float32', dims: [] });
  const additions = new Map<Node, Node[]>();
  const adapters = linears.map((linear): Adapter => {
    const adapter = {
      linear,
      a: `${linear.module}.lora_A`,
      b: `${linear.module}.lora_B`,
      rank,
      scaling: alpha / rank,
    };
    declare(graph, shapes, adapter.a, [linear.inFeatures, rank]);
    declare(graph, shapes, adapter.b, [rank, linear.outFeatures]);
    for (const use of linear.uses) additions.set(use, detour(use, adapter, { scalingName, shapes }));
    return adapter;
  });
  graph.nodes = graph.nodes.flatMap((node) => [node, ...(additions.get(node) ?? [])]);
  return adapters;
}

function declare(graph: Graph, shapes: Shapes, name: string, dims: readonly number[]): void {
  graph.inputs.push({ name, dtype: 'float32', dims });
  shapes.set(name, { dtype: 'float32', dims: dims.map((d): Dim => [d, d]) });
}

function detour(use: Node, adapter: Adapter, context: { scalingName: string; shapes: Shapes }): Node[] {
  const { shapes, scalingName } = context;
  const y = use.outputs[0]!;
  const names = { frozen: `${y}/frozen`, low: `${y}/low`, scaled: `${y}/scaled`, change: `${y}/change` };
  const output = mustGet(shapes, y, 'shape');
  const low = {
    dtype: 'float32',
    dims: [...output.dims.slice(0, -1), [adapter.rank, adapter.rank] as const],
  };
  shapes.set(names.frozen, output).set(names.change, output).set(names.low, low).set(names.scaled, low);
  use.outputs[0] = names.frozen;
  const node = (op: string, inputs: string[], result: string) =>
    makeNode({ op, name: `lora:${result}`, inputs, outputs: [result] });
  return [
    node('MatMul', [use.inputs[0]!, adapter.a], names.low),
    node('Mul', [names.low, scalingName], names.scaled),
    node('MatMul', [names.scaled, adapter.b], names.change),
    node('Add', [names.frozen, names.change], y),
  ];
}
