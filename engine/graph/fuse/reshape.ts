import { contentShaped } from '../contentShapes.ts';
import { type Graph, renameReads } from '../graph.ts';
import { pruneGraph } from '../prune.ts';
import { type Dim, type Shapes, sameDim, sameDims } from '../shapes.ts';
import { intTensor } from '../tensor.ts';

/**
 * The constant second input of a Reshape between values of these shapes: sizes, 0 for "as the input's axis here" and
 * at most one -1; undefined when that cannot say it.
 */
export function reshapeTarget(from: readonly Dim[], to: readonly Dim[]): number[] | undefined {
  const target = to.map((dim, axis) => {
    if (dim[0] === dim[1]) return dim[0];
    return sameDim(from[axis], dim) ? 0 : -1;
  });
  return target.filter((size) => size === -1).length <= 1 && !target.includes(0, from.length)
    ? target
    : undefined;
}

/**
 * Exports compute the target of a Reshape by a dozen tiny operators; where the shapes tell it, it becomes a constant (not
 * where they depend on which tokens a text has).
 * Those operators are removed, and so is a Reshape that changes nothing.
 */
export function foldReshapes(graph: Graph, shapes: Shapes): void {
  const unknown = contentShaped(graph);
  dropIdentities(graph, shapes, unknown);
  for (const node of graph.nodes) {
    if (node.op !== 'Reshape' || node.domain !== '' || unknown.has(node.outputs[0]!)) continue;
    if (graph.initializers.has(node.inputs[1]!)) continue;
    const from = shapes.get(node.inputs[0]!)?.dims;
    const to = shapes.get(node.outputs[0]!)?.dims;
    // A size of 0 in a constant means "copy": an axis that is really empty stays computed.
    const target = from && to?.every((dim) => dim[0] > 0) ? reshapeTarget(from, to) : undefined;
    if (!target) continue;
    const name = `${node.outputs[0]}/target`;
    graph.initializers.set(name, intTensor(target));
    shapes.set(name, { dtype: 'int64', dims: [[target.length, target.length]] });
    node.inputs[1] = name;
    node.attributes.delete('allowzero');
  }
  pruneGraph(graph);
}

function dropIdentities(graph: Graph, shapes: Shapes, unknown: ReadonlySet<string>): void {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const renames = new Map<string, string>();
  graph.nodes = graph.nodes.filter(({ op, domain, inputs, outputs: [output = ''] }) => {
    if (op !== 'Reshape' || domain !== '' || outputs.has(output) || unknown.has(output)) return true;
    const [from, to] = [shapes.get(inputs[0]!)?.dims, shapes.get(output)?.dims];
    const changes = !sameDims(from, to);
    if (!changes) renames.set(output, inputs[0]!);
    return changes;
  });
  renameReads(graph, renames);
}
