import type { EmbeddingSpace, HeadEvidence } from './evidence.ts';

/** How much a document in a label's direction speaks for it, in log-odds, where many documents tell the direction. */
const STRENGTH = 3;
/** So many documents tell half of that. */
const HALF = 100;
/** Of all documents, those likeliest to have a label tell what its documents are like. */
const SHARE = 1 / 8;

/**
 * What the documents of each label are like, told by documents that nobody annotated: [labels, dimensions]. Its dot product
 * with an embedding less the mean of all is what is added to the log-odds of the suggestion. null: no document has both a
 * suggestion and an embedding.
 *
 * The direction of a label is the mean of the likeliest eighth of the documents, each weighed by the odds of its suggestion, less
 * the mean of all: nearest to a step of expectation maximisation from unlabelled documents (Nigam, McCallum, Thrun and
 * Mitchell 2000) and to the feedback of Rocchio (1971) whose query is the label. Its length is 3 · n / (n + 100) over the
 * mean distance of documents from their mean, n being the documents: a few hundred are needed before they can be told from
 * chance. What is added is 0 on the average, so that a label is suggested about as often as before.
 *
 * Chosen by bench/learn/heads.ts on five sets that it does not report on (docs/learning.md).
 */
export function labelPrototypes(
  { labels, dimensions, suggested, embeddings }: HeadEvidence,
  { mean, scale }: EmbeddingSpace,
): Float32Array | null {
  const documents = embeddings.length / dimensions;
  const isEmbedded = Array.from(
    { length: documents },
    (_, row) => !Number.isNaN(embeddings[row * dimensions]),
  );
  const prototypes = new Float32Array(labels * dimensions);
  let told = false;
  for (let label = 0; label < labels; label++) {
    const odds = (row: number) => suggested[row * labels + label]!;
    const known = [...isEmbedded.keys()].filter((row) => isEmbedded[row] && !Number.isNaN(odds(row)));
    if (known.length === 0) continue;
    const likeliest = known
      .sort((a, b) => odds(b) - odds(a) || a - b)
      .slice(0, Math.max(1, Math.round(SHARE * known.length)));
    const most = odds(likeliest[0]!);
    const direction = new Float64Array(dimensions);
    for (const row of likeliest) {
      const weight = Math.exp(odds(row) - most);
      for (let i = 0; i < dimensions; i++)
        direction[i]! += weight * (embeddings[row * dimensions + i]! - mean[i]!);
    }
    const length = Math.hypot(...direction);
    if (length === 0) continue;
    const factor = (STRENGTH * known.length * scale) / ((known.length + HALF) * length);
    for (let i = 0; i < dimensions; i++) prototypes[label * dimensions + i] = factor * direction[i]!;
    told = true;
  }
  return told ? prototypes : null;
}

/** The evidence with what prototypes say added to the suggestion; documents without an embedding keep theirs. */
export function withPrototypes(
  evidence: HeadEvidence,
  prototypes: Float32Array,
  { mean }: Pick<EmbeddingSpace, 'mean'>,
): HeadEvidence {
  const { labels, dimensions, embeddings } = evidence;
  const suggested = evidence.suggested.map((z, cell) => {
    const label = cell % labels;
    const from = ((cell - label) / labels) * dimensions;
    if (Number.isNaN(embeddings[from])) return z;
    let sum = z;
    for (let i = 0; i < dimensions; i++)
      sum += prototypes[label * dimensions + i]! * (embeddings[from + i]! - mean[i]!);
    return sum;
  });
  return { ...evidence, suggested };
}
