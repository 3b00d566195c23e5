import { type Graph, intsOf, type Node, producersOf } from '../graph.ts';
import { toFloat32, toIntegers } from '../tensor.ts';

/** Questions that fusion patterns ask about a graph. */
export class Matcher {
  readonly graph: Graph;
  private readonly producers: Map<string, Node>;

  constructor(graph: Graph) {
    this.graph = graph;
    this.producers = producersOf(graph);
  }

  /** The node that makes a value, if it is of the given operator. */
  producer(value: string | undefined, op: string): Node | undefined {
    const node = value === undefined ? undefined : this.producers.get(value);
    return node?.op === op && node.domain === '' ? node : undefined;
  }

  /** The value of a one-element float constant. */
  scalar(value: string | undefined): number | undefined {
    const tensor = value === undefined ? undefined : this.graph.initializers.get(value);
    if (tensor?.dtype !== 'float32' || tensor.bytes.length !== 4) return undefined;
    return toFloat32(tensor)[0];
  }

  /** For a commutative node: [the constant's value, the other input], whichever side the constant is on. */
  withScalar(node: Node | undefined): { constant: number; other: string } | undefined {
    if (!node) return undefined;
    const [a, b] = node.inputs as [string, string];
    const right = this.scalar(b);
    if (right !== undefined) return { constant: right, other: a };
    const left = this.scalar(a);
    return left === undefined ? undefined : { constant: left, other: b };
  }

  /** For a commutative node: the 1-D constant among its inputs, and the other input. */
  withVector(node: Node | undefined): { vector: string; other: string } | undefined {
    if (!node) return undefined;
    const [a, b] = node.inputs as [string, string];
    const isVector = (name: string) => this.graph.initializers.get(name)?.dims.length === 1;
    if (isVector(b)) return { vector: b, other: a };
    return isVector(a) ? { vector: a, other: b } : undefined;
  }

  /** Whether a reduction runs over the last axis only and keeps it; `rank` is that of its input. */
  reducesLastAxis(node: Node, rank: number): boolean {
    const input = this.graph.initializers.get(node.inputs[1] ?? '');
    const axes = intsOf(node, 'axes') ?? (input ? toIntegers(input) : undefined);
    const keepdims = node.attributes.get('keepdims');
    const kept = keepdims === undefined || (keepdims.kind === 'int' && keepdims.value === 1);
    return kept && axes?.length === 1 && (axes[0] === -1 || axes[0] === rank - 1);
  }
}

/** Equal up to float32 rounding of the constants that exporters write. */
export const near = (a: number | undefined, b: number) =>
  a !== undefined && Math.abs(a - b) < 1e-3 * Math.abs(b);
