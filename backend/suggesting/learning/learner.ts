import {
  type Expected,
  finishedAlone,
  type Heads,
  type HeadTables,
  type LabelAnswers,
  logOdds,
  type RunFusion,
  type RunReadings,
  type Targets,
} from '../../../engine/index.ts';
import { must } from '../../../process/must.ts';
import type { Project } from '../../project/file.ts';
import { keptEmbeddings } from '../embedding.ts';
import { type OneSided, oneSidedIn } from '../oneSided.ts';
import { arranger } from '../runOrder.ts';
import { targetsInOrder } from '../targets.ts';
import { type Answers, type Decided, decidedIn } from './answers.ts';
import { createHeadWorker } from './headWorker.ts';
import { type ProjectTables, plainEmbeddings, readTables, tablesKey } from './tables.ts';

/** What a project's decisions taught, or, before the first one, its documents alone; for reading. */
export interface KeptLearnt {
  /**
   * A label's probability on a document; undefined where nothing was learnt of it, or its evidence was not `odds` then: it has
   * been read again since.
   */
  probability(documentId: number, labelId: number, odds: number): number | undefined;
  /** Whether an answer to this very label of the document was among what it learnt from. */
  learntFrom(documentId: number, labelId: number): boolean;
  /** Label id → from which probability on it is suggested; empty before the first decision. */
  readonly thresholds: ReadonlyMap<number, number>;
  /** Label id → what suggestions from there on come to, and those of the best F1; empty before the first decision. */
  readonly expected: ReadonlyMap<number, { readonly now: Expected; readonly best: Expected }>;
  readonly heads: Heads;
  /** Whose evidence they were fitted to where no run suggests. */
  readonly scorers: ReadonlySet<number>;
  /** How they are read together with the active run; null: none is. */
  readonly fusion: RunFusion | null;
  /** They rest on embeddings that the active run tuned. */
  readonly isTuned: boolean;
  /** The run that suggested then; 0: none. */
  readonly run: number;
  readonly labelIds: readonly number[];
  /** Documents of which something was decided. */
  readonly documents: number;
}

/** What a decided document would be given had nobody decided it, label id → value. */
export interface Unlearnt {
  readonly probabilities: ReadonlyMap<number, number>;
  readonly thresholds: ReadonlyMap<number, number>;
}

/** Keeps what is suggested up to date with what is decided, in the background; see `engine/head`. */
export interface Learner {
  /**
   * Learns from all that is decided now. true: what is suggested changed. `whole`: with all evidence of now; without, what
   * came a moment ago may be left for the next time, where there is much of it.
   */
  follow(options?: { readonly whole?: boolean }): Promise<boolean>;
  /** Resolves once it has learnt for the first time, or failed to; at once afterwards. */
  begun(): Promise<void>;
  /** It learns for the first time: what is suggested is about to become another. */
  readonly isBeginning: boolean;
  /** Document id → what it would be given; those of which nothing was learnt are not in it. */
  unlearnt(): Promise<ReadonlyMap<number, Unlearnt>>;
  /** What it learns from now but one-sided answers, for who judges what parts of it teach; null: nothing was learnt. */
  teaching(): Promise<Teaching | null>;
  /** The same as it was found last. */
  readonly lastUnlearnt: ReadonlyMap<number, Unlearnt>;
  /** null: nothing is suggested; or nothing was decided, and a run suggests, or documents have no embeddings. */
  readonly learnt: KeptLearnt | null;
  /** Another number after each change of `learnt`. */
  readonly version: number;
}

/** Tables and answers that what is suggested was learnt from. */
export interface Teaching {
  readonly tables: HeadTables;
  /** [labels] */
  readonly known: readonly LabelAnswers[];
  /** Document id → row of the tables. */
  readonly rows: ReadonlyMap<number, number>;
  readonly targets: Targets;
  /** Decided documents that the tables know. */
  readonly documents: number;
  /** Another text whenever the rest may be another. */
  readonly key: string;
}

const learners = new WeakMap<Project, Learner>();

export function learnerOf(project: Project): Learner {
  const known = learners.get(project);
  if (known) return known;
  const own = createLearner(project);
  learners.set(project, own);
  return own;
}

/** What was learnt for what suggests now. */
export const learntOf = (project: Project): KeptLearnt | null => learners.get(project)?.learnt ?? null;

/** How heads and run are fused changes little with one decision: it is found anew when there are so many more. */
const MORE = 1.1;
/** Reading all evidence anew takes at most this share of the time, while more of it comes. */
const MOST_SHARE = 1 / 10;

