import { freshName, type Graph, producersOf } from '../graph/graph.ts';
import { intTensor, type Tensor, toIntegers } from '../graph/tensor.ts';

/**
 * Lets a graph that was exported for exactly `batch` pairs compute any number of them: exporters write that number into the
 * targets of Reshape and Expand, and nowhere else in the graphs that are known. A Reshape finds the first size by itself
 * (-1); a first size of 1 of an Expand keeps that of its input. In place; whether the answers are those of the file, who
 * calls this must look at.
 */
export function freeBatch(graph: Graph, batch: number): void {
  const producers = producersOf(graph);
  for (const node of graph.nodes) {
    if (node.domain !== '' || (node.op !== 'Reshape' && node.op !== 'Expand')) continue;
    const constant = constantOf(graph, node.inputs[1] ?? '', producers);
    if (constant?.dims.length !== 1) continue;
    const [first, ...rest] = toIntegers(constant);
    if (first === undefined || rest.length === 0) continue;
    const free = node.op === 'Expand' ? expanded(first, batch) : reshaped(first, rest, batch);
    if (free === undefined) continue;
    const name = freshName(graph, `${node.name || node.outputs[0]}/of any batch`);
    graph.initializers.set(name, intTensor([free, ...rest]));
    node.inputs[1] = name;
  }
}

/** With another size that is to be found, the first can only be that of the input. */
function reshaped(first: number, rest: readonly number[], batch: number): number | undefined {
  if (first <= 0 || first % batch !== 0) return undefined;
  if (!rest.includes(-1)) return -1;
  return first === batch ? 0 : undefined;
}

const expanded = (first: number, batch: number) => (first === batch ? 1 : undefined);

function constantOf(
  graph: Graph,
  name: string,
  producers: ReturnType<typeof producersOf>,
): Tensor | undefined {
  const stored = graph.initializers.get(name);
  if (stored) return stored;
  const source = producers.get(name);
  const value = source?.op === 'Constant' ? source.attributes.get('value') : undefined;
  return value?.kind === 'tensor' ? value.value : undefined;
}
