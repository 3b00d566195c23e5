import {
  createFuser,
  createRandom,
  type Engine,
  embedTexts,
  type FusionWeights,
  type LabelPriors,
  labelPriors,
  logistic,
  type ModelSource,
  type Passage,
  type ReaderSpec,
  type ReadingHeads,
  type ReadTexts,
  type RunFusion,
  readFusionWeights,
  readsEmbeddings,
  type TextEvidence,
  taughtProbabilities,
  togetherWithRun,
  untaughtHeads,
  withTextReader,
} from '../../engine/index.ts';
import { must } from '../../process/must.ts';
import { BackendError } from '../errors.ts';
import { SAMPLE } from './priorSample.ts';

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

/** Texts that tell of labels. */
interface TellingTexts {
  readonly labels: number;
  readonly texts: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** What a sample of these texts tells about the labels. The texts are drawn, for files are often sorted by label. */
export async function learnPriors(read: ReadTexts, { texts, ...how }: TellingTexts): Promise<LabelPriors> {
  const drawn = createRandom(1).shuffle(texts).slice(0, SAMPLE);
  return (await usualBy(read, { ...how, texts: drawn })).priors;
}

/** What is usual for the labels by these very texts, and what was read of them. */
async function usualBy(read: ReadTexts, { labels, texts, signal }: TellingTexts) {
  const rows = texts.length === 0 ? [] : await read({ texts, signal });
  return { rows, priors: labelPriors(rows.map(bothOf), labels) };
}

/** So many texts tell what the documents of a label are like: more change little. */
export const TELLING = 400;

/** What a sample of these texts tells of the labels before anything is decided, and what was read for it. */
async function toldByTexts(
  read: ReadTexts,
  { fusion, texts, ...how }: TellingTexts & { readonly fusion: FusionWeights },
): Promise<{
  priors: LabelPriors;
  heads: ReadingHeads | undefined;
  rows: ReadonlyMap<string, TextEvidence>;
}> {
  const drawn = createRandom(1).shuffle(texts).slice(0, TELLING);
  const first = await usualBy(read, { ...how, texts: drawn.slice(0, SAMPLE) });
  const others = drawn.slice(SAMPLE);
  const rest =
    others.length === 0 ? [] : await read({ texts: others, usual: first.priors, signal: how.signal });
  const rows = [...first.rows, ...rest];
  const fuser = createFuser(fusion, first.priors);
  const [one, ...more] = rows.map((row) => ({
    probabilities: fusedScores(row, fuser).probabilities,
    odds: row.odds,
    embedding: must(row.embedding, 'embedding of a text'),
  }));
  return {
    priors: first.priors,
    heads: one && untaughtHeads([one, ...more]),
    rows: new Map(drawn.map((text, i) => [text, rows[i]!])),
  };
}

/** What is fused, of a text read by a reader that embeds labels too. */
export const bothOf = ({ odds, cosine }: TextEvidence): { odds: Float32Array; cosine: Float32Array } => ({
  odds,
  cosine: must(cosine, 'likeness of text and labels'),
});

/** Probabilities of one text, [labels] each. */
export interface LabelScores {
  readonly probabilities: Float32Array;
  readonly passages: readonly (Passage | null)[];
}

/** What a project's decisions taught, to read other texts with. */
export interface LearntReading {
  readonly heads: ReadingHeads;
  /** Where a run suggests: how it is fused with what the heads make of the untrained model. */
  readonly run: {
    readonly fusion: RunFusion;
    readonly source: ModelSource & { readonly fusion?: FusionWeights | undefined };
    readonly priors: LabelPriors | undefined;
  } | null;
  /** Whose embeddings the heads rest on; absent: those of the untrained model. */
  readonly embedder?: ModelSource | undefined;
}

export type ProbabilityChunk = (texts: readonly string[], signal?: AbortSignal) => Promise<LabelScores[]>;

/**
 * Probabilities of labels for texts outside the project, as suggestions of the project would be. `priors` absent: learnt
 * from `texts`, and without `learnt` what documents of each label are like, too; a source without fusion is read by
 * entailment alone.
 */
export async function withProbabilities<T>(
  engine: Engine,
  spec: ProbabilitySpec,
  work: (score: ProbabilityChunk) => Promise<T>,
): Promise<T> {
  const { fusion, learnt, labels, signal } = spec;
  if (learnt?.run) return withRunAndHeads(engine, spec, { learnt, run: learnt.run }, work);
  const isLike = learnt !== undefined && readsEmbeddings(learnt.heads);
  const embedder = isLike ? learnt.embedder : undefined;
  const embeds = fusion ? 'texts and labels' : isLike && !embedder ? 'texts' : undefined;
  return withTextReader(engine, { ...spec, embeds, interaction: fusion?.interaction }, async (reader) => {
    const told =
      fusion && !spec.priors
        ? await toldByTexts(reader, { fusion, labels: labels.length, texts: await spec.texts(), signal })
        : undefined;
    const usual = fusion && (spec.priors ?? told?.priors);
    const fuser = fusion && usual && createFuser(fusion, usual);
    const heads = learnt?.heads ?? told?.heads;
    const read = told ? readOnce(reader, told.rows) : reader;
    return work(async (texts, own) => {
      const rows = await read({ texts, usual, signal: own });
      const tuned = embedder && (await embedTexts(engine, embedder, texts, own));
      return rows.map((row, i) => {
        const { odds, passages } = row;
        const embedding = tuned ? must(tuned[i], 'embedding of a text') : row.embedding;
        const plain = fuser ? fusedScores(row, fuser) : { probabilities: odds.map(logistic), passages };
        if (!heads) return plain;
        const { probabilities } = plain;
        return { probabilities: taughtProbabilities(heads, { probabilities, odds, embedding }), passages };
      });
    });
  });
}

/** The same reader, which reads no text again that it has read. */
const readOnce =
  (read: ReadTexts, known: ReadonlyMap<string, TextEvidence>): ReadTexts =>
  async (question) => {
    const missing = question.texts.filter((text) => !known.has(text));
    const fresh = missing.length === 0 ? [] : await read({ ...question, texts: missing });
    let next = 0;
    return question.texts.map((text) => known.get(text) ?? must(fresh[next++], 'reading of a text'));
  };

type ProbabilitySpec = Omit<ReaderSpec, 'embeds' | 'interaction'> & {
  readonly fusion?: FusionWeights | undefined;
  readonly priors?: LabelPriors | undefined;
  /** What a project's decisions taught of these labels. */
  readonly learnt?: LearntReading | undefined;
  readonly texts: () => Promise<readonly string[]>;
};

/** Two models read each text: the run, and the untrained one as decisions taught to see it. */
async function withRunAndHeads<T>(
  engine: Engine,
  spec: ProbabilitySpec,
  { learnt, run }: { readonly learnt: LearntReading; readonly run: NonNullable<LearntReading['run']> },
  work: (score: ProbabilityChunk) => Promise<T>,
): Promise<T> {
  const { trained: _, classes: __, ...shared } = spec;
  const untrained = { ...shared, ...run.source, priors: run.priors, learnt: { ...learnt, run: null } };
  return withProbabilities(engine, untrained, (byHeads) =>
    withTextReader(engine, spec, (byRun) =>
      work(async (texts, signal) => {
        const own = await byRun({ texts, signal });
        const taught = await byHeads(texts, signal);
        return own.map(({ odds, passages }, i) => ({
          probabilities: togetherWithRun(run.fusion, {
            byHeads: taught[i]!.probabilities,
            byRun: odds,
          }),
          passages,
        }));
      }),
    ),
  );
}

function fusedScores(row: TextEvidence, fuser: ReturnType<typeof createFuser>): LabelScores {
  const probabilities = new Float32Array(row.odds.length);
  fuser(bothOf(row), probabilities);
  return { probabilities, passages: row.passages };
}
