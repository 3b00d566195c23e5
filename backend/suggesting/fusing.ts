import {
  cosines,
  createFuser,
  createRandom,
  type Engine,
  EngineError,
  type FusionWeights,
  fusedOdds,
  type Heads,
  headOdds,
  type LabelPriors,
  labelPriors,
  labelVectors,
  logistic,
  logOdds,
  type ModelSource,
  type Passage,
  type RunFusion,
  readFusionWeights,
  type WordedLabel,
} from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import { SAMPLE } from './priorSample.ts';
import { type ScoreChunk, type TextEvidence, withScorer } from './scorer.ts';

/** How a model as it is, without training, is read: entailment alone, or with the likeness of text and label. */
export const READINGS = ['entailment', 'combined'] as const;
export type Reading = (typeof READINGS)[number];

/**
 * How an untrained model's entailment and embeddings are fused; undefined: entailment alone. Without a wish, the model's
 * own way. Throws `reading_unavailable` when the combined reading is asked of a model that does not say how.
 */
export function fusionFor(dir: string, reading: Reading | undefined): FusionWeights | undefined {
  if (reading === 'entailment') return undefined;
  const fusion = readFusionWeights(dir);
  if (fusion || reading === undefined) return fusion;
  throw new BackendError(
    'reading_unavailable',
    'This model has no combined reading: its folder has no entail.json.',
    { code: 'plain_reading', trained: false },
  );
}

/** Embeds with a model as it is; an engine that dies is started again and the call repeated once. */
export async function embedWith(
  engine: Engine,
  dir: string,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  return engine.embed({ dir }, texts, signal).catch((error: unknown) => {
    if (!(error instanceof EngineError) || error.code !== 'engine_died') throw error;
    return engine.embed({ dir }, texts, signal);
  });
}

/** A vector per label: the mean over its wordings. */
export const labelVectorsWith = (
  engine: Engine,
  dir: string,
  labels: readonly WordedLabel[],
): Promise<Float32Array[]> => labelVectors(labels, (texts) => embedWith(engine, dir, texts));

/** What a sample of these texts tells about the labels. The texts are drawn, for files are often sorted by label. */
export async function learnPriors(
  engine: Engine,
  dir: string,
  { labels, texts, score, signal }: PriorsRequest,
): Promise<LabelPriors> {
  const drawn = createRandom(1).shuffle(texts).slice(0, SAMPLE);
  if (drawn.length === 0) return labelPriors([], labels.length);
  const rows = await score(drawn, labels, signal);
  const vectors = await embedWith(engine, dir, drawn, signal);
  const own = await labelVectorsWith(engine, dir, labels);
  return labelPriors(
    rows.map(({ odds }, i) => ({ odds, cosine: cosines(vectors[i]!, own) })),
    labels.length,
  );
}

interface PriorsRequest {
  readonly labels: readonly WordedLabel[];
  readonly texts: readonly string[];
  readonly score: ScoreChunk;
  readonly signal?: AbortSignal | undefined;
}

/** Probabilities of one text, [labels] each. */
export interface LabelScores {
  readonly probabilities: Float32Array;
  readonly passages: readonly (Passage | null)[];
}

/** What a project's decisions taught, to read other texts with. */
export interface LearntReading {
  readonly heads: Heads;
  /** Where a run suggests: how it is fused with what the heads make of the untrained model. */
  readonly run: {
    readonly fusion: RunFusion;
    readonly source: ModelSource & { readonly fusion?: FusionWeights | undefined };
    readonly priors: LabelPriors | undefined;
  } | null;
}

export type ProbabilityChunk = (texts: readonly string[], signal?: AbortSignal) => Promise<LabelScores[]>;

/**
 * Probabilities of labels for texts outside the project, as suggestions of the project would be. `priors` absent: learnt
 * from `texts`; a source without fusion is read by entailment alone.
 */