function createLearner(project: Project): Learner {
  const worker = createHeadWorker();
  const readDecided = () => decidedIn(project);
  let tables: ProjectTables | null = null;
  let tablesRun = 0;
  let readAt = 0;
  let took = 0;
  let fusion: { readonly run: number; readonly documents: number; readonly weights: RunFusion } | undefined;
  let learnt: KeptLearnt | null = null;
  let learntKey = '';
  let version = 0;
  let unlearnt: { readonly key: string; readonly found: Promise<ReadonlyMap<number, Unlearnt>> } | undefined;
  let lastUnlearnt: ReadonlyMap<number, Unlearnt> = new Map();
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<boolean> | undefined;
  let begun: Promise<void> | undefined;
  let isBeginning = false;
  project.closed.addEventListener('abort', worker.close);

  const activeRun = () => project.stores.settings.get('activeRun');
  const set = (now: KeptLearnt | null): boolean => {
    const changed = now !== learnt;
    learnt = now;
    if (now === null) learntKey = '';
    if (changed) version += 1;
    return changed;
  };

  async function renewTables(whole: boolean): Promise<void> {
    const key = tablesKey(project);
    if (tables?.key === key) return;
    const began = performance.now();
    const run = activeRun();
    // Another run, or other labels, are no evidence that goes on coming.
    const more = tables && run === tablesRun && areLabelsOf(project, tables.labelIds);
    if (!whole && more && (began - readAt) * MOST_SHARE < took) return;
    tables = await readTables(project);
    tablesRun = run;
    readAt = performance.now();
    took = readAt - began;
    if (tables) worker.use(tables);
  }

  /** Everything that was learnt follows from these two. */
  const keyOf = (own: ProjectTables, { key }: Decided) =>
    `${own.key} ${key} ${project.stores.settings.get('targets')}`;

  async function learn(whole: boolean): Promise<boolean> {
    if (!project.open) return false;
    const run = activeRun();
    // Before the first decision a run suggests alone, and documents that can't be compared tell nothing.
    const isUntold = run !== 0 || keptEmbeddings(project) === '';
    if (isUntold && readDecided().answers.size === 0) return set(null);
    await renewTables(whole);
    if (!project.open || !tables) return project.open ? set(null) : false;
    const own = tables;
    // Reading was waited for: more may be decided by now.
    const decided = readDecided();
    const known = knownOf(decided.answers, own, oneSidedIn(project));
    const isTaught = known.some(({ documents }) => documents.length > 0);
    const key = isTaught ? keyOf(own, decided) : own.key;
    if (key === learntKey) return false;
    if (!isTaught && (own.trained !== null || own.embeddings === null)) return set(null);
    const documents = isTaught ? decided.answers.size : 0;
    const weights = await fusionFor(own, decided, whole);
    const found = await worker.learn(known, weights, targetsInOrder(project));
    if (!project.open || activeRun() !== run) return false;
    learntKey = key;
    const places = new Map(own.labelIds.map((id, i) => [id, i]));
    const answered = known.map(({ documents }) => new Set(documents));
    // Without decisions probabilities are not calibrated: 0.5 is where a suggestion is worth making.
    const told = isTaught ? [...places] : [];
    return set({
      labelIds: own.labelIds,
      heads: found.heads,
      scorers: own.scorers,
      fusion: weights,
      isTuned: own.isTuned,
      run,
      thresholds: new Map(told.map(([id, i]) => [id, found.thresholds[i]!])),
      expected: new Map(told.map(([id, i]) => [id, found.expected[i]!])),
      documents,
      probability(documentId, labelId, odds) {
        const row = own.rows.get(documentId);
        const place = places.get(labelId);
        if (row === undefined || place === undefined) return undefined;
        const at = row * own.labels + place;
        if (own.kept[at] !== odds) return undefined;
        const probability = found.probabilities[at]!;
        return Number.isNaN(probability) ? undefined : probability;
      },
      learntFrom(documentId, labelId) {
        const row = own.rows.get(documentId);
        return row !== undefined && answered[places.get(labelId) ?? -1]?.has(row) === true;
      },
    });
  }

  /** How the active run is fused with what decisions taught; null: none suggests. */
  async function fusionFor(own: ProjectTables, decided: Decided, whole: boolean): Promise<RunFusion | null> {
    if (own.trained === null) return null;
    const { size } = decided.answers;
    const near =
      fusion?.run === activeRun() && size <= MORE * fusion.documents && size >= fusion.documents / MORE;
    if (whole || !near) await crossFitted(own, decided);
    return fusion?.weights ?? null;
  }

  /** As the decisions and tables of now have it; asked again for the same, the same. */
  async function crossFitted(own: ProjectTables, decided: Decided): Promise<ReadonlyMap<number, Unlearnt>> {
    const key = keyOf(own, decided);
    if (unlearnt?.key !== key) {
      const begun = { key, found: crossFit(own, decided) };
      unlearnt = begun;
      // What failed is tried again by who asks next.
      begun.found.catch(() => {
        if (unlearnt === begun) unlearnt = undefined;
      });
    }
    lastUnlearnt = await unlearnt.found;
    return lastUnlearnt;
  }

  async function crossFit(own: ProjectTables, { answers }: Decided): Promise<ReadonlyMap<number, Unlearnt>> {
    const ids = [...own.rows.keys()];
    const run = activeRun();
    const { size } = answers;
    const readings = own.trained === null ? null : runReadings(project, own, answers.keys());
    const found = await worker.crossFit(
      knownOf(answers, own, oneSidedIn(project)),
      readings,
      targetsInOrder(project),
      learnt?.heads,
    );
    const { documents, probabilities, thresholds } = found;
    if (found.fusion) fusion = { run, documents: size, weights: found.fusion };
    const values = (table: Float32Array | Float64Array, i: number) =>
      new Map(own.labelIds.map((id, label) => [id, table[i * own.labels + label]!]));
    return new Map(
      [...documents].map((row, i) => [
        ids[row]!,
        { probabilities: values(probabilities, i), thresholds: values(thresholds, i) },
      ]),
    );
  }

  return {
    follow({ whole = false } = {}) {
      // Who asks while one waits to begin is served by that one.
      if (next && !whole) return next;
      const own = last
        .catch(() => undefined)
        .then(() => {
          if (next === own) next = undefined;
          return learn(whole);
        })
        .catch((error: unknown) => {
          // Closing ends what is under way.
          if (project.open) throw error;
          return false;
        });
      last = own;
      next = own;
      return own;
    },
    begun() {
      if (begun) return begun;
      isBeginning = true;
      begun = this.follow()
        // Who asks to learn is told.
        .catch(() => false)
        .then(() => {
          isBeginning = false;
        });
      return begun;
    },
    get isBeginning() {
      return isBeginning;
    },
    async unlearnt() {
      await this.follow({ whole: true });
      if (!learnt || !tables || learnt.documents === 0) return new Map();
      return crossFitted(tables, readDecided());
    },
    async teaching() {
      await this.follow({ whole: true });
      if (!learnt || !tables || learnt.documents === 0) return null;
      const decided = readDecided();
      const { labels, documents, suggested, entailed, rows } = tables;
      // Tuned ones have seen the very answers that parts of them are judged by.
      const embeddings = tables.isTuned ? await plainEmbeddings(project, rows) : tables.embeddings;
      const known = finishedAlone(knownOf(decided.answers, tables, oneSidedIn(project)));
      return {
        tables: { labels, documents, suggested, entailed, embeddings, trained: null },
        known,
        rows,
        targets: targetsInOrder(project),
        documents: new Set(known.flatMap((own) => [...own.documents])).size,
        key: keyOf(tables, decided),
      };
    },
    get lastUnlearnt() {
      return lastUnlearnt;
    },
    get learnt() {
      return learnt?.run === activeRun() ? learnt : null;
    },
    get version() {
      return version;
    },
  };
}

