import type { Model } from '../../graph/graph.ts';
import { readsEmbeddings, taughtProbabilities, togetherWithRun } from '../../head/reading.ts';
import { createTextEmbedder } from '../../inference/embed.ts';
import { createLikener } from '../../inference/likeness.ts';
import { createScorer } from '../../inference/score.ts';
import { readInteraction } from '../../model/interactionFile.ts';
import type { NliModel } from '../../model/nliModel.ts';
import { logistic } from '../../nli/probability.ts';
import { flattenHypotheses, labelOdds } from '../../zeroshot/ensemble.ts';
import { createFuser } from '../../zeroshot/fusion.ts';
import { type Unasked, unasked } from '../../zeroshot/shortlist.ts';
import type { LearntConstants } from './constants.ts';

/** The graphs that a suggestion is made of: two of the model's structure, and two of its encoder's. */
export interface LearntGraphs {
  /** Without training. */
  readonly base: Model;
  /** null: there was no training. */
  readonly run: Model | null;
  /** What texts and labels are embedded with without training. */
  readonly likeness: Model;
  /** What texts are embedded with for heads. */
  readonly embedding: Model;
}

/**
 * What a project suggests for texts, [texts][labels], in float32: `graphs` are read one after the other. `asFile`: what ONNX
 * Runtime is given of a graph; absent: what the app makes of it.
 */
export async function suggestTogether(
  model: NliModel,
  graphs: LearntGraphs,
  {
    learnt: { labels, heads, combination, priors, run },
    texts,
    asFile,
  }: {
    readonly learnt: LearntConstants;
    readonly texts: readonly string[];
    readonly asFile?: ((graph: Model) => Uint8Array) | undefined;
  },
): Promise<Float32Array[]> {
  const hypotheses = labels.map((label) => label.hypotheses);
  const { sentences, labelOf } = flattenHypotheses(hypotheses);
  const oddsBy = async (graph: Model, rest: Unasked | null): Promise<Float32Array[]> => {
    const scorer = await createScorer(model, { weights: asFile?.(graph) ?? graph });
    try {
      const rows = await scorer.score({ texts, hypotheses: sentences, asked: rest?.asked });
      return rows.map((row, i) => perLabel((rest?.fill(row, i) ?? row).odds, hypotheses));
    } finally {
      await scorer.release();
    }
  };
  const embedBy = async (graph: Model, own: readonly string[]): Promise<Float32Array[]> => {
    const embedder = await createTextEmbedder(await model.encoder(), { weights: graph });
    try {
      return await embedder.embed(own);
    } finally {
      await embedder.release();
    }
  };
  const likenesses = async (): Promise<Float32Array[]> => {
    const encoder = await model.encoder();
    const interaction = combination?.interaction ? readInteraction(encoder.folder.dir) : null;
    const embedder = await createTextEmbedder(encoder, { weights: graphs.likeness, interaction });
    try {
      const liken = await createLikener(embedder, labels, combination?.interaction);
      return (await liken(texts)).map(({ cosine }) => cosine);
    } finally {
      await embedder.release();
    }
  };
  const fuser = combination && priors && createFuser(combination, priors);
  const likeness = fuser ? await likenesses() : [];
  const odds = await oddsBy(graphs.base, fuser ? unasked(priors, likeness, labelOf) : null);
  const plain = odds.map((row, i) => {
    if (!fuser) return row.map(logistic);
    const probabilities = new Float32Array(labels.length);
    fuser({ odds: row, cosine: likeness[i]! }, probabilities);
    return probabilities;
  });
  const embeddings = readsEmbeddings(heads) ? await embedBy(graphs.embedding, texts) : null;
  const taught = plain.map((probabilities, i) =>
    taughtProbabilities(heads, { probabilities, odds: odds[i]!, embedding: embeddings?.[i] ?? null }),
  );
  if (run === null || graphs.run === null) return taught;
  const trained = await oddsBy(graphs.run, null);
  return taught.map((byHeads, i) => togetherWithRun(run, { byHeads, byRun: trained[i]! }));
}

function perLabel(odds: Float32Array, hypotheses: readonly (readonly string[])[]): Float32Array {
  let at = 0;
  return Float32Array.from(hypotheses, ({ length }) => {
    at += length;
    return labelOdds(odds.subarray(at - length, at));
  });
}
