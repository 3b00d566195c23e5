import { mustGet } from '../../process/must.ts';
import { consumersOf, type Graph, type Node, producersOf, readsOf } from './graph.ts';

/**
 * The nodes in the order in which ONNX Runtime runs them, fusions aside: depth first from the nodes that nothing reads,
 * and in both, leaves and inputs, those that stand later in the file first (GraphViewer's reverse depth-first order).
 */
export function runtimeOrder(graph: Graph): Node[] {
  const producers = producersOf(graph);
  const position = new Map(graph.nodes.map((node, i) => [node, i]));
  const stack = leavesOf(graph).map((node) => ({ node, entered: false }));
  const seen = new Set<Node>();
  const order: Node[] = [];
  for (let top = stack.pop(); top; top = stack.pop()) {
    if (top.entered) {
      order.push(top.node);
      continue;
    }
    if (seen.has(top.node)) continue;
    seen.add(top.node);
    stack.push({ node: top.node, entered: true });
    const sources = new Set(readsOf(top.node).flatMap((name) => producers.get(name) ?? []));
    const sorted = [...sources].sort(
      (a, b) => mustGet(position, a, 'position') - mustGet(position, b, 'position'),
    );
    for (const node of sorted) if (!seen.has(node)) stack.push({ node, entered: false });
  }
  return order;
}

/**
 * Moves the nodes that nothing reads to the end, in reverse. Of a backward pass these are the weights' gradients: the
 * runtime then computes each as soon as it can, from the loss downwards, rather than all of them after the last step
 * down, with every activation and its gradient kept until then.
 */
export function reverseLeaves(graph: Graph): void {
  const leaves = new Set(leavesOf(graph));
  graph.nodes = [...graph.nodes.filter((node) => !leaves.has(node)), ...[...leaves].reverse()];
}

function leavesOf(graph: Graph): Node[] {
  const consumers = consumersOf(graph);
  return graph.nodes.filter((node) => !node.outputs.some((output) => consumers.has(output)));
}
