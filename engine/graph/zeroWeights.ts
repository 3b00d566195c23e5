import { makeNode } from './builder.ts';
import type { Graph } from './graph.ts';
import { floatTensor, intTensor } from './tensor.ts';

/** Smaller constants may be more than weights: a shape, a scale, a table of positions. */
const LEAST_BYTES = 16_384;

/**
 * Puts zeros, made anew when the graph runs, in the place of its large float constants: shapes stay as they are, and
 * loading the graph takes neither the time nor the memory of its weights.
 */
export function zeroWeights(graph: Graph): void {
  const large = [...graph.initializers].filter(
    ([, { dtype, bytes }]) => dtype === 'float32' && bytes.length >= LEAST_BYTES,
  );
  const zeros = large.map(([name, { dims }]) => {
    const shape = `${name}/probed shape`;
    graph.initializers.delete(name);
    graph.initializers.set(shape, intTensor(dims));
    const node = makeNode({ op: 'ConstantOfShape', name, inputs: [shape], outputs: [name] });
    node.attributes.set('value', { kind: 'tensor', value: floatTensor([0], [1]) });
    return node;
  });
  graph.nodes = [...zeros, ...graph.nodes];
}
