import { createTextEmbedder } from '../../engine/inference/embed.ts';
import { createLikener, type Likeness } from '../../engine/inference/likeness.ts';
import type { Precision } from '../../engine/inference/precision.ts';
import { createScorer } from '../../engine/inference/score.ts';
import { readFusionWeights } from '../../engine/model/fusionFile.ts';
import { readInteraction } from '../../engine/model/interactionFile.ts';
import type { NliModel } from '../../engine/model/nliModel.ts';
import { createRandom } from '../../engine/random.ts';
import {
  type InteractionShare,
  type LabelPriors,
  labelPriors,
  type TextReading,
} from '../../engine/zeroshot/fusion.ts';
import type { WordedLabel } from '../../engine/zeroshot/labelVector.ts';
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

/** Scores a set as the app does. interaction: absent: as the model's `entail.json` says. */
export async function readingsOf(
  model: NliModel,
  set: TextSet,
  {
    precision = 'auto',
    interaction = readFusionWeights(model.folder.dir)?.interaction,
  }: { readonly precision?: Precision; readonly interaction?: InteractionShare | undefined } = {},
): Promise<SetReadings> {
  const texts = set.texts.map(({ text }) => text);
  const scorer = await createScorer(model, { precision });
  const scored = await scorer.score({ texts, hypotheses: set.labels.map(({ hypothesis }) => hypothesis) });
  await scorer.release();
  const alike = await likenessesOf(model, texts, { labels: wordedLabels(set), interaction });
  const readings = scored.map(({ odds }, i) => ({ odds, cosine: alike[i]!.cosine }));
  const vectors = alike.map(({ embedding }) => embedding);
  const sample = createRandom(1).shuffle(readings).slice(0, SAMPLE);
  return { set, texts: readings, vectors, priors: labelPriors(sample, set.labels.length) };
}

/** How much texts are like labels, and their embeddings; `most` windows of a text are read. */
export async function likenessesOf(
  model: NliModel,
  texts: readonly string[],
  {
    labels,
    interaction,
    most,
  }: {
    readonly labels: readonly WordedLabel[];
    readonly interaction: InteractionShare | undefined;
    readonly most?: number;
  },
): Promise<Likeness[]> {
  const encoder = await model.encoder();
  const compared = interaction ? readInteraction(encoder.folder.dir) : null;
  const embedder = await createTextEmbedder(encoder, { interaction: compared, ...(most && { most }) });
  try {
    return await (await createLikener(embedder, labels, interaction))(texts);
  } finally {
    await embedder.release();
  }
}

/** The labels of a set as the app has them. */
export const wordedLabels = ({ labels }: Pick<TextSet, 'labels'>): WordedLabel[] =>
  labels.map(({ name, description, hypothesis }) => ({ name, description, hypotheses: [hypothesis] }));
