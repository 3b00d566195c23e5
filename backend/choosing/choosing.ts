import { createRandom, type Pool, type Random, STRATEGIES, type Strategy } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import type { Document } from '../project/store/documents.ts';
import { keptEmbeddings } from '../suggesting/embedding.ts';
import { type Suggestions, suggestionsOf } from '../suggesting/reader.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';

/** The list of all in project order, which chooses nothing. */
export const IN_ORDER = 'order';

export interface Candidate {
  readonly document: Document;
  /** A strategy's name, "test sample" or "order". */
  readonly reason: string;
}

/** Throws `strategy_unknown`. */
export function strategyNamed(name: string): Strategy {
  const strategy = STRATEGIES.find((one) => one.name === name);
  if (strategy) return strategy;
  throw new BackendError(
    'strategy_unknown',
    `There is no strategy "${name}".`,
    `Choose one of ${STRATEGIES.map((one) => one.name).join(', ')}.`,
  );
}

/**
 * The documents to label next: nobody finished them. Those of the locked test sample come first, since honest figures
 * need them; then the strategy's choice among documents with suggestions, then the rest in order.
 */
export function nextDocuments(
  project: Project,
  { strategy, limit, seed }: { strategy: string; limit: number; seed: number },
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
  { strategy, limit, seed }: { strategy: string; limit: number; seed: number },
): { id: number; reason: Candidate['reason'] }[] {
  if (limit <= 0) return [];
  if (strategy === IN_ORDER) return inOrder(open, limit, new Set());
  const { pick } = strategyNamed(strategy);
  const random = createRandom(seed);
  const { candidates, suggestions } = candidatesOf(project, open, { strategy, limit, random });
  const labels = project.stores.labels.all().length;
  const pool: Pool = {
    scores: candidates.map((id) => suggestions.row(id) ?? new Float32Array(labels)),
    thresholds: thresholdsOf(project),
    ...known(project),
    embeddings: embeddingsFor(project, candidates, random),
  };
  const picks = pick(pool, { limit, random }).map(({ index, reason }) => ({
    id: candidates[index]!,
    reason,
  }));
  return [...picks, ...inOrder(open, limit - picks.length, new Set(picks.map(({ id }) => id)))];
}

/** What is chosen from; documents without suggestions only where chance decides. */
function candidatesOf(
  project: Project,
  open: Uint32Array,
  { strategy, limit, random }: { strategy: string; limit: number; random: Random },
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

/** What decided documents tell: yeses per label, and per document; nothing where none is decided. */
function known({ stores }: Project): Pick<Pool, 'accepted' | 'expectedCardinality'> {
  const documents = new Set<number>();
  const yeses = new Map<number, number>();
  let accepted = 0;
  for (const { documentId, labelId, value } of stores.settled.answers()) {
    documents.add(documentId);
    if (value !== 'yes') continue;
    accepted += 1;
    yeses.set(labelId, (yeses.get(labelId) ?? 0) + 1);
  }
  if (documents.size === 0) return {};
  return {
    accepted: stores.labels.all().map(({ id }) => yeses.get(id) ?? 0),
    expectedCardinality: accepted / documents.size,
  };
}
