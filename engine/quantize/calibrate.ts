import { HYPOTHESES, SEEN } from '../check/texts.ts';
import { cloneModel, type Model } from '../graph/graph.ts';
import type { NliModel } from '../model/nliModel.ts';
import { batchFeeds } from '../runtime/feeds.ts';
import { createSession, floatsOf } from '../runtime/session.ts';
import { type Batch, collate } from '../text/batches.ts';
import { type ActivationMaxima, quantizableInputs } from './modelFile.ts';

const MAX_PAIRS = 60;

/**
 * Runs pairs through the float32 graph and notes how large activations become: of the given texts and hypotheses, of the
 * built-in ones, and of every length that the model reads.
 */
export async function calibrate(
  nli: NliModel,
  weights: Model,
  own: { readonly texts: readonly string[]; readonly hypotheses: readonly string[] },
): Promise<ActivationMaxima> {
  const { prepared } = nli;
  const watched = cloneModel(weights);
  const names = quantizableInputs(watched.graph);
  watched.graph.outputs = [
    ...watched.graph.outputs.filter(({ name }) => name === prepared.logits),
    ...names.map((name) => ({ name, dtype: null, dims: null })),
  ];
  const session = await createSession(watched);
  const maxima = new Map<string, Float32Array>();
  try {
    for (const batch of calibrationBatches(nli, own)) {
      const values = await session.run(batchFeeds(batch, session.inputNames), names);
      for (const name of names) note(maxima, name, floatsOf(values[name]), values[name]!.dims.at(-1)!);
    }
  } finally {
    await session.release();
  }
  return maxima;
}

function* calibrationBatches(
  { tokenizer, folder, reference }: NliModel,
  { texts, hypotheses }: { readonly texts: readonly string[]; readonly hypotheses: readonly string[] },
): Generator<Batch> {
  const kinds = [
    { texts, hypotheses },
    { texts: SEEN, hypotheses: [...hypotheses.slice(0, 1), ...HYPOTHESES] },
  ];
  for (const kind of kinds) {
    const count = Math.min(MAX_PAIRS, kind.texts.length * kind.hypotheses.length);
    for (let i = 0; i < count; i++) {
      const text = kind.texts[i % kind.texts.length]!;
      const hypothesis = kind.hypotheses[Math.floor(i / kind.texts.length) % kind.hypotheses.length]!;
      const pair = tokenizer.encodePair(text, hypothesis, { maxLength: folder.maxLength });
      yield collate([pair], tokenizer.padId);
    }
  }
  yield* reference.batches;
}

function note(maxima: Map<string, Float32Array>, name: string, values: Float32Array, channels: number): void {
  const most = maxima.get(name) ?? new Float32Array(channels);
  for (let i = 0; i < values.length; i++) {
    const channel = i % channels;
    const size = Math.abs(values[i]!);
    if (size > most[channel]!) most[channel] = size;
  }
  maxima.set(name, most);
}
