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
import type { Document } from '../store/documents.ts';
import { embeddingModel } from './embedding.ts';

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
  const open = [...allIds(project)].filter(({ id }) => !handled.has(id));
  const test = open.filter(({ split }) => split === 'test').slice(0, limit);
  const rest = open.filter(({ split }) => split !== 'test');
  const chosen = [
    ...test.map(({ id }) => ({ id, reason: 'test sample' as const })),
    ...chooseAmong(project, rest, { strategy, limit: limit - test.length, seed }),
  ];
  return chosen.map(({ id, reason }) => ({ document: documents.get(id)!, reason }));
}

function chooseAmong(
  project: Project,
  open: readonly { id: number }[],
  { strategy, limit, seed }: { strategy: Strategy; limit: number; seed: number },
): { id: number; reason: Candidate['reason'] }[] {
  const inOrder = (ids: readonly { id: number }[]) => ids.map(({ id }) => ({ id, reason: 'order' as const }));
  if (limit <= 0) return [];
  if (strategy === 'order') return inOrder(open.slice(0, limit));
  const random = createRandom(seed);
  const scores = suggestionTable(project);
  const scored = strategy === 'random' ? [...open] : candidatesOf(open, scores, random);
  const labels = project.stores.labels.all();
  const pool: Pool = {
    scores: scored.map(({ id }) => scores.get(id) ?? new Float32Array(labels.length)),
    thresholds: thresholdsOf(project),
    expectedCardinality: cardinality(project),
    embeddings: embeddingsFor(project, scored, random),
  };
  const picks = choose(strategy, pool, limit, random).map(({ index, reason }) => ({
    id: scored[index]!.id,
    reason,
  }));
  const taken = new Set(picks.map(({ id }) => id));
  return [...picks, ...inOrder(open.filter(({ id }) => !taken.has(id))).slice(0, limit - picks.length)];
}

/** Distances are measured between every candidate and every labelled document, so there must not be too many. */
const MOST_CANDIDATES = 5000;
const MOST_LABELLED = 500;

function candidatesOf(
  open: readonly { id: number }[],
  scores: ReadonlyMap<number, Float32Array>,
  random: Random,
): { id: number }[] {
  const scored = open.filter(({ id }) => scores.has(id));
  return scored.length > MOST_CANDIDATES
    ? random.fork('candidates').shuffle(scored).slice(0, MOST_CANDIDATES)
    : scored;
}

function embeddingsFor(
  project: Project,
  candidates: readonly { id: number }[],
  random: Random,
): Pool['embeddings'] {
  const model = embeddingModel(project);
  const ids = candidates.slice(0, MOST_CANDIDATES).map(({ id }) => id);
  const own = project.stores.embeddings.of(ids, model);
  if (ids.length === 0 || candidates.length !== ids.length || own.size !== ids.length) return undefined;
  const handled = random.fork('labelled').shuffle([...project.stores.annotations.handled()]);
  const labelled = project.stores.embeddings.of(handled.slice(0, MOST_LABELLED), model);
  return { candidates: ids.map((id) => own.get(id)!), labelled: [...labelled.values()] };
}

function* allIds(project: Project): Iterable<{ id: number; split: string | null }> {
  yield* project.db.prepare('SELECT id, split FROM documents ORDER BY id').iterate() as Iterable<{
    id: number;
    split: string | null;
  }>;
}

/** Document id → probabilities in label order; documents that lack one are left out. */
export function suggestionTable(project: Project): Map<number, Float32Array> {
  const labels = new Map(project.stores.labels.all().map(({ id }, i) => [id, i]));
  const table = new Map<number, Float32Array>();
  for (const { documentId, labelId, probability } of project.stores.suggestions.all()) {
    const column = labels.get(labelId);
    if (column === undefined) continue;
    let row = table.get(documentId);
    if (!row) {
      row = new Float32Array(labels.size).fill(Number.NaN);
      table.set(documentId, row);
    }
    row[column] = probability;
  }
  for (const [id, row] of table) if (row.some(Number.isNaN)) table.delete(id);
  return table;
}

/** The active run's thresholds in label order: set by a person, else tuned in training, else 0.5. */
export function thresholdsOf(project: Project): Float64Array {
  const { labels, runs, settings } = project.stores;
  const run = settings.get('activeRun');
  const chosen = runs.thresholds(run);
  const tuned = new Map(runs.labels(run).map((l) => [l.labelId, l.threshold]));
  return Float64Array.from(labels.all(), ({ id }) => chosen.get(id) ?? tuned.get(id) ?? 0.5);
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
