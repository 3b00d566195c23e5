import { capturesOf, type Graph, intOf, type Node, readsOf } from '../graph/graph.ts';
import { codeOf } from '../graph/tensor.ts';
import { carriesGradient, hasNoGradient } from './registry.ts';

const FLOAT_CODES = new Set(['float32', 'float64', 'float16', 'bfloat16'].map((t) => codeOf(t as 'float32')));

/** Values that both depend on `wrt` and are needed for `loss`: the only ones that need a gradient. */
export function valuesNeedingGradient(graph: Graph, loss: string, wrt: Iterable<string>): Set<string> {
  const needed = neededFor(graph, loss);
  return new Set([...dependents(graph, wrt)].filter((name) => needed.has(name)));
}

/** What a change of these values reaches by way of gradients, with themselves. */
function dependents(graph: Graph, values: Iterable<string>): Set<string> {
  const reached = new Set(values);
  for (const node of graph.nodes) {
    if (!passesGradient(node) || !isReached(node, reached)) continue;
    for (const output of node.outputs) reached.add(output);
  }
  return reached;
}

/** All values that a value is computed from, with itself. */
function neededFor(graph: Graph, value: string): Set<string> {
  const needed = new Set([value]);
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    for (const name of readsOf(node)) needed.add(name);
  }
  return needed;
}

function passesGradient(node: Node): boolean {
  if (hasNoGradient(node)) return false;
  return node.op !== 'Cast' || FLOAT_CODES.has(intOf(node, 'to', 0));
}

/** Through an input that carries a gradient, or through what a body of the node reads from outside. */
function isReached(node: Node, reached: ReadonlySet<string>): boolean {
  return (
    node.inputs.some((name, i) => reached.has(name) && carriesGradient(node, i)) ||
    capturesOf(node).some((name) => reached.has(name))
  );
}
