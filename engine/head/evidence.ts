import { invariant } from '../errors.ts';

/** What is known of documents before anybody decides: tables row by row, a row per document. */
export interface HeadEvidence {
  readonly labels: number;
  readonly dimensions: number;
  /** z: log-odds of the zero-shot suggestion, [documents, labels]; NaN where it is not known. */
  readonly suggested: Float32Array;
  /** o: log-odds of entailment, [documents, labels]; NaN where they are not known. */
  readonly entailed: Float32Array;
  /** [documents, dimensions]; a document that has none is NaN throughout. */
  readonly embeddings: Float32Array;
}

/** What has been decided of one label. */
export interface LabelAnswers {
  /** Documents, as rows of the evidence. */
  readonly documents: readonly number[];
  /** 1 for a yes, 0 for a no: [documents]. */
  readonly answers: ArrayLike<number>;
  /**
   * 1 where it was only ever said what applies: what such documents are like tells something, how many of them there are
   * does not. [documents]; absent: nowhere.
   */
  readonly oneSided?: ArrayLike<number> | undefined;
}

/** These answers without some of them. */
export function answersWhere(
  { documents, answers, oneSided }: LabelAnswers,
  isKept: (place: number) => boolean,
): LabelAnswers {
  const kept = [...documents.keys()].filter(isKept);
  return {
    documents: kept.map((i) => documents[i]!),
    answers: kept.map((i) => answers[i]!),
    ...(oneSided && { oneSided: kept.map((i) => oneSided[i]!) }),
  };
}

export const isOneSided = ({ oneSided }: LabelAnswers, place: number): boolean => oneSided?.[place] === 1;

/** What was said of documents of which a no would have been said, too. */
export const finishedAlone = (known: readonly LabelAnswers[]): LabelAnswers[] =>
  known.map((own) => (own.oneSided ? answersWhere(own, (place) => !isOneSided(own, place)) : own));

/** How an embedding becomes e: less `mean`, times `scale`. */
export interface EmbeddingSpace {
  /** [dimensions] */
  readonly mean: Float32Array;
  readonly scale: number;
}

/**
 * The mean embedding of all documents, annotated or not, and the scale at which their mean distance from it is 1.
 * `blocks` are tables of [documents, dimensions] and are gone through twice.
 */
export function embeddingSpace(blocks: Iterable<Float32Array>, dimensions: number): EmbeddingSpace {
  const sums = new Float64Array(dimensions);
  let documents = 0;
  for (const { block, at } of embedded(blocks, dimensions)) {
    documents += 1;
    for (let i = 0; i < dimensions; i++) sums[i]! += block[at + i]!;
  }
  const mean = Float32Array.from(sums, (sum) => (documents > 0 ? sum / documents : 0));
  let distances = 0;
  for (const { block, at } of embedded(blocks, dimensions)) {
    let square = 0;
    for (let i = 0; i < dimensions; i++) square += (block[at + i]! - mean[i]!) ** 2;
    distances += Math.sqrt(square);
  }
  return { mean, scale: distances > 0 ? documents / distances : 1 };
}

/** Where the documents that have an embedding begin. */
function* embedded(blocks: Iterable<Float32Array>, dimensions: number) {
  for (const block of blocks) {
    invariant(block.length % dimensions === 0, `${block.length} numbers are rows of ${dimensions}`);
    for (let at = 0; at < block.length; at += dimensions) {
      if (!Number.isNaN(block[at])) yield { block, at };
    }
  }
}

/** Both log-odds of a document for a label; null where they are not known. */
export function readingOf(
  { suggested, entailed, labels }: HeadEvidence,
  document: number,
  label: number,
): { readonly z: number; readonly o: number } | null {
  const z = suggested[document * labels + label]!;
  const o = entailed[document * labels + label]!;
  return Number.isNaN(z) || Number.isNaN(o) ? null : { z, o };
}
