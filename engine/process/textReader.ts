import { must } from '../../process/must.ts';
import { EngineError } from '../errors.ts';
import type { Likeness } from '../inference/likeness.ts';
import type { Passage } from '../inference/score.ts';
import type { Device } from '../runtime/session.ts';
import { flattenHypotheses, labelOdds } from '../zeroshot/ensemble.ts';
import type { InteractionShare, LabelPriors } from '../zeroshot/fusion.ts';
import { cosines, labelVectors, type WordedLabel } from '../zeroshot/labelVector.ts';
import { unasked } from '../zeroshot/shortlist.ts';
import type { Engine, RemoteScorer } from './client.ts';
import type { ModelSource, ScorerSpec } from './protocol.ts';

/** What a model says of one text. The labels that were asked about are in the order of the question. */
export interface TextEvidence {
  /** Log-odds of entailment per sentence, [labels asked about][sentences]. */
  readonly sentences: readonly Float32Array[];
  /** Log-odds of each label: its sentences together. [labels asked about] */
  readonly odds: Float32Array;
  /** Whether it was asked about a label; of the others it has what is usual. [labels asked about] */
  readonly asked: readonly boolean[];
  /** The passage of a label's most probable sentence; null: the text was read whole. [labels asked about] */
  readonly passages: readonly (Passage | null)[];
  /** Of length 1; null where texts are not embedded. */
  readonly embedding: Float32Array | null;
  /** How much the text is like each label that the reader was opened with, whatever was asked: they compete. */
  readonly cosine: Float32Array | null;
}

