import { mustGet } from '../../../process/must.ts';
import { GraphBuilder } from '../builder.ts';
import { consumersOf, type Graph, type Node, producersOf, readsOf } from '../graph.ts';
import { biasAfter, matrixDims } from './products.ts';

/** Two products with constant matrices and only position-wise operators between them and behind the second. */
export interface FeedForward {
  /** [batch, sequence, hidden]: what the first matrix multiplies. */
  readonly input: string;
  /** What the second matrix multiplies. */
  readonly inner: string;
  readonly output: string;
  /** In order, from the first product to the one that makes `output`. */
  readonly nodes: readonly Node[];
}

const POSITION_WISE = new Set(
  'Add Sub Mul Div Pow Erf Tanh Relu Sqrt Sigmoid Gelu FastGelu QuickGelu'.split(' '),
);

/** The feed-forward parts of a transformer's layers: hidden → wider → hidden. */
export function feedForwards(graph: Graph): FeedForward[] {
  const producers = producersOf(graph);
  const consumers = consumersOf(graph);
  return graph.nodes.flatMap((second) => {
    const [inner, columns] = matrixDims(graph, second) ?? [];
    if (!inner || inner <= columns!) return [];
    const between = segmentBefore(graph, second, producers);
    const first = between?.at(0);
    const [hidden, wide] = (first && matrixDims(graph, first)) ?? [];
    if (hidden !== columns || wide !== inner) return [];
    const bias = biasAfter(graph, consumers.get(second.outputs[0]!) ?? [])?.add;
    return [
      {
        input: first!.inputs[0]!,
        inner: second.inputs[0]!,
        output: (bias ?? second).outputs[0]!,
        nodes: [...between!, second, ...(bias ? [bias] : [])],
      },
    ];
  });
}

/** Everything between the product in front and `second`, in order; undefined where something else has a part in it. */
function segmentBefore(
  graph: Graph,
  second: Node,
  producers: ReadonlyMap<string, Node>,
): readonly Node[] | undefined {
  const found = new Set<Node>();
  const pending = [second.inputs[0]!];
  while (pending.length > 0) {
    const node = producers.get(pending.pop()!);
    if (!node) return undefined;
    if (found.has(node)) continue;
    found.add(node);
    if (matrixDims(graph, node)) continue;
    if (!POSITION_WISE.has(node.op)) return undefined;
    pending.push(...readsOf(node).filter((name) => !graph.initializers.has(name)));
  }
  const nodes = graph.nodes.filter((node) => found.has(node));
  return nodes.filter((node) => matrixDims(graph, node)).length === 1 ? nodes : undefined;
}

/**
 * Makes a function that computes a feed-forward part a second time for the first token of each row alone, and puts what
 * comes of it into its place: the same numbers, but what the first token needs may differ from what all others need.
 * It changes the graph in place and returns the first token's own `input` and `inner`. Parts come in graph order.
 */
export function createFirstTokenSplit(graph: Graph): (part: FeedForward) => readonly [string, string] {
  const builder = new GraphBuilder({ ...graph, nodes: [] }, 'first_token');
  let places: string | undefined;
  return ({ input, inner, output, nodes }) => {
    const added: Node[] = [];
    builder.graph.nodes = added;
    const first = builder.emit('Gather', [input, builder.ints([0])], { axis: 1 });
    const own = copyOf(nodes, input, first, 'first');
    added.push(...own);
    places ??= firstPlaces(builder, first);
    const last = nodes.at(-1)!;
    last.outputs = [`${output}/all`];
    builder.emit('ScatterND', [`${output}/all`, places, own.at(-1)!.outputs[0]!]);
    added.at(-1)!.outputs = [output];
    graph.nodes = graph.nodes.flatMap((node) => (node === last ? [node, ...added] : [node]));
    return [first, `${inner}/first`];
  };
}

/** [batch, 1, 2]: the indices (row, 0). */
function firstPlaces(b: GraphBuilder, value: string): string {
  const batch = b.emit('Gather', [b.shape(value), b.constantInt(0)], { axis: 0 });
  const rows = b.unsqueeze(b.emit('Range', [b.constantInt(0), batch, b.constantInt(1)]), [1, 2]);
  return b.concat([rows, b.mul(rows, b.constantInt(0))], 2);
}

/** The same nodes, reading `replacement` instead of `input`. */
function copyOf(nodes: readonly Node[], input: string, replacement: string, name: string): Node[] {
  const renamed = new Map([[input, replacement]]);
  for (const output of nodes.flatMap((node) => node.outputs)) renamed.set(output, `${output}/${name}`);
  return nodes.map((node) => ({
    ...node,
    name: `${node.name}/${name}`,
    inputs: node.inputs.map((value) => renamed.get(value) ?? value),
    outputs: node.outputs.map((value) => mustGet(renamed, value, 'renamed value')),
  }));
}
