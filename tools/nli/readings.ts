import { embedTexts } from '../../engine/inference/embed.ts';
import type { Precision } from '../../engine/inference/precision.ts';
import { createScorer } from '../../engine/inference/score.ts';
import type { NliModel } from '../../engine/model/nliModel.ts';
import { createRandom } from '../../engine/random.ts';
import { type LabelPriors, labelPriors, type TextReading } from '../../engine/zeroshot/fusion.ts';
import { cosines, labelVectors } from '../../engine/zeroshot/labelVector.ts';
import type { TextSet } from './readData.ts';

/** Both readings of each text of a set, and what a sample of its texts tells about its labels. */
export interface SetReadings {
  readonly set: TextSet;
  readonly texts: readonly TextReading[];
  /** Their embeddings. */
  readonly vectors: readonly Float32Array[];
  readonly priors: LabelPriors;
}

/** So many texts of a set give the priors of its labels: as many as the app reads. */
export const SAMPLE = 48;

/** Scores a set as the app does. */
export async function readingsOf(
  model: NliModel,
  set: TextSet,
  precision: Precision = 'auto',
): Promise<SetReadings> {
  const texts = set.texts.map(({ text }) => text);
  const scorer = await createScorer(model, { precision });
  const scored = await scorer.score({ texts, hypotheses: set.labels.map(({ hypothesis }) => hypothesis) });
  await scorer.release();
  const vectors = await embedTexts(model, texts);
  const labels = await vectorsOfLabels(model, set);
  const readings = scored.map(({ odds }, i) => ({
    odds,
    cosine: cosines(vectors[i]!, labels),
  }));
  const sample = createRandom(1).shuffle(readings).slice(0, SAMPLE);
  return { set, texts: readings, vectors, priors: labelPriors(sample, labels.length) };
}

/** A vector per label, the mean over its wordings. */
export async function vectorsOfLabels(model: NliModel, set: TextSet): Promise<Float32Array[]> {
  const labels = set.labels.map(({ name, description, hypothesis }) => ({
    name,
    description,
    hypotheses: [hypothesis],
  }));
  return labelVectors(labels, (texts) => embedTexts(model, texts));
}
