import { consumersOf, type Model } from '../graph/graph.ts';
import { batchFeeds } from '../runtime/feeds.ts';
import { createSession, type Feeds, floatsOf, type SessionOptions } from '../runtime/session.ts';
import type { Batch } from '../text/batches.ts';
import { paddedTogether } from './pairs.ts';

/** What a graph answers to a few batches, and how near another one must come. */
export interface Reference {
  readonly batches: readonly Batch[];
  /** Of each batch: [pairs, classes], row by row. */
  readonly logits: readonly Float32Array[];
  readonly classes: number;
  readonly tolerance: number;
}

/** Of float32 graphs that compute the same in another order. */
export const FLOAT = 1e-4;
/** Of graphs that round to 16 bits, and to 8, while they run: there a last bit more or less is a step. */
const HALF = 0.02;
const INT8 = 0.05;

/** How near to a model's own answers a graph that is made of it must come. */
export function toleranceOf({ graph }: Model): number {
  const readers = consumersOf(graph);
  const rounds = graph.nodes.some(({ op }) =>
    /^(DynamicQuantizeLinear|QuantizeLinear|\w*Integer\w*|Q[A-Z]\w+)$/.test(op),
  );
  if (rounds) return INT8;
  const isHalf = (dtype: string | null) => dtype === 'float16' || dtype === 'bfloat16';
  const computes = [...graph.initializers].some(
    ([name, { dtype }]) => isHalf(dtype) && (readers.get(name) ?? []).some(({ op }) => op !== 'Cast'),
  );
  return computes || graph.outputs.some(({ dtype }) => isHalf(dtype)) ? HALF : FLOAT;
}

/** Runs a graph on batches; `feeds` gives its inputs. */
export async function answersOf(
  model: Model | Uint8Array,
  {
    batches,
    logits,
    feeds = batchFeeds,
    ...options
  }: {
    readonly batches: readonly Batch[];
    readonly logits: string;
    readonly feeds?: (batch: Batch, inputs: readonly string[]) => Feeds;
  } & SessionOptions,
): Promise<Float32Array[]> {
  const session = await createSession(model, { memoryPattern: false, ...options });
  try {
    const found: Float32Array[] = [];
    for (const batch of batches) {
      const outputs = await session.run(feeds(batch, session.inputNames), [logits]);
      found.push(Float32Array.from(floatsOf(outputs[logits])));
    }
    return found;
  } finally {
    await session.release();
  }
}

/**
 * How far apart two lists of logits are: the most that a probability of a class differs, or a logit beside the largest of
 * its row, whichever is more. Not a number where one of them is none.
 */
export function difference(own: Float32Array, other: Float32Array, classes: number): number {
  if (own.length !== other.length) return Number.NaN;
  let most = 0;
  const note = (value: number) => {
    if (!(value <= most)) most = value;
  };
  for (let row = 0; row < own.length; row += classes) {
    const [a, b] = [own.subarray(row, row + classes), other.subarray(row, row + classes)];
    const size = Math.max(1, ...a.map(Math.abs));
    a.forEach((logit, i) => {
      note(Math.abs(logit - b[i]!) / size);
    });
    const [p, q] = [softmax(a), softmax(b)];
    p.forEach((value, i) => {
      note(Math.abs(value - q[i]!));
    });
  }
  return most;
}

function softmax(logits: Float32Array): number[] {
  const most = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Why a graph does not give the reference's answers, in words; undefined: it does. */
export async function judged(
  model: Model,
  reference: Reference,
  logits: string,
): Promise<string | undefined> {
  const found = await answersOf(model, { batches: reference.batches, logits });
  for (const [i, own] of found.entries()) {
    const off = difference(reference.logits[i]!, own, reference.classes);
    if (off <= reference.tolerance) continue;
    const [rows, tokens] = reference.batches[i]!.shape;
    return `off by ${off.toExponential(1)} for ${rows} ${rows === 1 ? 'pair' : 'pairs'} of ${tokens} tokens`;
  }
  return undefined;
}

/**
 * Whether a graph answers a pair otherwise beside other pairs of the same length than alone: one that rounds by the largest
 * value of a batch does.
 */
export async function changesInCompany(
  model: Model,
  { batches, classes }: Pick<Reference, 'batches' | 'classes'>,
  logits: string,
): Promise<boolean> {
  const together = batches.filter(({ shape: [rows] }) => rows > 1);
  const alone = together.flatMap(rowsOf);
  const answers = await answersOf(model, { batches: [...together, ...alone], logits });
  const joined = (part: readonly Float32Array[]) => Float32Array.from(part.flatMap((own) => [...own]));
  const [found, wanted] = [answers.slice(0, together.length), answers.slice(together.length)].map(joined);
  return !(difference(wanted!, found!, classes) <= FLOAT);
}

/** The pairs of a batch, each in a batch of its own. */
const rowsOf = ({ inputIds, attentionMask, tokenTypeIds, shape: [rows, width] }: Batch): Batch[] =>
  Array.from({ length: rows }, (_, row): Batch => {
    const own = (values: BigInt64Array) => values.slice(row * width, (row + 1) * width);
    return {
      inputIds: own(inputIds),
      attentionMask: own(attentionMask),
      tokenTypeIds: own(tokenTypeIds),
      shape: [1, width],
    };
  });

/**
 * The same answers of the same pairs in two batches with padding, short and long ones apart, and the longest alone: what a
 * graph with masks must give.
 */
export function paddedReference(reference: Reference, padId: number): Reference {
  const { batches, logits } = reference;
  const last = batches.length - 1;
  const middle = Math.min(4, last);
  const parts = [
    [0, middle],
    [middle, last],
    [last, last + 1],
  ]
    .filter(([from, to]) => from! < to!)
    .map(([from, to]) => ({
      batch: paddedTogether(batches.slice(from, to), padId),
      logits: Float32Array.from(logits.slice(from, to).flatMap((row) => [...row])),
    }));
  return { ...reference, batches: parts.map(({ batch }) => batch), logits: parts.map((part) => part.logits) };
}
