import { cloneModel, type Model } from '../graph/graph.ts';
import type { NliModel } from '../models/nliModel.ts';
import { createSession, floatsOf } from '../runtime/session.ts';
import { collate } from '../text/batches.ts';
import { batchFeeds } from '../train/step.ts';
import { quantizableInputs } from './modelFile.ts';

/** The largest magnitude of each channel of the values that weight matrices multiply: value's name → [channels]. */
export type ActivationMaxima = ReadonlyMap<string, Float32Array>;

const MAX_PAIRS = 40;

/** Runs texts through the float32 graph and notes how large activations become. texts and hypotheses must not be empty. */
export async function calibrate(
  { prepared, tokenizer, folder }: NliModel,
  weights: Model,
  { texts, hypotheses }: { texts: readonly string[]; hypotheses: readonly string[] },
): Promise<ActivationMaxima> {
  const watched = cloneModel(weights);
  const names = quantizableInputs(watched.graph);
  watched.graph.outputs = [
    ...watched.graph.outputs.filter(({ name }) => name === prepared.logits),
    ...names.map((name) => ({ name, dtype: null, dims: null })),
  ];
  const session = await createSession(watched);
  const maxima = new Map<string, Float32Array>();
  try {
    const count = Math.min(MAX_PAIRS, texts.length * hypotheses.length);
    for (let i = 0; i < count; i++) {
      const text = texts[i % texts.length]!;
      const hypothesis = hypotheses[Math.floor(i / texts.length) % hypotheses.length]!;
      const pair = tokenizer.encodePair(text, hypothesis, { maxLength: folder.maxLength });
      const feeds = batchFeeds(collate([pair], tokenizer.padId), session.inputNames);
      const values = await session.run(feeds, names);
      for (const name of names) note(maxima, name, floatsOf(values[name]), values[name]!.dims.at(-1)!);
    }
  } finally {
    await session.release();
  }
  return maxima;
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
