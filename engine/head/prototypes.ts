import { distinctRows } from './distinct.ts';
import { type EmbeddingSpace, embeddingSpace, type HeadEvidence } from './evidence.ts';
import { shiftToMean } from './shift.ts';

/** How much a document in a label's direction speaks for it, in log-odds, where many documents tell the direction. */
const STRENGTH = 3;
/** No document is moved further, in log-odds: of the sets that were measured none is by more than 2.6. */
const FARTHEST = 3;
/** So many documents tell half of that. */
const HALF = 100;
/** Of all documents, those likeliest to have a label tell what its documents are like. */
const SHARE = 1 / 8;

/** What is added to the log-odds of a suggestion: vector · (x − mean) + constant. */
export interface Prototype {
  /** [dimensions] */
  readonly vector: Float32Array;
  readonly constant: number;
}

/**
 * What the documents of each label are like, told by documents that nobody annotated, [labels]. null: no document has both
 * a suggestion and an embedding.
 *
 * The direction of a label is the mean of the likeliest eighth of the documents, each weighed by the odds of its suggestion, less
 * the mean of all: nearest to a step of expectation maximisation from unlabelled documents (Nigam, McCallum, Thrun and
 * Mitchell 2000) and to the feedback of Rocchio (1971) whose query is the label. Its length is 3 · n / (n + 100) over the
 * mean distance of documents from their mean, n being the documents: a few hundred are needed before they can be told from
 * chance. The constant is the one with which the mean probability of the label stays what it was: where labels are many, the
 * direction alone would have suggested each more often.
 *
 * Documents that say almost the same count once in all of this: what many of them say would be what all others are compared
 * with, and these would be alike. And no document is moved by more than 3.
 *
 * Chosen by bench/learn/heads.ts on five sets that it does not report on (docs/learning.md).
 */
export function labelPrototypes(evidence: HeadEvidence, space: EmbeddingSpace): Prototype[] | null {
  const { labels, dimensions, suggested, embeddings } = evidence;
  const documents = embeddings.length / dimensions;
  const embedded = Array.from({ length: documents }, (_, row) => row).filter(
    (row) => !Number.isNaN(embeddings[row * dimensions]),
  );
  const isSuggested = (row: number) =>
    !suggested.subarray(row * labels, (row + 1) * labels).every(Number.isNaN);
  const distinct = distinctRows(evidence, embedded.filter(isSuggested));
  const own = embeddingSpace(
    distinct.map((row) => embeddings.subarray(row * dimensions, (row + 1) * dimensions)),
    dimensions,
  );
  const found = Array.from({ length: labels }, (_, label) =>
    prototypeOf(evidence, { label, distinct, own, mean: space.mean }),
  );
  return found.some((prototype) => prototype !== null)
    ? found.map((prototype) => prototype ?? { vector: new Float32Array(dimensions), constant: 0 })
    : null;
}

interface Asked {
  readonly label: number;
  /** Documents that say something of their own, as rows. */
  readonly distinct: readonly number[];
  /** The space of these alone. */
  readonly own: EmbeddingSpace;
  /** The vector is of embeddings less this. */
  readonly mean: Float32Array;
}

/** null: no such document has a suggestion, or all are alike. */
function prototypeOf(
  { labels, dimensions, suggested, embeddings }: HeadEvidence,
  { label, distinct, own, mean }: Asked,
): Prototype | null {
  const odds = (row: number) => suggested[row * labels + label]!;
  const known = distinct.filter((row) => !Number.isNaN(odds(row)));
  if (known.length === 0) return null;
  const likeliest = [...known]
    .sort((a, b) => odds(b) - odds(a) || a - b)
    .slice(0, Math.max(1, Math.round(SHARE * known.length)));
  const most = odds(likeliest[0]!);
  const direction = new Float64Array(dimensions);
  for (const row of likeliest) {
    const weight = Math.exp(odds(row) - most);
    for (let i = 0; i < dimensions; i++)
      direction[i]! += weight * (embeddings[row * dimensions + i]! - own.mean[i]!);
  }
  const length = Math.hypot(...direction);
  if (length === 0) return null;
  const unit = Float32Array.from(direction, (x) => x / length);
  const distances = known.map((row) => along(unit, { embeddings, mean: own.mean, row }));
  const farthest = distances.reduce((most, distance) => Math.max(most, Math.abs(distance)), 0);
  const wanted = (STRENGTH * known.length * own.scale) / (known.length + HALF);
  const scale = Math.min(wanted, FARTHEST / farthest);
  const vector = unit.map((x) => x * scale);
  const before = Float32Array.from(known, odds);
  const after = before.map((z, i) => z + scale * distances[i]!);
  // The vector is of embeddings less `mean`, the distances are from that of the distinct ones.
  const between = along(vector, { embeddings: mean, mean: own.mean, row: 0 });
  return { vector, constant: shiftToMean(after, before) + between };
}

/** vector · (x − mean) */
function along(
  vector: Float32Array,
  {
    embeddings,
    mean,
    row,
  }: { readonly embeddings: Float32Array; readonly mean: Float32Array; readonly row: number },
): number {
  const from = row * vector.length;
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * (embeddings[from + i]! - mean[i]!);
  return sum;
}

/** The evidence with what prototypes say added to the suggestion; documents without an embedding keep theirs. */
export function withPrototypes(
  evidence: HeadEvidence,
  prototypes: readonly Prototype[],
  { mean }: Pick<EmbeddingSpace, 'mean'>,
): HeadEvidence {
  const { labels, dimensions, embeddings } = evidence;
  const suggested = evidence.suggested.slice();
  for (let row = 0; row < embeddings.length / dimensions; row++) {
    if (Number.isNaN(embeddings[row * dimensions])) continue;
    for (const [label, { vector, constant }] of prototypes.entries())
      suggested[row * labels + label]! += constant + along(vector, { embeddings, mean, row });
  }
  return { ...evidence, suggested };
}