export interface ReadQuestion {
  readonly texts: readonly string[];
  /** Places of the labels whose sentences are scored; absent: all. */
  readonly labels?: readonly number[] | undefined;
  /** Embeddings that the caller has already, as this model makes them; absent ones are made. [texts] */
  readonly known?: readonly (Float32Array | undefined)[] | undefined;
  /**
   * What is usual for the labels that the reader was opened with: where they are many, each text is read for the likeliest
   * alone and has `rest` of the others (see `zeroshot/shortlist.ts`). Absent: every text is read for all.
   */
  readonly usual?: LabelPriors | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type ReadTexts = (question: ReadQuestion) => Promise<TextEvidence[]>;

export interface ReaderSpec extends ScorerSpec {
  readonly labels: readonly WordedLabel[];
  /** What is embedded, by the model's encoder (see `ModelSource`); absent: nothing. */
  readonly embeds?: 'texts' | 'texts and labels' | undefined;
  /** Late interaction in how much texts are like labels (`FusionWeights.interaction`); texts are then read whatever is known. */
  readonly interaction?: InteractionShare | undefined;
  /** A sentence when the device gave out and the processor goes on. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /** Stops loading; each question has a signal of its own. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The one door to what a model says of texts: loads it and answers `read` with log-odds per label sentence, deciding
 * passages and, where asked, embeddings and how much texts are like labels. An engine that dies is started again and
 * the call repeated once. Probabilities are made of the answer by `zeroshot/fusion.ts`.
 */
export async function withTextReader<T>(
  engine: Engine,
  { labels, embeds, interaction, onNotice, signal: stop, ...spec }: ReaderSpec,
  work: (read: ReadTexts) => Promise<T>,
): Promise<T> {
  const { dir, trained, tuned, classes, precision } = spec;
  const source = { dir, trained, tuned };
  const open = (device: Device) =>
    engine.openScorer({ dir, trained, classes, device, precision }, onNotice, stop);
  let scorer: RemoteScorer = await open(spec.device);
  const score: RemoteScorer['score'] = (...question) =>
    scorer.score(...question).catch(async (error: unknown) => {
      if (!hasDied(error)) throw error;
      // A driver that took the engine along would do so again.
      if (spec.device !== 'cpu') onNotice?.(`The engine stopped on ${spec.device}; the processor goes on.`);
      scorer = await open('cpu');
      return scorer.score(...question);
    });
  try {
    const liken = embeds && (await createReading(engine, source, { labels, embeds, interaction }));
    return await work(async ({ texts, labels: places = [...labels.keys()], known, usual, signal }) => {
      const asked = places.map((place) => labels[place]?.hypotheses ?? []);
      const { sentences, labelOf } = flattenHypotheses(asked);
      const alike = liken ? await liken({ texts, known, signal }) : [];
      const rest = unasked(
        usual,
        texts.map((_, i) => alike[i]?.cosine ?? null),
        labelOf.map((label) => places[label] ?? 0),
      );
      const rows = await score(texts, sentences, { asked: rest?.asked, signal });
      return rows.map((row, i) => {
        const { odds, passages } = rest ? rest.fill(row, i) : row;
        return {
          ...perLabel(asked, odds, passages),
          asked: places.map((place) => rest?.isAsked(i, place) ?? true),
          embedding: alike[i]?.embedding ?? null,
          cosine: alike[i]?.cosine ?? null,
        };
      });
    });
  } finally {
    await scorer.close().catch(() => undefined);
  }
}

type Embedded = Omit<Likeness, 'cosine'> & { readonly cosine: Float32Array | null };

/** Embeds texts, and tells how much they are like labels where these are embedded, too. */
async function createReading(
  engine: Engine,
  source: ModelSource,
  { labels, embeds, interaction }: Pick<ReaderSpec, 'labels' | 'embeds' | 'interaction'>,
): Promise<(question: Pick<ReadQuestion, 'texts' | 'known' | 'signal'>) => Promise<Embedded[]>> {
  if (embeds === 'texts and labels' && interaction) {
    // What else a caller keeps of a label says nothing of its words.
    const worded = labels.map(({ name, description, hypotheses }) => ({ name, description, hypotheses }));
    return ({ texts, signal }) =>
      again(() => engine.liken({ model: source, texts, labels: worded, interaction }, signal));
  }
  const vectors =
    embeds === 'texts and labels'
      ? await labelVectors(labels, (texts) => embedTexts(engine, source, texts))
      : null;
  return async (question) =>
    (await completed(engine, source, question)).map((embedding) => ({
      embedding,
      cosine: vectors && cosines(embedding, vectors),
    }));
}

/** Embeds with a model; an engine that dies is started again and the call repeated once. */
export const embedTexts = (
  engine: Engine,
  source: ModelSource,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Float32Array[]> => again(() => engine.embed(source, texts, signal));

/** An engine that dies is started again and the call repeated once. */
const again = <T>(call: () => Promise<T>): Promise<T> =>
  call().catch((error: unknown) => {
    if (!hasDied(error)) throw error;
    return call();
  });

const hasDied = (error: unknown): boolean => error instanceof EngineError && error.code === 'engine_died';

/** All texts' embeddings: those that are known, and the others in one call. */
async function completed(
  engine: Engine,
  source: ModelSource,
  { texts, known = [], signal }: Pick<ReadQuestion, 'texts' | 'known' | 'signal'>,
): Promise<Float32Array[]> {
  const missing = texts.filter((_, i) => known[i] === undefined);
  const made = missing.length === 0 ? [] : await embedTexts(engine, source, missing, signal);
  let next = 0;
  return texts.map((_, i) => known[i] ?? must(made[next++], 'embedding of a text'));
}

/** odds, passages: [sentences] of all labels one after the other → [labels]. */
function perLabel(
  labels: readonly (readonly string[])[],
  odds: Float32Array,
  passages: readonly (Passage | null)[],
): Pick<TextEvidence, 'sentences' | 'odds' | 'passages'> {
  let from = 0;
  const own = labels.map(({ length }) => {
    const start = from;
    from += length;
    return { odds: odds.slice(start, from), passages: passages.slice(start, from) };
  });
  return {
    sentences: own.map((label) => label.odds),
    odds: Float32Array.from(own, (label) => labelOdds(label.odds)),
    passages: own.map((label) => label.passages[mostProbable(label.odds)] ?? null),
  };
}

function mostProbable(odds: Float32Array): number {
  return odds.reduce((best, value, i) => (value > (odds[best] ?? value) ? i : best), 0);
}
