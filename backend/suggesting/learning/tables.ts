import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Embeddings8, type HeadTables, logOdds } from '../../../engine/index.ts';
import { BackendError } from '../../errors.ts';
import type { Project } from '../../project/file.ts';
import type { EmbeddingStore } from '../../project/store/embeddings.ts';
import { keptEmbeddings, untrainedEmbeddings } from '../embedding.ts';
import { priorSample } from '../priorSample.ts';
import { tunedName } from '../tuned.ts';
import { type UntrainedReading, untrainedReader } from '../untrained.ts';
import { vectorTable } from '../vectorTable.ts';
import { zeroShotOf } from '../zeroShot.ts';

/** What is known of a project's documents before anybody decides, in memory that threads share. */
export interface ProjectTables extends HeadTables {
  readonly labelIds: readonly number[];
  /** Document id → row. */
  readonly rows: ReadonlyMap<number, number>;
  /**
   * Log-odds as the evidence had them then, [documents, labels]: others tell that a text was read anew since. `entailed` and
   * `trained` do not, for where labels are many they hold what a text is taken to have.
   */
  readonly kept: Float32Array;
  /** Whose evidence `suggested` and `entailed` are of where no run suggests. */
  readonly scorers: ReadonlySet<number>;
  /** Embeddings are of the active run, tuned to the labels of what it learnt from, and not of the model as it came. */
  readonly isTuned: boolean;
  /** What they were made of, to be compared with `tablesKey`. */
  readonly key: string;
}

/** Documents per turn: others are answered between them. */
const CHUNK = 2000;

/** Another text whenever the tables may be others. */
export function tablesKey(project: Project): string {
  const { evidence, embeddings, tunedEmbeddings, documents, documentChanges, labels } = project.stores;
  return JSON.stringify([
    project.stores.settings.get('activeRun'),
    labels.all().map(({ id, hypotheses }) => [id, hypotheses]),
    evidence.columns.version,
    evidence.untrainedVersion,
    evidence.columns.complete,
    project.stores.settings.get('model'),
    keptEmbeddings(project),
    embeddings.version,
    tunedName(project),
    tunedEmbeddings.version,
    documentChanges.version,
    documents.count(),
    // What is usual for labels, and so everything that is suggested, rests on these.
    priorSample(project),
  ]);
}

/** What is read of one document, in label order; NaN where it is not known. */
interface Reading {
  readonly suggested: Float32Array;
  readonly entailed: Float32Array;
  readonly trained: Float32Array | null;
  readonly kept: Float32Array;
  readonly scorers: readonly number[];
}

/**
 * Reads all evidence and embeddings that are kept, with pauses. null: nothing is suggested, the project was closed, or a
 * run suggests whose model is not on this machine any more.
 */
export async function readTables(project: Project): Promise<ProjectTables | null> {
  const { columns } = project.stores.evidence;
  while (project.open && columns.readMore()) await nextTurn();
  if (!project.open) return null;
  const key = tablesKey(project);
  const labelIds = project.stores.labels.all().map(({ id }) => id);
  const ids = [...project.stores.documents.ids()].filter((id) => columns.rowOf(id) !== undefined);
  const labels = labelIds.length;
  const isTrained = project.stores.settings.get('activeRun') !== 0;
  const read = isTrained ? await trainedReadings(project) : untrainedReadings(project);
  if (ids.length === 0 || labels === 0 || read === null) return null;
  const suggested = shared(ids.length * labels);
  const entailed = shared(ids.length * labels);
  const trained = isTrained ? shared(ids.length * labels) : null;
  const kept = shared(ids.length * labels);
  const scorers = new Set<number>();
  const rows = new Map<number, number>();
  for (let from = 0; from < ids.length; from += CHUNK) {
    for (const [id, reading] of read(ids.slice(from, from + CHUNK))) {
      const at = rows.size * labels;
      suggested.set(reading.suggested, at);
      entailed.set(reading.entailed, at);
      if (reading.trained) trained?.set(reading.trained, at);
      kept.set(reading.kept, at);
      for (const scorer of reading.scorers) scorers.add(scorer);
      rows.set(id, rows.size);
    }
    await nextTurn();
    if (!project.open) return null;
  }
  const tuned = tunedName(project);
  const embeddings =
    tuned === '' ? await plainEmbeddings(project, rows) : await readEmbeddings(project, rows, tuned);
  const isTuned = tuned !== '' && embeddings !== null;
  return {
    ...{ key, labelIds, rows, labels, documents: rows.size },
    ...{ suggested, entailed, embeddings, isTuned, trained, kept, scorers },
  };
}