/** Whether these are the labels of now, in their order. */
export function areLabelsOf(project: Project, ids: readonly number[]): boolean {
  const now = project.stores.labels.all();
  return ids.length === now.length && now.every(({ id }, i) => id === ids[i]);
}

/**
 * What the active run says of documents that it had not learnt from when it said it: of those that it held out, what it
 * gave them then, and of those that were decided since, what it gives them.
 */
function runReadings(
  project: Project,
  { labels, labelIds, rows, trained }: ProjectTables,
  decided: Iterable<number>,
): RunReadings {
  const { runs, settings, unseenScores, labels: store } = project.stores;
  const run = settings.get('activeRun');
  const learnt = runs.learntFrom(run);
  const heldOut = unseenScores.heldOut(run);
  const arrange = arranger(project, run, store.all());
  const place = new Map(store.all().map(({ id }, i) => [id, i]));
  const documents: number[] = [];
  const odds: number[] = [];
  for (const id of decided) {
    const row = rows.get(id);
    if (row === undefined || learnt.has(id)) continue;
    documents.push(row);
    const own = heldOut.get(id);
    const kept = own && arrange(own.probabilities);
    for (let label = 0; label < labels; label++) {
      const then = kept?.[place.get(labelIds[label]!) ?? -1];
      odds.push(
        kept
          ? then === undefined
            ? Number.NaN
            : logOdds(then)
          : must(trained, 'table of the run')[row * labels + label]!,
      );
    }
  }
  return { documents, odds: Float32Array.from(odds) };
}

/** Answers as rows of the tables, in the order of their labels. */
function knownOf(answers: Answers, { labelIds, rows }: ProjectTables, oneSided: OneSided): LabelAnswers[] {
  const found = labelIds.map(() => ({
    documents: [] as number[],
    answers: [] as number[],
    oneSided: [] as number[],
  }));
  const places = new Map(labelIds.map((id, i) => [id, i]));
  for (const [id, values] of answers) {
    const row = rows.get(id);
    if (row === undefined) continue;
    for (const [labelId, value] of values) {
      const own = found[places.get(labelId) ?? -1];
      own?.documents.push(row);
      own?.answers.push(value === 'yes' ? 1 : 0);
      own?.oneSided.push(oneSided.has(id, labelId) ? 1 : 0);
    }
  }
  return found;
}
