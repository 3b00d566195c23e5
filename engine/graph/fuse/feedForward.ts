import { GraphBuilder } from '../builder.ts';
import { type Graph, type Node, producersOf, readsOf } from '../graph.ts';

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
  return graph.nodes.flatMap((second) => {
    const [inner, columns] = matrixOf(graph, second) ?? [];
    if (!inner || inner <= columns!) return [];
    const between = segmentBefore(graph, second, producers);
    const first = between?.at(0);
    const [hidden, wide] = (first && matrixOf(graph, first)) ?? [];
    if (hidden !== columns || wide !== inner) return [];
    const bias = biasBehind(graph, second);
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

/** [in, out] of the constant matrix that a node multiplies with. */
function matrixOf(graph: Graph, node: Node): readonly [number, number] | undefined {
  const dims = node.op === 'MatMul' ? graph.initializers.get(node.inputs[1]!)?.dims : undefined;
  return dims?.length === 2 ? (dims as [number, number]) : undefined;
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
    if (matrixOf(graph, node)) continue;
    if (!POSITION_WISE.has(node.op)) return undefined;
    pending.push(...readsOf(node).filter((name) => !graph.initializers.has(name)));
  }
  const nodes = graph.nodes.filter((node) => found.has(node));
  return nodes.filter((node) => matrixOf(graph, node)).length === 1 ? nodes : undefined;
}

function biasBehind(graph: Graph, product: Node): Node | undefined {
  const [add, ...others] = graph.nodes.filter((node) => readsOf(node).includes(product.outputs[0]!));
  const isBias = add?.op === 'Add' && others.length === 0;
  return isBias && add.inputs.some((name) => graph.initializers.get(name)?.dims.length === 1)
    ? add
    : undefined;
}

/**
 * Computes a feed-forward part once for the first token of each row and once for all others, and joins the two: the
 * same numbers, but each part can be rounded with a scale of its own. In place.
 */
export function splitFirstToken(graph: Graph, { input, output, nodes }: FeedForward): void {
  const builder = new GraphBuilder({ ...graph, nodes: [] }, `${output}/apart`);
  const first = builder.emit('Gather', [input, builder.ints([0])], { axis: 1 });
  // Not two slices: the runtime would make a slower Split of them.
  const rest = builder.emit('Slice', [
    input,
    builder.ints([1]),
    builder.ints([TO_THE_END]),
    builder.ints([1]),
  ]);
  const copies = [copyOf(nodes, input, first, 'first'), copyOf(nodes, input, rest, 'rest')];
  builder.graph.nodes.push(...copies.flat());
  const parts = copies.map((copy) => copy.at(-1)!.outputs[0]!);
  builder.concat(parts, 1);
  builder.graph.nodes.at(-1)!.outputs = [output];
  const last = nodes.at(-1)!;
  const own = new Set(nodes);
  graph.nodes = graph.nodes.flatMap((node) => {
    if (node === last) return builder.graph.nodes;
    return own.has(node) ? [] : [node];
  });
}

const TO_THE_END = Number.MAX_SAFE_INTEGER;

/** The same nodes, reading `replacement` instead of `input`. */
function copyOf(nodes: readonly Node[], input: string, replacement: string, name: string): Node[] {
  const renamed = new Map([[input, replacement]]);
  for (const output of nodes.flatMap((node) => node.outputs)) renamed.set(output, `${output}/${name}`);
  return nodes.map((node) => ({
    ...node,
    name: `${node.name}/${name}`,
    inputs: node.inputs.map((value) => renamed.get(value) ?? value),
    outputs: node.outputs.map((value) => renamed.get(value)!),
  }));
}
