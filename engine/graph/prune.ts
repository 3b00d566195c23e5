import { type Graph, producersOf, readsOf } from './graph.ts';

/** Removes nodes that no output needs, and constants that nothing reads. Graph inputs stay. */
export function pruneGraph(graph: Graph): void {
  const producers = producersOf(graph);
  const needed = new Set<string>();
  const pending = graph.outputs.map((output) => output.name);
  while (pending.length > 0) {
    const name = pending.pop()!;
    if (needed.has(name)) continue;
    needed.add(name);
    const producer = producers.get(name);
    if (producer) pending.push(...readsOf(producer));
  }
  graph.nodes = graph.nodes.filter((node) => node.outputs.some((output) => needed.has(output)));
  for (const name of graph.initializers.keys()) if (!needed.has(name)) graph.initializers.delete(name);
}
