import {
  type ChoiceRequest,
  choose,
  createRandom,
  isRandom,
  type Pick as Picked,
  type Random,
  STRATEGIES,
  type Strategy,
} from '../../engine/index.ts';
import { must, mustGet } from '../../process/must.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import type { Document } from '../project/store/documents.ts';
import { decidedIn } from '../suggesting/learning/answers.ts';
import { learntOf } from '../suggesting/learning/learner.ts';
import { type Suggestions, suggestionsOf } from '../suggesting/reader.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';
import { zeroShotOf } from '../suggesting/zeroShot.ts';
import type { ChoiceWorker } from './choiceWorker.ts';
import { aboutOneLabel } from './oneLabel.ts';
import { firstAtRandom } from './randomSample.ts';
import { type Vectors, vectorsByReading, vectorsInMemory } from './vectors.ts';

/** The list of all in project order, which chooses nothing. */
export const IN_ORDER = 'order';

/** Questions about one label: where it is doubtful, or likely while it has hardly an example. */
export const ONE_LABEL = 'label';

export interface Candidate {
  readonly document: Document;
  /** A strategy's name, "label", "test sample" or "order". */
  readonly reason: string;
}

/** Throws `strategy_unknown`. */
function strategyNamed(name: string): Strategy {
  const strategy = STRATEGIES.find((one) => one.name === name);
  if (strategy) return strategy;
  throw new BackendError(
    'strategy_unknown',
    `There is no strategy "${name}".`,
    `Choose one of ${STRATEGIES.map((one) => one.name).join(', ')}.`,
  );
}

export interface NextRequest {
  /** A strategy's name, `ONE_LABEL` or `IN_ORDER`. */
  readonly strategy: string;
  /** For `ONE_LABEL`; absent, or of no label: the one with the fewest examples. */
  readonly labelId?: number | undefined;
  readonly limit: number;
  readonly seed: number;
  /** Documents that may be chosen; absent: all. */
  readonly among?: ((id: number) => boolean) | undefined;
  /** So many candidates at most, drawn at random; absent: `MOST_CANDIDATES`. */
  readonly mostCandidates?: number | undefined;
}

/**
 * The documents to label next: nobody finished them. Those of the locked test sample come first, since honest figures
 * need them; then the strategy's choice among documents with suggestions, then the rest in order. Throws
 * `strategy_unknown`.
 */
export function nextDocuments(project: Project, request: NextRequest): Candidate[] {
  const { documents } = project.stores;
  return nextIds(project, request).map(({ id, reason }) => ({
    document: mustGet(documents, id, 'document'),
    reason,
  }));
}

/** The same as ids. */
export function nextIds(project: Project, request: NextRequest): Chosen[] {
  const plan = planned(project, request);
  return plan.finish(plan.question ? choose(plan.question(vectorsByReading(project))) : []);
}

/** The same, chosen in a thread: the caller's stands still only while the candidates are gathered. */
export async function nextIdsAside(
  project: Project,
  request: NextRequest,
  worker: ChoiceWorker,
): Promise<Chosen[]> {
  const vectors = await vectorsInMemory(project);
  if (!project.open) return [];
  const plan = planned(project, request);
  const picks = plan.question ? await worker.choose(plan.question(vectors)) : [];
  return project.open ? plan.finish(picks) : [];
}

/** A document that was chosen, and why: a strategy's name, "test sample" or "order". */
export interface Chosen {
  readonly id: number;
  readonly reason: string;
}

/** What is asked of the engine, if anything, and what its answer makes. */
interface Plan {
  readonly question: ((vectors: Vectors) => ChoiceRequest) | null;
  readonly finish: (picks: readonly Picked[]) => Chosen[];
}

function planned(project: Project, request: NextRequest): Plan {
  const { strategy, labelId, limit, seed, among, mostCandidates } = request;
  const { documents, annotations } = project.stores;
  const handled = annotations.handled();
  const isOpen = (id: number) => !handled.has(id) && (among?.(id) ?? true);
  const inSample = new Set(documents.inSplit('test'));
  const test = [...inSample].filter(isOpen).slice(0, limit);
  const rest = documents.ids().filter((id) => isOpen(id) && !inSample.has(id));
  const sample = test.map((id): Chosen => ({ id, reason: 'test sample' }));
  const own = planAmong(project, rest, {
    strategy,
    labelId,
    limit: limit - test.length,
    seed,
    most: mostCandidates ?? MOST_CANDIDATES,
  });
  return { question: own.question, finish: (picks) => [...sample, ...own.finish(picks)] };
}

