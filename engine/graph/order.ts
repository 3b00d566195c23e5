import { EngineError } from '../errors.ts';
import { type Graph, type Node, producersOf, readsOf } from './graph.ts';

/** Puts the nodes into topological order, keeping the given order where it is free. Throws `graph_cycle`. */
export function sortNodes(graph: Graph): void {
  const producers = producersOf(graph);
  const state = new Map<Node, 'open' | 'done'>();
  const sorted: Node[] = [];
  for (const root of graph.nodes) {
    const stack: { node: Node; sources: Node[] }[] = [];
    enter(root);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const next = top.sources.pop();
      if (next) enter(next);
      else {
        stack.pop();
        state.set(top.node, 'done');
        sorted.push(top.node);
      }
    }
    function enter(node: Node): void {
      if (state.get(node) === 'done') return;
      if (state.get(node) === 'open') {
        throw new EngineError(
          'graph_cycle',
          `The model's graph has a cycle through node "${node.name}" (${node.op}).`,
        );
      }
      state.set(node, 'open');
      const sources = readsOf(node).flatMap((name) => producers.get(name) ?? []);
      stack.push({ node, sources: sources.reverse() });
    }
  }
  graph.nodes = sorted;
}
