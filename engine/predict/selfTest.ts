import type { NliModel } from '../models/nliModel.ts';
import type { NliClasses } from '../nli/classes.ts';
import { labelProbabilities } from '../nli/probability.ts';
import { createSession, floatsOf, type Session } from '../runtime/session.ts';
import { type Batch, collate } from '../text/batches.ts';
import { batchFeeds } from '../train/step.ts';

/** What the 8-bit model did to probabilities and to the time of a batch, on this machine. */
export interface SelfTest {
  readonly largestDifference: number;
  readonly meanDifference: number;
  readonly floatMs: number;
  readonly quantizedMs: number;
}

/** Of several kinds and lengths: praise, complaint, question, news, science, instruction. */
const TEXTS = [
  'The parcel arrived two weeks late, and nobody answered my e-mails.',
  'Great value for the price; I would buy it again.',
  'how do i reset my password??',
  'The government announced new rules for banks on Tuesday, to come into force next year.',
  'Researchers measured lead in the blood of 240 children who live near the smelter and compared it with the national average.',
  'Heat the oil, add the onions and cook until soft.',
  'Two goals in the last five minutes gave the visitors a surprising win.',
  'She plays the violin every evening in a small church by the river.',
];
const HYPOTHESES = ['This text is about money.', 'The author complains.'];
const REPEATS = 5;

/** Runs both models on the same pairs, on one thread; the times are those of the fastest run. */
export async function testInt8(
  { tokenizer, folder, prepared, classes }: NliModel,
  models: { readonly float: Uint8Array; readonly quantized: Uint8Array },
): Promise<SelfTest> {
  const pairs = HYPOTHESES.flatMap((hypothesis) =>
    TEXTS.map((text) => tokenizer.encodePair(text, hypothesis, { maxLength: folder.maxLength })),
  );
  const batch = collate(pairs, tokenizer.padId);
  const sessions = [
    await createSession(models.float, { threads: 1 }),
    await createSession(models.quantized, { threads: 1 }),
  ] as const;
  try {
    const [float, quantized] = await alternate(sessions, batch, prepared.logits);
    return compared(float, quantized, classes);
  } finally {
    for (const session of sessions) await session.release();
  }
}

interface Timed {
  readonly ms: number;
  readonly logits: Float32Array;
}

/** In turns, so that other work on the machine slows both alike. */
async function alternate(
  [a, b]: readonly [Session, Session],
  batch: Batch,
  logits: string,
): Promise<[Timed, Timed]> {
  const run = (session: Session) => timed(session, batchFeeds(batch, session.inputNames), logits);
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
  const differences = Array.from(own, (p, i) => Math.abs(p - other[i]!));
  return {
    largestDifference: Math.max(...differences),
    meanDifference: differences.reduce((sum, d) => sum + d, 0) / differences.length,
    floatMs: float.ms,
    quantizedMs: quantized.ms,
  };
}

async function timed(session: Session, feeds: Parameters<Session['run']>[0], logits: string) {
  const started = performance.now();
  const outputs = await session.run(feeds, [logits]);
  return { ms: performance.now() - started, logits: floatsOf(outputs[logits]) };
}
