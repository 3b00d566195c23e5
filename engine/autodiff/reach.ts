import { type Graph, intOf, type Node, readsOf } from '../graph/graph.ts';
import { codeOf } from '../graph/tensor.ts';
import { carriesGradient, hasNoGradient } from './registry.ts';

const FLOAT_CODES = new Set(['float32', 'float64', 'float16', 'bfloat16'].map((t) => codeOf(t as 'float32')));

/** Values that both depend on `wrt` and are needed for `loss`: the only ones that need a gradient. */
export function valuesNeedingGradient(graph: Graph, loss: string, wrt: Iterable<string>): Set<string> {
  const forward = new Set(wrt);
  for (const node of graph.nodes) {
    if (passesGradient(node) && reachedInputs(node, forward)) for (const y of node.outputs) forward.add(y);
  }
  const needed = new Set([loss]);
  const result = new Set<string>();
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((y) => needed.has(y))) continue;
    for (const name of readsOf(node)) needed.add(name);
  }
  for (const name of forward) if (needed.has(name)) result.add(name);
  return result;
}

function passesGradient(node: Node): boolean {
  if (hasNoGradient(node)) return false;
  return node.op !== 'Cast' || FLOAT_CODES.has(intOf(node, 'to', 0));
}

function reachedInputs(node: Node, reached: ReadonlySet<string>): boolean {
  const direct = node.inputs.some((name, i) => reached.has(name) && carriesGradient(node, i));
  return (
    direct ||
    readsOf(node)
      .slice(node.inputs.filter((n) => n !== '').length)
      .some((name) => reached.has(name))
  );
}