type ReadChunk = (ids: readonly number[]) => [id: number, reading: Reading][];

/** As what suggests now reads them, without training. */
function untrainedReadings(project: Project): ReadChunk {
  const zeroShot = zeroShotOf(project);
  return (ids) =>
    ids.map((id) => [
      id,
      {
        suggested: Float32Array.from(zeroShot.labelIds, (label) => logOdds(zeroShot.probability(id, label))),
        entailed: zeroShot.entailed(id),
        trained: null,
        kept: oddsNow(project, id, zeroShot.labelIds),
        scorers: zeroShot.labelIds
          .map((label) => zeroShot.scorer(id, label))
          .filter((scorer) => scorer !== 0),
      },
    ]);
}

/** As the active run reads them, and the model that it was trained from. */
async function trainedReadings(project: Project): Promise<ReadChunk | null> {
  const { labels, evidence, settings } = project.stores;
  const own = labels.all();
  const read = await untrainedReader(project, own);
  if (!read) return null;
  const run = String(settings.get('activeRun'));
  const ofRun = new Map<number, boolean>();
  const isOfRun = (scorerId: number): boolean => {
    const known = ofRun.get(scorerId);
    if (known !== undefined) return known;
    const scorer = evidence.scorer(scorerId);
    const found = scorer?.kind === 'run' && scorer.name === run;
    ofRun.set(scorerId, found);
    return found;
  };
  const labelIds = own.map(({ id }) => id);
  const unread = Float32Array.from(own, () => Number.NaN);
  const plain = (known: UntrainedReading | undefined) => ({
    suggested: known?.probabilities.map(logOdds) ?? unread,
    entailed: known?.odds ?? unread,
    kept: known?.kept ?? unread,
  });
  return (ids) => {
    const known = read(ids);
    return ids.map((id) => {
      const row = evidence.columns.rowOf(id);
      const odds = oddsNow(project, id, labelIds);
      const trained = odds.map((now, i) => {
        const scorerId = row === undefined ? 0 : (evidence.columns.column(labelIds[i]!)?.scorer[row] ?? 0);
        return isOfRun(scorerId) ? now : Number.NaN;
      });
      const untrained = plain(known.get(id));
      // What neither the run nor its model said is shown as it is.
      const kept = trained.map((now, i) => (Number.isNaN(now) ? untrained.kept[i]! : now));
      return [id, { ...untrained, trained, kept, scorers: [] }];
    });
  };
}

/** Log-odds of entailment as the evidence has them, in label order. */
function oddsNow(
  { stores: { evidence } }: Project,
  documentId: number,
  labelIds: readonly number[],
): Float32Array {
  const row = evidence.columns.rowOf(documentId);
  return Float32Array.from(labelIds, (label) =>
    row === undefined ? Number.NaN : (evidence.columns.column(label)?.odds[row] ?? Number.NaN),
  );
}

const shared = (length: number) => new Float32Array(new SharedArrayBuffer(4 * length));

/**
 * Those of the model that reads other texts without training, as it came, and no others: heads that rest on another's would
 * be given what they never saw. null: there are none.
 */
export async function plainEmbeddings(
  project: Project,
  rows: ReadonlyMap<number, number>,
): Promise<Embeddings8 | null> {
  const name = await untrainedEmbeddings(project);
  return name === '' ? null : readEmbeddings(project, rows, name, project.stores.embeddings);
}

async function readEmbeddings(
  project: Project,
  rows: ReadonlyMap<number, number>,
  name: string,
  from: EmbeddingStore = project.stores.tunedEmbeddings,
): Promise<Embeddings8 | null> {
  const table = await vectorTable(project, name, undefined, from).catch((error: unknown) => {
    if (error instanceof BackendError && error.code === 'no_embeddings') return null;
    throw error;
  });
  if (table === null) return null;
  const rowOf = new Int32Array(new SharedArrayBuffer(4 * rows.size)).fill(-1);
  for (const [i, id] of table.ids.entries()) {
    const row = rows.get(id);
    if (row !== undefined) rowOf[row] = i;
  }
  const { size: dimensions, values, scales } = table;
  return { dimensions, values, scales, rowOf };
}
