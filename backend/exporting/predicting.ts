import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { serialize } from 'node:v8';
import {
  createDraw,
  type Device,
  type Engine,
  type FusionWeights,
  type LabelPriors,
  type ModelSource,
  type Precision,
  readingAlone,
} from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import { describeWriting, requireTarget, unusable, writeAtomically } from '../files/atomic.ts';
import { lookAt, readDocuments } from '../importing/bounded.ts';
import { noteInWords } from '../importing/notes.ts';
import { type ImportOptions, READING_OPTIONS } from '../importing/options.ts';
import { type FileReport, fileReport } from '../importing/report.ts';
import { modelDigest } from '../models/digest.ts';
import { exclusively } from '../project/exclusive.ts';
import type { DocumentRecord, ImportProblem } from '../records.ts';
import { embeddingName } from '../suggesting/embeddingName.ts';
import { type LabelScores, type LearntReading, TELLING, withProbabilities } from '../suggesting/fusing.ts';
import { READ_CHARACTERS } from '../suggesting/languages/detect.ts';
import { type ForeignDocuments, foreignDocuments, LOOKED_AT } from '../suggesting/languages/foreign.ts';
import {
  journalOf,
  openJournal,
  type Prediction,
  type PredictionJournal,
  predictionKey,
} from './predictionJournal.ts';
import { tableFormatOf } from './results/all.ts';
import { predictedFile } from './results/predictedTable.ts';

/** A label to predict: probability at the threshold or above is a yes. */
export interface PredictedLabel {
  readonly name: string;
  readonly description?: string | undefined;
  readonly hypotheses: readonly string[];
  readonly threshold: number;
}

export interface PredictRequest extends ImportOptions {
  readonly file: string;
  readonly out: string;
  readonly overwrite: boolean;
  readonly source: ModelSource & { readonly fusion?: FusionWeights | undefined };
  /** What is usual for the labels, for a combined reading; absent: learnt from the file. */
  readonly priors?: LabelPriors | undefined;
  /** What a project's decisions taught, in the order of the labels. */
  readonly learnt?: LearntReading | undefined;
  /** What else the probabilities follow from, as JSON: another one, and nothing goes on. */
  readonly basis?: unknown;
  readonly labels: readonly PredictedLabel[];
  readonly device: Device;
  readonly precision: Precision;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((documents: number, bytes: number, totalBytes: number) => void) | undefined;
  /** A sentence when the device gave out and the processor goes on. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** What of the file was read, and what was not. */
export interface PredictReport {
  readonly documents: number;
  /** Of them, those that an ended run had computed. */
  readonly resumed: number;
  readonly file: FileReport;
  /** Documents in languages that the model does not read, by a sample of the file; null: nothing speaks for it. */
  readonly foreign: ForeignDocuments | null;
  /** What is worth knowing of the file, in sentences. */
  readonly notes: readonly string[];
  /** Rows that are left out, the first of them. */
  readonly problems: readonly ImportProblem[];
  /** Problems beyond those that are listed. */
  readonly moreProblems: number;
}

const CHUNK = 64;
const MOST_LISTED = 1000;

/**
 * Labels a file: a row per document with its original columns, the labels and their probabilities, as CSV, XLSX,
 * Parquet or JSON lines by the ending of `out`, of which one per document is `{"id", "text", "scores": {label: probability},
 * "labels", "columns"}`, where `id` is null for a document without one: a number could be taken for another's id.
 *
 * Memory does not grow with the file. What was computed is kept beside `out` until that is complete: ended or killed,
 * the same request goes on where it was. Rows that can't be read are returned and left out. Throws `ending_unknown`, and
 * `predictions_busy` where another run computes the same file.
 */
export async function predict(engine: Engine, request: PredictRequest): Promise<PredictReport> {
  tableFormatOf(request.out);
  await requireTarget(request.out, request.overwrite);
  if (await isSameFile(request.file, request.out))
    throw unusable(basename(request.out), 'the file that is read');
  const lock = locked(request.out);
  try {
    return await predictLocked(engine, request);
  } finally {
    lock.release();
  }
}

/** However the two are called. */
async function isSameFile(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [one, other].map((path) => stat(path, { bigint: true }).catch(() => null)),
  );
  return Boolean(first && second && first.ino === second.ino && first.dev === second.dev);
}

function locked(out: string): { release(): void } {
  let lock: ReturnType<typeof exclusively>;
  try {
    lock = exclusively(`${journalOf(out)}.lock`);
  } catch (error) {
    throw describeWriting(error, out);
  }
  if (lock !== null) return lock;
  throw new BackendError(
    'predictions_busy',
    `Another run is predicting into "${basename(out)}" now.`,
    'Wait until it has ended, or give another name.',
    undefined,
    { name: basename(out) },
  );
}