export async function withProbabilities<T>(
  engine: Engine,
  spec: ProbabilitySpec,
  work: (score: ProbabilityChunk) => Promise<T>,
): Promise<T> {
  const { fusion, learnt, labels, signal, dir } = spec;
  if (learnt?.run) return withRunAndHeads(engine, spec, { heads: learnt.heads, run: learnt.run }, work);
  const heads = learnt?.heads;
  return withScorer(engine, spec, async (score) => {
    if (!fusion) {
      return work(async (texts, own) => {
        const rows = await score(texts, labels, own);
        const embedded = hasEmbeddings(heads) ? await embedWith(engine, dir, texts, own) : [];
        return rows.map((row, i) => {
          const { odds, passages } = row;
          const plain = { probabilities: odds.map(logistic), passages };
          return heads ? taught(plain, { heads, odds, embedding: embedded[i] }) : plain;
        });
      });
    }
    const learn = async () => learnPriors(engine, dir, { labels, texts: await spec.texts(), score, signal });
    const fuser = createFuser(fusion, spec.priors ?? (await learn()));
    const vectors = await labelVectorsWith(engine, dir, labels);
    return work(async (texts, own) => {
      const rows = await score(texts, labels, own);
      const embedded = await embedWith(engine, dir, texts, own);
      return rows.map((row, i) => {
        const plain = fusedScores(row, cosines(embedded[i]!, vectors), fuser);
        return heads ? taught(plain, { heads, odds: row.odds, embedding: embedded[i] }) : plain;
      });
    });
  });
}

type ProbabilitySpec = Parameters<typeof withScorer>[1] & {
  readonly fusion?: FusionWeights | undefined;
  readonly priors?: LabelPriors | undefined;
  /** What a project's decisions taught of these labels. */
  readonly learnt?: LearntReading | undefined;
  readonly labels: readonly WordedLabel[];
  readonly texts: () => Promise<readonly string[]>;
  readonly signal?: AbortSignal | undefined;
};

/** Two models read each text: the run, and the untrained one as decisions taught to see it. */
async function withRunAndHeads<T>(
  engine: Engine,
  spec: ProbabilitySpec,
  { heads, run }: { readonly heads: Heads; readonly run: NonNullable<LearntReading['run']> },
  work: (score: ProbabilityChunk) => Promise<T>,
): Promise<T> {
  const { labels } = spec;
  const { trained: _, classes: __, ...shared } = spec;
  const untrained = { ...shared, ...run.source, priors: run.priors, learnt: { heads, run: null } };
  return withProbabilities(engine, untrained, (byHeads) =>
    withScorer(engine, spec, (byRun) =>
      work(async (texts, signal) => {
        const own = await byRun(texts, labels, signal);
        const taught = await byHeads(texts, signal);
        return own.map(({ odds, passages }, i) => {
          const h = taught[i]!.probabilities.map(logOdds);
          return {
            probabilities: odds.map((r, label) => logistic(fusedOdds(run.fusion, h[label]!, r))),
            passages,
          };
        });
      }),
    ),
  );
}

function fusedScores(
  { odds, passages }: TextEvidence,
  cosine: Float32Array,
  fuser: ReturnType<typeof createFuser>,
): LabelScores {
  const probabilities = new Float32Array(odds.length);
  fuser({ odds, cosine }, probabilities);
  return { probabilities, passages };
}

/** Whether documents' embeddings say anything to these heads. */
const hasEmbeddings = (heads: Heads | undefined): heads is Heads =>
  heads?.labels.some(({ embedding }) => embedding?.some((weight) => weight !== 0)) ?? false;

/** What is suggested without decisions, as decisions taught to see it. */
function taught(
  { probabilities, passages }: LabelScores,
  {
    heads,
    odds,
    embedding,
  }: { readonly heads: Heads; readonly odds: Float32Array; readonly embedding: Float32Array | undefined },
): LabelScores {
  const dimensions = heads.space.mean.length;
  const evidence = {
    labels: odds.length,
    dimensions,
    suggested: probabilities.map(logOdds),
    entailed: odds,
    embeddings: embedding ?? new Float32Array(dimensions).fill(Number.NaN),
  };
  return { probabilities: headOdds(evidence, heads).map(logistic), passages };
}
