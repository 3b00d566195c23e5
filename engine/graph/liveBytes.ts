import { type Graph, type Node, readsOf } from './graph.ts';

/** Operators that give their first input another shape, in the same memory. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);
/** Operators whose result the runtime writes over an operand that nothing else reads any more. */
const IN_PLACE = new Set(
  'Add Sub Mul Div Neg Exp Erf Sqrt Tanh Relu Sigmoid Abs Where Softmax LogSoftmax Clip Pow Reciprocal'.split(
    ' ',
  ),
);

/**
 * The most bytes of intermediate values that are alive at a time when the nodes run in this order: each from the node
 * that makes it to the last one that reads it. Inputs, constants and outputs are the caller's and count nothing.
 */
export function peakLiveBytes(
  graph: Graph,
  order: readonly Node[],
  bytesOf: (value: string) => number,
): number {
  const foreign = new Set([...graph.initializers.keys(), ...graph.inputs.map(({ name }) => name)]);
  for (const { name } of graph.outputs) foreign.add(name);
  const owner = ownersOf(order);
  const lastUse = new Map<string, number>();
  for (const [at, node] of order.entries()) {
    for (const name of [...node.outputs, ...readsOf(node)]) lastUse.set(owner(name), at);
  }
  for (const name of foreign) lastUse.delete(owner(name));
  const alive = new Map<string, number>();
  let [live, peak] = [0, 0];
  for (const [at, node] of order.entries()) {
    const made = node.outputs.filter((name) => name !== '' && owner(name) === name && lastUse.has(name));
    for (const name of made) {
      const bytes = bytesOf(name);
      alive.set(name, bytes);
      live += bytes;
    }
    const dying = new Set(readsOf(node).map(owner));
    for (const name of dying) if (lastUse.get(name) !== at || made.includes(name)) dying.delete(name);
    peak = Math.max(peak, live - overwritten(node, made, dying, alive));
    for (const name of [...dying, ...made.filter((output) => lastUse.get(output) === at)]) {
      live -= alive.get(name) ?? 0;
      alive.delete(name);
    }
  }
  return peak;
}

/** Bytes that need not be there twice while the node runs. */
function overwritten(
  { op }: Node,
  made: readonly string[],
  dying: ReadonlySet<string>,
  alive: ReadonlyMap<string, number>,
): number {
  const bytes = IN_PLACE.has(op) && made.length === 1 ? alive.get(made[0]!)! : 0;
  return [...dying].some((name) => alive.get(name) === bytes) ? bytes : 0;
}

/** Value → the value in whose memory it lies. */
function ownersOf(order: readonly Node[]): (value: string) => string {
  const owners = new Map<string, string>();
  for (const { op, domain, inputs, outputs } of order) {
    if (domain === '' && VIEWS.has(op)) owners.set(outputs[0]!, owners.get(inputs[0]!) ?? inputs[0]!);
  }
  return (value) => owners.get(value) ?? value;
}