function planAmong(
  project: Project,
  open: Uint32Array,
  {
    strategy,
    labelId,
    limit,
    seed,
    most,
  }: {
    strategy: string;
    labelId: number | undefined;
    limit: number;
    seed: number;
    most: number;
  },
): Plan {
  const without = (finish: () => Chosen[]): Plan => ({ question: null, finish });
  if (limit <= 0) return without(() => []);
  if (strategy === IN_ORDER) return without(() => inOrder(open, limit, new Set()));
  const name = strategy === ONE_LABEL ? ONE_LABEL : strategyNamed(strategy).name;
  if (name === 'random') return without(() => atRandom(open, limit));
  const random = createRandom(seed);
  const { candidates, suggestions } = candidatesOf(project, open, { limit, random, most });
  let asked: readonly number[] = candidates;
  const question = (vectors: Vectors): ChoiceRequest => {
    const found = vectors(candidates, labelledAmong(project, random));
    // New documents have no embeddings yet: what compares documents chooses among those that do.
    if (comparesDocuments(name) && found && found.covered.length >= limit) asked = found.covered;
    const all = {
      strategy: name,
      limit,
      seed,
      ...tablesOf(project, asked, suggestions),
      thresholds: thresholdsOf(project),
      ...known(project),
      embeddings: found?.covered.length === asked.length ? found.embeddings : null,
    };
    return name === ONE_LABEL ? aboutOneLabel(all, labelIndex(project, labelId, all.accepted)) : all;
  };
  const finish = (picks: readonly Picked[]): Chosen[] => {
    const chosen = inRandomOrder(
      open,
      picks.map(({ index, reason }) => ({
        id: asked[index]!,
        reason: name === ONE_LABEL ? ONE_LABEL : reason,
      })),
    );
    const taken = new Set(chosen.map(({ id }) => id));
    const missing = limit - chosen.length;
    if (name !== 'mix') return [...chosen, ...inOrder(open, missing, taken)];
    // Before there are suggestions, chance chooses better than the order of a file, which is often sorted.
    return [
      ...chosen,
      ...atRandom(open, limit)
        .filter(({ id }) => !taken.has(id))
        .slice(0, missing),
    ];
  };
  return { question, finish };
}

const comparesDocuments = (name: string): boolean =>
  STRATEGIES.some((strategy) => strategy.name === name && strategy.needsEmbeddings === true);

const atRandom = (open: Uint32Array, limit: number) =>
  firstAtRandom(open, limit).map((id) => ({ id, reason: 'random' as const }));

/** Where a strategy leaves the choice to chance, the next documents of the project's random order are taken. */
function inRandomOrder<T extends { readonly id: number; readonly reason: string }>(
  open: Uint32Array,
  picks: readonly T[],
): T[] {
  const count = picks.filter(({ reason }) => isRandom(reason)).length;
  const sample = firstAtRandom(open, count);
  const taken = new Set(sample);
  return picks.flatMap((pick) => {
    if (isRandom(pick.reason)) return { ...pick, id: must(sample.shift(), 'document of the sample') };
    return taken.has(pick.id) ? [] : [pick];
  });
}

/** Where a label stands among all; the one with the fewest examples where none is named. */
function labelIndex(
  { stores }: Project,
  labelId: number | undefined,
  accepted: readonly number[] | null,
): number {
  const named = stores.labels.all().findIndex(({ id }) => id === labelId);
  if (named >= 0) return named;
  return accepted === null ? 0 : accepted.indexOf(Math.min(...accepted));
}

/** What is chosen from: documents with suggestions. */
function candidatesOf(
  project: Project,
  open: Uint32Array,
  { limit, random, most }: { limit: number; random: Random; most: number },
): { candidates: number[]; suggestions: Suggestions } {
  const among = (ids: Uint32Array, suggestions: Suggestions) => {
    const scored = ids.filter((id) => suggestions.has(id));
    return { candidates: atMost(most, scored, random), suggestions };
  };
  if (open.length > most) {
    // Whether all have suggestions need not be asked; just opened, the scores of all are not even read yet.
    const sample = atMost(most, open, random);
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

/** Probabilities of now and those that nothing was decided for, [candidates, labels]. */
function tablesOf(
  project: Project,
  candidates: readonly number[],
  suggestions: Suggestions,
): Pick<ChoiceRequest, 'labels' | 'scores' | 'untaught'> {
  const labels = project.stores.labels.all().length;
  const plain = learntOf(project) ? zeroShotOf(project, candidates) : suggestions;
  const tableOf = (of: Suggestions) => {
    const table = new Float32Array(candidates.length * labels);
    for (const [i, id] of candidates.entries()) {
      const row = of.row(id);
      if (row) table.set(row, i * labels);
    }
    return table;
  };
  const scores = tableOf(suggestions);
  return { labels, scores, untaught: plain === suggestions ? scores : tableOf(plain) };
}

function labelledAmong({ stores }: Project, random: Random): number[] {
  const handled = random.fork('labelled').shuffle([...stores.annotations.handled()]);
  return handled.slice(0, MOST_LABELLED);
}

/** What decided documents tell: yeses per label, and per document; nothing where none is decided. */
function known(project: Project): Pick<ChoiceRequest, 'accepted' | 'expectedCardinality'> {
  const { documents, yeses } = decidedIn(project).tally;
  if (documents === 0) return { accepted: null, expectedCardinality: null };
  const accepted = [...yeses.values()].reduce((sum, count) => sum + count, 0);
  return {
    accepted: project.stores.labels.all().map(({ id }) => yeses.get(id) ?? 0),
    expectedCardinality: accepted / documents,
  };
}
