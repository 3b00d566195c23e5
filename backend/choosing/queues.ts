import { STRATEGIES } from '../../engine/index.ts';
import { disagreements } from '../documents/filtering.ts';
import type { Project } from '../project/file.ts';
import { IN_ORDER, nextDocuments } from './choosing.ts';

/** Everything that the next documents can come from, the usual one first. */
export const QUEUES: readonly { readonly name: string; readonly sentence: string }[] = [
  ...STRATEGIES.map(({ name, sentence }) => ({ name, sentence })),
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
  readonly chosen: readonly { id: number; reason: string }[];
  /** When it was made, and how long that took (ms). */
  readonly at: number;
  readonly took: number;
}

const queues = new WeakMap<Project, Queue>();

/** Documents chosen at once: choosing among many takes its time, the next document must not. */
const AHEAD = 60;
/** Choosing anew takes at most this share of the time, however much is learnt meanwhile. */
const MOST_SHARE = 1 / 20;

/**
 * What to label next. The choice is made for many documents and follows what is known: suggestions that came since,
 * decisions, a training. Among very many documents choosing takes time, and is then repeated less often.
 */
export function queued(
  project: Project,
  strategy: string,
  limit: number,
  now: () => number = () => performance.now(),
): Queue['chosen'] {
  const { labels, settings, documents, annotations, evidence, embeddings } = project.stores;
  const key = JSON.stringify([
    strategy,
    settings.get('activeRun'),
    settings.get('model'),
    labels.all().map(({ id, hypotheses }) => [id, hypotheses]),
    documents.count(),
    // Drawn since: it comes first.
    documents.inSplit('test').length,
  ]);
  const known = `${annotations.lastRevision()} ${evidence.columns.version} ${embeddings.version}`;
  const kept = queues.get(project);
  const began = now();
  const fresh = kept?.key === key && (kept.known === known || (began - kept.at) * MOST_SHARE < kept.took);
  const left = fresh ? open(project, kept.chosen) : [];
  // Few are left for good where few documents are left at all.
  if (left.length >= limit) return left.slice(0, limit);
  const seed = 1 + annotations.lastRevision();
  const chosen = nextDocuments(project, { strategy, limit: Math.max(AHEAD, limit), seed }).map(
    ({ document, reason }) => ({ id: document.id, reason }),
  );
  const at = now();
  queues.set(project, { key, known, chosen, at, took: at - began });
  return chosen.slice(0, limit);
}

/** Those that nobody has finished meanwhile. */
const open = ({ stores }: Project, chosen: Queue['chosen']): Queue['chosen'] =>
  chosen.filter(({ id }) => !stores.annotations.isHandled(id));
