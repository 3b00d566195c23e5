import { pairBatch } from '../check/pairs.ts';
import type { Reference } from '../check/reference.ts';
import type { NliModel } from '../model/nliModel.ts';
import type { NliClasses } from '../nli/classes.ts';
import { labelProbabilities } from '../nli/probability.ts';
import { probeBatches } from '../quantize/probePairs.ts';
import { batchFeeds } from '../runtime/feeds.ts';
import { createSession, floatsOf, type Session } from '../runtime/session.ts';
import type { Batch } from '../text/batches.ts';

/** What the 8-bit model did to probabilities and to the time of a batch, on this machine. */
export interface SelfTest {
  readonly largestDifference: number;
  readonly meanDifference: number;
  readonly floatMs: number;
  readonly quantizedMs: number;
}

const REPEATS = 3;

/**
 * Runs both models on the same pairs, on one thread; the times are those of the fastest run. With `reference` the 8-bit
 * one is compared with the model's own answers too, up to its longest pair, and with float32's of more pairs.
 */
export async function testInt8(
  nli: NliModel,
  models: { readonly float: Uint8Array; readonly quantized: Uint8Array; readonly reference?: Reference },
): Promise<SelfTest> {
  const { prepared, classes } = nli;
  const batches = probeBatches(nli, 'unseen');
  const sessions = [
    await createSession(models.float, { threads: 1 }),
    await createSession(models.quantized, { threads: 1 }),
  ] as const;
  try {
    const [float, quantized] = await alternate(sessions, batches, prepared.logits);
    const { reference } = models;
    if (!reference) return compared(float, quantized, classes);
    const more = moreBatches(nli, reference);
    const wanted = await timed(sessions[0], more, prepared.logits);
    const answers = await timed(sessions[1], [...reference.batches, ...more], prepared.logits);
    const joined = (first: Float32Array, rest: readonly Float32Array[]) =>
      Float32Array.from([first, ...rest].flatMap((part) => [...part]));
    return compared(
      { ms: float.ms, logits: joined(float.logits, [...reference.logits, wanted.logits]) },
      { ms: quantized.ms, logits: joined(quantized.logits, [answers.logits]) },
      classes,
    );
  } finally {
    for (const session of sessions) await session.release();
  }
}

/** Single pairs of many lengths, each of other words: what is far off only here and there shows in many pairs alone. */
function moreBatches({ tokenizer }: NliModel, { batches }: Reference): Batch[] {
  const longest = batches.at(-1)!.shape[1];
  return Array.from({ length: MORE_PAIRS }, (_, i) => LEAST_TOKENS + i * MORE_TOKENS)
    .filter((sequence) => sequence <= longest)
    .map((sequence) => pairBatch(tokenizer, { batch: 1, sequence }));
}
const MORE_PAIRS = 60;
const LEAST_TOKENS = 10;
const MORE_TOKENS = 6;

interface Timed {
  readonly ms: number;
  readonly logits: Float32Array;
}

/** In turns, so that other work on the machine slows both alike. */
async function alternate(
  [a, b]: readonly [Session, Session],
  batches: readonly Batch[],
  logits: string,
): Promise<[Timed, Timed]> {
  const run = (session: Session) => timed(session, batches, logits);
  let best: [Timed, Timed] = [await run(a), await run(b)];
  for (let i = 0; i < REPEATS; i++) {
    const next = [await run(a), await run(b)] as const;
    best = [faster(best[0], next[0]), faster(best[1], next[1])];
  }
  return best;
}

const faster = (a: Timed, b: Timed) => (b.ms < a.ms ? b : a);

function compared(float: Timed, quantized: Timed, classes: NliClasses): SelfTest {
  const own = labelProbabilities(float.logits, classes);
  const other = labelProbabilities(quantized.logits, classes);
  // What is no number is as wrong as can be.
  const differences = Array.from(own, (p, i) => Math.abs(p - other[i]!)).map((d) =>
    Number.isNaN(d) ? 1 : Math.min(d, 1),
  );
  return {
    largestDifference: Math.max(...differences),
    meanDifference: differences.reduce((sum, d) => sum + d, 0) / differences.length,
    floatMs: float.ms,
    quantizedMs: quantized.ms,
  };
}

async function timed(session: Session, batches: readonly Batch[], logits: string): Promise<Timed> {
  const started = performance.now();
  const found: number[] = [];
  for (const batch of batches) {
    const outputs = await session.run(batchFeeds(batch, session.inputNames), [logits]);
    found.push(...floatsOf(outputs[logits]));
  }
  return { ms: performance.now() - started, logits: Float32Array.from(found) };
}
