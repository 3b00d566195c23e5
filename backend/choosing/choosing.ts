import { STRATEGIES } from '../../contract/index.ts';
import {
  createRandom,
  type DocumentPick,
  pickDiverse,
  pickInconsistent,
  pickMixed,
  pickRandom,
  pickUncertain,
  type Random,
} from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import type { Document } from '../project/store/documents.ts';
import { keptEmbeddings } from '../suggesting/embedding.ts';
import { type Suggestions, suggestionsOf } from '../suggesting/reader.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';

export { STRATEGIES };
export type Strategy = (typeof STRATEGIES)[number];

export interface Candidate {
  readonly document: Document;
  readonly reason: DocumentPick['reason'] | 'test sample' | 'order';
}

/** What a choice is made from. Tables are [candidates][labels]. */
export interface Pool {
  readonly scores: readonly Float32Array[];
  readonly thresholds: ArrayLike<number>;
  /** Accepted labels per labelled document; absent while nothing is labelled. */
  readonly expectedCardinality?: number | undefined;
  /** Vectors of all candidates and of labelled documents; absent where there are none. */
  readonly embeddings?:
    | { readonly candidates: readonly Float32Array[]; readonly labelled: readonly Float32Array[] }
    | undefined;
}

/** Indices of the pool's candidates, the most useful first. */
export function choose(
  strategy: Exclude<Strategy, 'order'>,
  pool: Pool,
  limit: number,
  random: Random,
): DocumentPick[] {
  const { scores, thresholds, expectedCardinality, embeddings } = pool;
  switch (strategy) {
    case 'random':
      return pickRandom(scores.length, random).slice(0, limit);
    case 'uncertainty':
      return pickUncertain(scores, { measure: 'entropy', over: 'mean' }).slice(0, limit);
    case 'margin':
      return pickUncertain(scores, { measure: 'margin', over: 'max', thresholds }).slice(0, limit);
    case 'least-confidence':
      return pickUncertain(scores, { measure: 'leastConfidence', over: 'max' }).slice(0, limit);
    case 'cardinality':
      return pickInconsistent({ scores, thresholds, expected: expectedCardinality ?? 1 }).slice(0, limit);
    case 'diversity':
      return embeddings
        ? pickDiverse({ ...embeddings, limit })
        : pickRandom(scores.length, random).slice(0, limit);
    case 'mix':
      return pickMixed({ scores, thresholds, expectedCardinality, embeddings, limit, random });
    default:
      return strategy satisfies never;
  }
}

/**
 * The documents to label next: nobody finished them. Those of the locked test sample come first, since honest figures
 * need them; then the strategy's choice among documents with suggestions, then the rest in order.
 */
export function nextDocuments(
  project: Project,
  { strategy, limit, seed }: { strategy: Strategy; limit: number; seed: number },
): Candidate[] {
  const { documents, annotations } = project.stores;
  const handled = annotations.handled();
  const inSample = new Set(documents.inSplit('test'));
  const test = [...inSample].filter((id) => !handled.has(id)).slice(0, limit);
  const rest = documents.ids().filter((id) => !handled.has(id) && !inSample.has(id));
  const chosen = [
    ...test.map((id) => ({ id, reason: 'test sample' as const })),
    ...chooseAmong(project, rest, { strategy, limit: limit - test.length, seed }),
  ];
  return chosen.map(({ id, reason }) => ({ document: documents.get(id)!, reason }));
}

function chooseAmong(
  project: Project,
  open: Uint32Array,
  { strategy, limit, seed }: { strategy: Strategy; limit: number; seed: number },
): { id: number; reason: Candidate['reason'] }[] {
  if (limit <= 0) return [];
  if (strategy === 'order') return inOrder(open, limit, new Set());
  const random = createRandom(seed);
  const { candidates, suggestions } = candidatesOf(project, open, { strategy, limit, random });
  const labels = project.stores.labels.all().length;
  const pool: Pool = {
    scores: candidates.map((id) => suggestions.row(id) ?? new Float32Array(labels)),
    thresholds: thresholdsOf(project),
    expectedCardinality: cardinality(project),
    embeddings: embeddingsFor(project, candidates, random),
  };
  const picks = choose(strategy, pool, limit, random).map(({ index, reason }) => ({
    id: candidates[index]!,
    reason,
  }));
  return [...picks, ...inOrder(open, limit - picks.length, new Set(picks.map(({ id }) => id)))];
}

/** What is chosen from; documents without suggestions only where chance decides. */
function candidatesOf(
  project: Project,
  open: Uint32Array,
  { strategy, limit, random }: { strategy: Strategy; limit: number; random: Random },
): { candidates: number[]; suggestions: Suggestions } {
  const among = (ids: Uint32Array, suggestions: Suggestions) => {
    const scored = strategy === 'random' ? ids : ids.filter((id) => suggestions.row(id) !== undefined);
    return { candidates: atMost(MOST_CANDIDATES, scored, random), suggestions };
  };
  if (!project.stores.evidence.columns.complete && open.length > 2 * MOST_CANDIDATES) {
    // Just opened: the first document need not wait until the scores of all are read.
    const sample = atMost(MOST_CANDIDATES, open, random);
    const found = among(Uint32Array.from(sample), suggestionsOf(project, sample));
    if (found.candidates.length >= limit) return found;
  }
  return among(open, suggestionsOf(project));
}

function inOrder(open: Uint32Array, limit: number, taken: ReadonlySet<number>) {
  const found: { id: number; reason: 'order' }[] = [];
  for (const id of open) {
    if (found.length >= limit) break;
    if (!taken.has(id)) found.push({ id, reason: 'order' });
  }
  return found;
}

/** All, or a uniform sample in random order. */
function atMost(most: number, ids: Uint32Array, random: Random): number[] {
  if (ids.length <= most) return [...ids];
  const own = random.fork('candidates');
  const left = ids.slice();
  // The first steps of a Fisher-Yates shuffle.
  for (let i = 0; i < most; i++) {
    const j = i + own.integer(left.length - i);
    [left[i], left[j]] = [left[j]!, left[i]!];
  }
  return [...left.subarray(0, most)];
}

/** Distances are measured between every candidate and every labelled document, so there must not be too many. */
const MOST_CANDIDATES = 5000;
const MOST_LABELLED = 500;

function embeddingsFor(project: Project, ids: readonly number[], random: Random): Pool['embeddings'] {
  const model = keptEmbeddings(project);
  const own = project.stores.embeddings.of(ids, model);
  if (ids.length === 0 || own.size !== ids.length) return undefined;
  const handled = random.fork('labelled').shuffle([...project.stores.annotations.handled()]);
  const labelled = project.stores.embeddings.of(handled.slice(0, MOST_LABELLED), model);
  return { candidates: ids.map((id) => own.get(id)!), labelled: [...labelled.values()] };
}

function cardinality(project: Project): number | undefined {
  const documents = new Set<number>();
  let accepted = 0;
  for (const { documentId, value } of project.stores.annotations.agreed()) {
    documents.add(documentId);
    if (value === 'yes') accepted += 1;
  }
  return documents.size === 0 ? undefined : accepted / documents.size;
}
