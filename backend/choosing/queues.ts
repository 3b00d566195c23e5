import { setTimeout as delay } from 'node:timers/promises';
import { STRATEGIES } from '../../engine/index.ts';
import { disagreements } from '../documents/filtering.ts';
import type { Project } from '../project/file.ts';
import { learnerOf } from '../suggesting/learning/learner.ts';
import { type ChoiceWorker, createChoiceWorker } from './choiceWorker.ts';
import { type Chosen, IN_ORDER, nextIds, nextIdsAside, ONE_LABEL } from './choosing.ts';

/** Everything that the next documents can come from, the usual one first. */
export const QUEUES: readonly { readonly name: string; readonly sentence: string }[] = [
  ...STRATEGIES.map(({ name, sentence }) => ({ name, sentence })),
  { name: ONE_LABEL, sentence: 'About one label' },
  { name: 'disagreement', sentence: 'You and the model disagree' },
  { name: 'disputed', sentence: 'Annotators disagree' },
  { name: 'undecided', sentence: 'Done, a label undecided' },
  { name: 'search', sentence: 'Search results' },
  { name: IN_ORDER, sentence: 'In order' },
];

/** Documents that match a search and that the annotator has not finished, in project order. */
export function searchQueue(
  project: Project,
  { annotator, search, limit }: { annotator: string; search: string; limit: number },
): number[] {
  return project.stores.documentQuery.searchOpen(annotator, search, limit);
}

/**
 * Documents to look at again: first those on which annotators say the opposite of each other, then those on which the
 * annotator and the model do.
 */
export function disagreementQueue(
  project: Project,
  { annotator, limit }: { annotator: string; limit: number },
): number[] {
  const { annotations } = project.stores;
  const between = annotations.contradicted(limit);
  const who = annotations.annotators().find(({ name }) => name === annotator)?.id ?? 0;
  const withModel = [...disagreements(project, who)].sort((a, b) => a - b);
  return [...new Set([...between, ...withModel])].slice(0, limit);
}

interface Queue {
  /** What the choice depends on, apart from what was learnt since. */
  readonly key: string;
  /** What was known: another number after each suggestion, embedding and decision. */
  readonly known: string;
  readonly chosen: readonly Chosen[];
  /** When it was begun, and how long it took (ms). */
  readonly at: number;
  readonly took: number;
}

/** The choices of a project. */
interface Choosing {
  queue: Queue | undefined;
  /** The one that is being made aside. */
  renewal: Promise<void> | undefined;
  /** Why the last one came to nothing: it is said once. */
  failure: { readonly error: unknown } | undefined;
  readonly worker: ChoiceWorker;
}

const choosing = new WeakMap<Project, Choosing>();

function choosingOf(project: Project): Choosing {
  const known = choosing.get(project);
  if (known) return known;
  const worker = createChoiceWorker();
  project.closed.addEventListener('abort', worker.close);
  const own: Choosing = { queue: undefined, renewal: undefined, failure: undefined, worker };
  choosing.set(project, own);
  return own;
}

/** Documents chosen at once: choosing among many takes its time, the next document must not. */
const AHEAD = 60;
/** Candidates of a choice that somebody waits for. */
const FEW = 300;
/** After something was learnt its readers come first. */
const AFTER_LEARNING_MS = 30;
/** Choosing anew takes at most this share of the time, however much is learnt meanwhile. */
const MOST_SHARE = 1 / 5;

/**
 * What to label next. The choice is made for many documents, aside in a thread, and follows what is known: suggestions
 * that came since, decisions, a training. Only where none is there yet, or another strategy is asked for, it is made at
 * once among few candidates, until the one among all is there.
 */
export function queued(
  project: Project,
  strategy: string,
  limit: number,
  { now = () => performance.now(), labelId }: { now?: () => number; labelId?: number | undefined } = {},
): readonly Chosen[] {
  const own = choosingOf(project);
  if (own.failure) {
    const { error } = own.failure;
    own.failure = undefined;
    throw error;
  }
  const key = keyOf(project, strategy, labelId);
  const kept = own.queue?.key === key ? own.queue : undefined;
  const began = now();
  const isDue = kept === undefined || (began - kept.at) * MOST_SHARE >= kept.took;
  if (own.renewal === undefined && isDue && kept?.known !== knownTo(project))
    own.renewal = renew(project, own, { strategy, labelId, key, now }).finally(() => {
      own.renewal = undefined;
    });
  const left = kept ? open(project, kept.chosen) : [];
  // Few are left for good where few documents are left at all.
  if (left.length >= limit) return left.slice(0, limit);
  const seed = seedOf(project);
  const request = { strategy, labelId, limit: Math.max(AHEAD, limit), seed, mostCandidates: FEW };
  const chosen = nextIds(project, request);
  // Not known of anything: the choice among all is still to come.
  own.queue = { key, known: '', chosen, at: began, took: now() - began };
  return chosen.slice(0, limit);
}

/** Resolves when no choice is being made aside. */
export async function settledQueue(project: Project): Promise<void> {
  await choosing.get(project)?.renewal;
}

async function renew(
  project: Project,
  own: Choosing,
  {
    strategy,
    labelId,
    key,
    now,
  }: { strategy: string; labelId: number | undefined; key: string; now: () => number },
): Promise<void> {
  // It rests on what is being learnt, and is in the way neither of that nor of who reads the open document anew.
  const changed = await learnerOf(project)
    .follow()
    // Who asked to learn is told why it failed.
    .catch(() => false);
  if (changed) await delay(AFTER_LEARNING_MS, undefined, { ref: false });
  if (!project.open) return;
  const at = now();
  const known = knownTo(project);
  try {
    const request = { strategy, labelId, limit: AHEAD, seed: seedOf(project) };
    const chosen = await nextIdsAside(project, request, own.worker);
    // Meanwhile another strategy may have been asked for.
    if (own.queue?.key === key) own.queue = { key, known, chosen, at, took: now() - at };
  } catch (error) {
    // Closing ends what is under way.
    if (project.open) own.failure = { error };
  }
}

const seedOf = ({ stores }: Project): number => 1 + stores.annotations.lastRevision();

function keyOf({ stores }: Project, strategy: string, labelId: number | undefined): string {
  const { labels, settings, documents } = stores;
  return JSON.stringify([
    strategy,
    labelId,
    settings.get('activeRun'),
    settings.get('model'),
    labels.all().map(({ id, hypotheses }) => [id, hypotheses]),
    documents.count(),
    // Drawn since: it comes first.
    documents.inSplit('test').length,
  ]);
}

function knownTo(project: Project): string {
  const { annotations, evidence, embeddings } = project.stores;
  return `${annotations.lastRevision()} ${evidence.columns.version} ${embeddings.version} ${learnerOf(project).version}`;
}

/** Those that nobody has finished meanwhile. */
const open = ({ stores }: Project, chosen: readonly Chosen[]): Chosen[] =>
  chosen.filter(({ id }) => !stores.annotations.isHandled(id));
