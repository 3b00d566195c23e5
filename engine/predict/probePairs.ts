import type { Evaluator } from '../graph/fuse/padding.ts';
import type { Model } from '../graph/graph.ts';
import { SIZES } from '../graph/probe.ts';
import type { NliModel } from '../models/nliModel.ts';
import type { RowMaxima } from '../quantize/outliers.ts';
import { createSession, type Feeds, floatsOf, integers } from '../runtime/session.ts';
import { type Batch, collate, planBatches } from '../text/batches.ts';
import { batchFeeds } from '../train/step.ts';

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

/** A few built-in pairs as batches without padding, in which a model can be tried out. */
export function probeBatches({ tokenizer, folder }: NliModel): Batch[] {
  const pairs = HYPOTHESES.flatMap((hypothesis) =>
    TEXTS.map((text) => tokenizer.encodePair(text, hypothesis, { maxLength: folder.maxLength })),
  );
  const lengths = pairs.map(({ inputIds }) => inputIds.length);
  return planBatches(lengths, { tokensPerBatch: 512, maxBatch: 16, padding: false }).map((indices) =>
    collate(
      indices.map((index) => pairs[index]!),
      tokenizer.padId,
    ),
  );
}

/** The row maxima of values [batch, sequence, channels] over the built-in pairs. */
export async function watchRows(
  nli: NliModel,
  model: Model,
  names: readonly string[],
): Promise<Map<string, RowMaxima>> {
  model.graph.outputs = names.map((name) => ({ name, dtype: null, dims: null }));
  const found = new Map(names.map((name) => [name, { first: [] as number[], rest: [] as number[] }]));
  if (names.length === 0) return found;
  const session = await createSession(model);
  try {
    for (const batch of probeBatches(nli)) {
      const values = await session.run(batchFeeds(batch, session.inputNames));
      for (const [name, { first, rest }] of found) {
        const [, sequence = 1, channels = 1] = values[name]!.dims;
        rowMaxima(floatsOf(values[name]), channels).forEach((largest, row) => {
          (row % sequence === 0 ? first : rest).push(largest);
        });
      }
    }
  } finally {
    await session.release();
  }
  return found;
}

function rowMaxima(values: Float32Array, channels: number): number[] {
  return Array.from({ length: values.length / channels }, (_, row) =>
    values
      .subarray(row * channels, (row + 1) * channels)
      .reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
  );
}

/** Runs a model on made-up tokens without padding, at the sizes its shapes were found with. */
export const evaluateUnpadded: Evaluator = async (model) => {
  const session = await createSession(model, { optimization: 'disabled', threads: 1 });
  try {
    const runs = [];
    for (const { batch, sequence } of SIZES) {
      const count = batch * sequence;
      const feeds: Feeds = {};
      for (const name of session.inputNames) {
        const value = name === 'token_type_ids' || name === 'position_ids' ? 0n : 1n;
        feeds[name] = integers(new BigInt64Array(count).fill(value), [batch, sequence]);
      }
      const outputs = await session.run(feeds);
      runs.push(new Map(Object.entries(outputs).map(([name, { data }]) => [name, numbersOf(data)])));
    }
    return runs;
  } finally {
    await session.release();
  }
};

const numbersOf = (data: unknown): number[] => Array.from(data as ArrayLike<number | bigint>, Number);
