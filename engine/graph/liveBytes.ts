import { mustGet } from '../../process/must.ts';
import { type Graph, type Node, readsOf } from './graph.ts';

/** Operators that give their first input another shape, in the same memory. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);
/** Operators whose result the runtime writes over an operand that nothing else reads any more. */
const IN_PLACE = new Set(
  'Add Sub Mul Div Neg Exp Erf Sqrt Tanh Relu Sigmoid Abs Where Softmax LogSoftmax Clip Pow Reciprocal'.split(
    ' ',
  ),
);

/** What a node makes, and which values nothing reads after it. */
interface Step {
  readonly made: readonly string[];
  readonly ended: readonly string[];
  readonly inPlace: boolean;
}

/** When the values of a graph come and go. Inputs, constants and outputs are the caller's and do not appear. */
export type Lifetimes = readonly Step[];

/** Lifetimes when the nodes run in this order: from the node that makes a value to the last that reads it. */
export function lifetimesOf(graph: Graph, order: readonly Node[]): Lifetimes {
  const owner = ownersOf(order);
  const last = new Map<string, number>();
  for (const [at, node] of order.entries()) {
    for (const name of [...node.outputs, ...readsOf(node)]) last.set(owner(name), at);
  }
  const foreign = [...graph.initializers.keys(), ...[...graph.inputs, ...graph.outputs].map((v) => v.name)];
  for (const name of foreign) last.delete(owner(name));
  return order.map((node, at) => {
    const made = node.outputs.filter((name) => owner(name) === name && last.has(name));
    const touched = new Set([...made, ...readsOf(node).map(owner)]);
    const ended = [...touched].filter((name) => last.get(name) === at);
    return { made, ended, inPlace: IN_PLACE.has(node.op) };
  });
}

/** The most bytes that are alive at a time. */
export function peakLiveBytes(lifetimes: Lifetimes, bytesOf: (value: string) => number): number {
  const alive = new Map<string, number>();
  let [live, peak] = [0, 0];
  for (const { made, ended, inPlace } of lifetimes) {
    for (const name of made) {
      const bytes = bytesOf(name);
      alive.set(name, bytes);
      live += bytes;
    }
    const result = inPlace && made.length === 1 ? mustGet(alive, made[0]!, 'value alive') : 0;
    const overwrites = ended.some((name) => name !== made[0] && alive.get(name) === result);
    peak = Math.max(peak, overwrites ? live - result : live);
    for (const name of ended) {
      live -= alive.get(name) ?? 0;
      alive.delete(name);
    }
  }
  return peak;
}

/** Value → the value in whose memory it lies. */
function ownersOf(order: readonly Node[]): (value: string) => string {
  const owners = new Map<string, string>();
  for (const { op, domain, inputs, outputs } of order) {
    if (domain === '' && VIEWS.has(op)) owners.set(outputs[0]!, owners.get(inputs[0]!) ?? inputs[0]!);
  }
  return (value) => owners.get(value) ?? value;
}
