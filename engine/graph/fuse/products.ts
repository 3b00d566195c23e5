import type { Graph, Node } from '../graph.ts';

/** [in, out] of the constant float32 matrix that a MatMul multiplies with; undefined for other nodes. */
export function matrixDims(graph: Graph, node: Node): readonly [number, number] | undefined {
  if (node.op !== 'MatMul') return undefined;
  const tensor = graph.initializers.get(node.inputs[1]!);
  if (tensor?.dtype !== 'float32' || tensor.dims.length !== 2) return undefined;
  return tensor.dims as [number, number];
}

/** What the encoder's matrices multiply. */
export const multipliedValues = (graph: Graph): string[] => [
  ...new Set(graph.nodes.filter((node) => matrixDims(graph, node)).map(({ inputs }) => inputs[0]!)),
];

/** The only reader of a product, if it adds a constant vector. */
export function biasAfter(graph: Graph, readers: readonly Node[]): { add: Node; name: string } | undefined {
  const [add, ...others] = readers;
  if (add?.op !== 'Add' || others.length > 0) return undefined;
  const name = add.inputs.find((input) => graph.initializers.get(input)?.dims.length === 1);
  return name === undefined ? undefined : { add, name };
}

/** x W (+ b). */
export interface Linear {
  readonly input: string;
  /** [in, out] */
  readonly weight: string;
  readonly bias: string | undefined;
}

/** The product with a constant matrix, with or without a bias, that makes a value. */
export function linearOf(
  graph: Graph,
  output: string,
  producers: ReadonlyMap<string, Node>,
): Linear | undefined {
  const tail = producers.get(output);
  const bias = tail && biasAfter(graph, [tail])?.name;
  const product = bias === undefined ? tail : producers.get(tail!.inputs.find((name) => name !== bias)!);
  if (!product || !matrixDims(graph, product)) return undefined;
  return { input: product.inputs[0]!, weight: product.inputs[1]!, bias };
}
