import { isBackward } from '../autodiff/gradient.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { type Graph, type Node, producersOf, readsOf } from '../graph/graph.ts';
import { sortNodes } from '../graph/order.ts';
import { codeOf } from '../graph/tensor.ts';

const PREFIX = 'again';

/** Whether the node computes something for the second time. */
export const isRecomputed = (node: Node): boolean => node.name.startsWith(`${PREFIX}/`);

/** Cuts at every LayerNormalization of the forward pass: twice per layer of a transformer. */
export function recomputeLayers(graph: Graph): void {
  const norms = graph.nodes.filter((node) => node.op === 'LayerNormalization' && !isBackward(node));
  recomputeBetween(
    graph,
    norms.map(({ outputs }) => outputs[0]!),
  );
}

/**
 * Keeps of the forward pass only what each segment between two of `cuts` (values, in order) begins with, and computes
 * the rest again when the backward pass comes to it (Chen et al. 2016, "Training Deep Nets with Sublinear Memory
 * Cost"). The numbers stay the same. The last segment is kept: its backward pass comes at once.
 */
function recomputeBetween(graph: Graph, cuts: readonly string[]): void {
  const backward = graph.nodes.filter(isBackward);
  const isCut = new Set(cuts);
  const segmentOf = new Map<Node, number>();
  let segment = 0;
  for (const node of graph.nodes) {
    if (isBackward(node)) continue;
    segmentOf.set(node, segment);
    if (node.outputs.some((output) => isCut.has(output))) segment += 1;
  }
  const producers = producersOf(graph);
  const b = new GraphBuilder(graph, PREFIX);
  for (let s = segment - 1; s >= 0; s--) {
    const own: Own = (name) => {
      const node = producers.get(name);
      return node && segmentOf.get(node) === s && !isCut.has(name) ? node : undefined;
    };
    const at = arrivingGradient(backward, own, producers);
    if (at === undefined) continue;
    const again = createCopies(b, { own, isCut, at });
    for (const node of backward) node.inputs = node.inputs.map((name) => (own(name) ? again(name) : name));
  }
  sortNodes(graph);
}

/** The node of the segment that makes a value which is not kept. */
type Own = (name: string) => Node | undefined;

/** Value of a segment → its name where it is computed again; emits, once each, the nodes that it takes. */
function createCopies(
  b: GraphBuilder,
  { own, isCut, at }: { own: Own; isCut: ReadonlySet<string>; at: string },
): (name: string) => string {
  const renames = new Map<string, string>();
  let zero: string | undefined;
  /** What is kept is read only after `at`. */
  const late = (name: string): string => {
    zero ??= zeroAfter(b, at);
    const copy = b.reshape(name, b.add(b.shape(name), zero));
    renames.set(name, copy);
    return copy;
  };
  const again = (name: string): string => {
    const known = renames.get(name);
    if (known !== undefined) return known;
    const node = own(name);
    if (!node) return isCut.has(name) ? late(name) : name;
    const copy: Node = {
      ...node,
      name: `${PREFIX}/${node.name}`,
      inputs: node.inputs.map((input) => (input === '' ? '' : again(input))),
      outputs: node.outputs.map((output) => (output === '' ? '' : `${PREFIX}/${output}`)),
      attributes: new Map(node.attributes),
    };
    node.outputs.forEach((output, i) => {
      if (output !== '' && !isCut.has(output)) renames.set(output, copy.outputs[i]!);
    });
    b.graph.nodes.push(copy);
    return `${PREFIX}/${name}`;
  };
  return again;
}

/** A value of the backward pass that comes before anything which reads the segment. */
function arrivingGradient(
  backward: readonly Node[],
  own: Own,
  producers: ReadonlyMap<string, Node>,
): string | undefined {
  const after = new Set<string>();
  for (const node of backward) {
    const reads = readsOf(node);
    if (!reads.some((name) => own(name) || after.has(name))) continue;
    const free = reads.find((name) => {
      const from = producers.get(name);
      return from && isBackward(from) && from.op !== 'Shape' && !after.has(name) && !own(name);
    });
    if (free !== undefined) return free;
    for (const output of node.outputs) after.add(output);
  }
  return undefined;
}

/**
 * [0], but only once the value is there: the runtime can then neither take what is computed again for what was
 * computed before nor compute it early. Nothing is less than itself, not even NaN.
 */
function zeroAfter(b: GraphBuilder, value: string): string {
  const flat = b.reshape(value, b.ints([-1]));
  const one = b.emit('Slice', [flat, b.ints([0]), b.ints([1]), b.ints([0])]);
  return b.emit('Cast', [b.emit('Less', [one, one])], { to: codeOf('int64') });
}