async function predictLocked(engine: Engine, request: PredictRequest): Promise<PredictReport> {
  const file = fileReport(basename(request.file), await lookAt(request.file, request, request));
  const journal = await openJournal(request.out, predictionKey(await basisOf(request)));
  try {
    const found = await computed(engine, request, journal);
    if (found.documents === 0) throw nothingIn(request.file, found.problems);
    const chunks = await predictedFile(request.out, journal, request.labels);
    await writeAtomically(request.out, chunks, { overwrite: request.overwrite });
    await journal.remove();
    return { ...found, file, resumed: journal.begun };
  } catch (error) {
    // Nothing is worth keeping where nothing was computed.
    if (journal.empty) await journal.remove();
    else await journal.close();
    throw error;
  }
}

/** What probabilities follow from: with the same, what was computed before holds. */
async function basisOf({
  file,
  basis,
  labels,
  source,
  priors,
  learnt,
  precision,
  ...request
}: PredictRequest) {
  const { size, mtimeMs } = await stat(file).catch(() => ({ size: 0, mtimeMs: 0 }));
  const reading = [...READING_OPTIONS.map((name) => request[name] ?? null), request.format];
  return {
    ...{ file: resolve(file), size, mtimeMs, reading, labels, precision, basis: basis ?? null },
    ...(await readerOf({ source, priors })),
    learnt: learnt ? await taughtOf(learnt) : null,
  };
}

type Read = Pick<PredictRequest, 'source' | 'priors'>;

/** A model, what was trained on top of it, and how it is read. */
async function readerOf({ source: { dir, trained, tuned, classes, fusion }, priors }: Read) {
  return {
    model: embeddingName(await modelDigest(dir)),
    trained: trained ? digest(trained) : null,
    tuned: tuned ? digest(tuned) : null,
    classes: classes ?? null,
    fusion: fusion ?? null,
    priors: priors ? digest(priors) : null,
  };
}

/** Heads, and all models that they rest on: documents that were embedded meanwhile, too, make others of the same decisions. */
async function taughtOf({ heads, run, embedder }: LearntReading) {
  return {
    heads: digest(readingAlone(heads)),
    run: run && { together: run.fusion, ...(await readerOf(run)) },
    embedder: embedder ? await readerOf({ source: embedder }) : null,
  };
}

const digest = (value: unknown): string => createHash('sha256').update(serialize(value)).digest('hex');

async function computed(
  engine: Engine,
  request: PredictRequest,
  journal: PredictionJournal,
): Promise<Omit<PredictReport, 'file' | 'resumed'>> {
  const problems: ImportProblem[] = [];
  const notes: string[] = [];
  let moreProblems = 0;
  let bytes = { read: 0, total: 0 };
  const onBytes = (read: number, total: number) => {
    bytes = { read, total };
  };
  let documents = 0;
  const { add: draw, drawn: starts } = createDraw<string>(LOOKED_AT);
  let chunk: DocumentRecord[] = [];
  const spec = { ...request.source, ...request, texts: () => tellingTexts(request) };
  await withProbabilities(engine, spec, async (score) => {
    const flush = async () => {
      const rows = await score(
        chunk.map(({ text }) => text),
        request.signal,
      );
      await journal.add(chunk.map((document, i) => predictionOf(document, rows[i]!)));
      documents += chunk.length;
      chunk = [];
      request.onProgress?.(documents, bytes.read, bytes.total);
    };
    for await (const item of readDocuments(
      request.file,
      { ...request, textsAlone: true, onBytes },
      request,
    )) {
      if (item.kind === 'note' && notes.length < MOST_LISTED) notes.push(noteInWords(item));
      if (item.kind === 'problem' && problems.length < MOST_LISTED) problems.push(item.problem);
      else if (item.kind === 'problem') moreProblems += 1;
      if (item.kind !== 'document') continue;
      draw(item.document.text.slice(0, READ_CHARACTERS));
      if (documents < journal.begun) documents += 1;
      else chunk.push(item.document);
      if (chunk.length >= CHUNK) await flush();
    }
    if (chunk.length > 0) await flush();
  });
  const foreign = await foreignDocuments(starts, request.source.dir);
  return { documents, foreign, notes, problems, moreProblems };
}

const predictionOf = (document: DocumentRecord, { probabilities, passages }: LabelScores): Prediction => ({
  document,
  probabilities: [...probabilities],
  passages: passages.map((passage) => passage && document.text.slice(passage.start, passage.end)),
});

/** Texts from all over the file, for what is usual for a label. */
async function tellingTexts(request: PredictRequest): Promise<readonly string[]> {
  const { add, drawn } = createDraw<string>(TELLING);
  for await (const item of readDocuments(request.file, { ...request, textsAlone: true }, request)) {
    if (item.kind === 'document') add(item.document.text);
  }
  return drawn;
}

function nothingIn(file: string, problems: readonly ImportProblem[]): BackendError {
  const [first] = problems;
  const why = first
    ? `${first.place.line ? `line ${first.place.line}: ` : ''}${first.reason}`
    : 'it has no documents.';
  return new BackendError('nothing_to_predict', `"${basename(file)}" can't be labelled: ${why}`);
}
