import { HYPOTHESES, SEEN, UNSEEN } from '../check/texts.ts';
import type { Model } from '../graph/graph.ts';
import type { NliModel } from '../model/nliModel.ts';
import { batchFeeds } from '../runtime/feeds.ts';
import { createSession, floatsOf } from '../runtime/session.ts';
import { type Batch, collate, planBatches } from '../text/batches.ts';
import type { RowRange } from './activations.ts';

/** Built-in pairs as batches without padding, in which a model can be tried out. */
export function probeBatches({ tokenizer, folder }: NliModel, texts: 'seen' | 'unseen'): Batch[] {
  const pairs = HYPOTHESES.flatMap((hypothesis) =>
    (texts === 'seen' ? SEEN : UNSEEN).map((text) =>
      tokenizer.encodePair(text, hypothesis, { maxLength: folder.maxLength }),
    ),
  );
  const lengths = pairs.map(({ inputIds }) => inputIds.length);
  return planBatches(lengths, { tokensPerBatch: 512, maxBatch: 16, padding: false }).map((indices) =>
    collate(
      indices.map((index) => pairs[index]!),
      tokenizer.padId,
    ),
  );
}

/** The rows of values [batch, sequence, channels] over the pairs that may be seen. */
export async function watchRows(
  nli: NliModel,
  model: Model,
  names: readonly string[],
): Promise<Map<string, { first: RowRange[]; rest: RowRange[] }>> {
  model.graph.outputs = names.map((name) => ({ name, dtype: null, dims: null }));
  const found = new Map(names.map((name) => [name, { first: [] as RowRange[], rest: [] as RowRange[] }]));
  if (names.length === 0) return found;
  const session = await createSession(model);
  try {
    for (const batch of probeBatches(nli, 'seen')) {
      const values = await session.run(batchFeeds(batch, session.inputNames));
      for (const [name, { first, rest }] of found) {
        const [, sequence = 1, channels = 1] = values[name]!.dims;
        rowRanges(floatsOf(values[name]), channels).forEach((range, row) => {
          (row % sequence === 0 ? first : rest).push(range);
        });
      }
    }
  } finally {
    await session.release();
  }
  return found;
}

function rowRanges(values: Float32Array, channels: number): RowRange[] {
  return Array.from({ length: values.length / channels }, (_, row) => {
    const own = values.subarray(row * channels, (row + 1) * channels);
    return { least: Math.min(...own), most: Math.max(...own) };
  });
}
