import { basename } from 'node:path';
import { oneLine } from '../../process/oneLine.ts';
import { annotatorNamed } from '../annotating/annotating.ts';
import { addLabels } from '../labels/labels.ts';
import type { Project } from '../project/file.ts';
import type { NewDocument } from '../project/store/documents.ts';
import type { Label } from '../project/store/labels.ts';
import type { AnnotationRecord, DocumentRecord, ImportItem, ImportProblem } from '../records.ts';
import { readDocuments } from './bounded.ts';
import { type ListedConflict, noteConflicts } from './conflicts.ts';
import { type ImportWriter, importWriter, type Policy, saidBy } from './deciding.ts';
import { labelsIn, requireGoingOn } from './labelsIn.ts';
import { noteInWords } from './notes.ts';
import type { ImportOptions } from './options.ts';
import { type Absent, type Closing, closedBy, knownByName, saysNothing } from './placing.ts';
import { sizeOf } from './reader/size.ts';

export interface ImportRequest extends ImportOptions {
  readonly files: readonly string[];
  /** What it means that a row does not name a label; absent: what the format says. */
  readonly absent?: Absent | undefined;
  /** Who annotated, where the file does not tell. */
  readonly annotator: string;
  /** What becomes of answers that differ from those in the project; absent: the project's stay. */
  readonly conflicts?: Policy | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((documents: number, bytes: number, totalBytes: number) => void) | undefined;
}

export interface ImportReport {
  /** Of the act in the history. */
  id: number;
  added: number;
  /** Documents that were there already, with the same id or, without one, the same text. */
  known: number;
  /** Added although another document has the same text, because it has an id of its own. */
  sameText: number;
  annotated: number;
  newLabels: string[];
  /** Answers that differed from those in the project, the first of them; whose was kept. */
  conflicts: ListedConflict[];
  conflictCount: number;
  /** So many of them were overwritten. */
  overwritten: number;
  problems: ImportProblem[];
  /** Problems beyond those that are listed. */
  moreProblems: number;
  /** What is worth knowing of the files, in sentences. */
  notes: string[];
}

const BATCH = 1000;
/** UTF-16 units: few large documents are a batch too. */
const BATCH_UNITS = 8 * 1024 * 1024;
const MAX_LISTED_PROBLEMS = 1000;

/**
 * Adds the documents of files, and the annotations in them. Streams: memory does not grow with the file. Documents
 * are kept in whole batches, so an import that is stopped leaves a consistent project, and importing again adds only
 * what is missing.
 *
 * Each file is read twice: first for its labels, since "all other labels are a no" needs to know them all. Throws
 * what reading throws, `label_taken` for labels that differ only in case, `cancelled` on abort.
 */
export async function importFiles(project: Project, given: ImportRequest): Promise<ImportReport> {
  const request = { ...given, annotator: annotatorNamed(given.annotator) };
  // What refuses a file's labels refuses it before anything is added.
  const files: { file: string; names: ReadonlySet<string> }[] = [];
  for (const file of request.files) files.push({ file, names: await labelsIn(file, request) });
  const known = new Set(project.stores.labels.all().map(({ name }) => name));
  const newLabels = [...new Set(files.flatMap(({ names }) => [...names]))].filter((name) => !known.has(name));
  addLabels(
    project,
    newLabels.map((name) => ({ name, hypotheses: [] })),
  );
  const writer = importWriter(project, {
    files: request.files.map((file) => basename(file)),
    policy: request.conflicts ?? 'mine',
  });
  const report: ImportReport = {
    id: writer.id,
    added: 0,
    known: 0,
    sameText: 0,
    annotated: 0,
    newLabels,
    conflicts: [],
    conflictCount: 0,
    overwritten: 0,
    problems: [],
    moreProblems: 0,
    notes: [],
  };
  for (const { file, names } of files) await importFile(project, file, { request, report, writer, names });
  return report;
}

/** Adds the documents of a file without what it says of their labels. */
export async function importTexts(project: Project, file: string): Promise<void> {
  const at = new Date().toISOString();
  const documents: NewDocument[] = [];
  for await (const item of readDocuments(file, { format: 'auto' })) {
    if (item.kind === 'document') documents.push({ ...item.document, source: basename(file) });
  }
  project.write(() => {
    for (const document of documents) project.stores.documents.add(document, at);
  });
}

async function importFile(
  project: Project,
  file: string,
  { names, ...kept }: Pick<Target, 'request' | 'report' | 'writer'> & { names: ReadonlySet<string> },
): Promise<void> {
  const { request, report } = kept;
  const labels = new Map(project.stores.labels.all().map((label) => [label.name, label]));
  const ids = new Map([...labels].map(([name, { id }]) => [name, id]));
  const closing = { all: [...ids.values()], named: [...names].flatMap((name) => ids.get(name) ?? []) };
  let progress = { read: 0, total: 0 };
  const onBytes = (read: number, total: number) => {
    progress = { read, total };
  };
  let batch: ImportItem[] = [];
  let units = 0;
  const store = () => {
    storeBatch(project, batch, { source: basename(file), labels, ids, closing, ...kept });
    batch = [];
    units = 0;
    request.onProgress?.(report.added + report.known, progress.read, progress.total);
  };
  for await (const item of readDocuments(file, { ...request, onBytes }, request)) {
    requireGoingOn(request);
    batch.push(item);
    units += sizeOf(item);
    if (batch.length >= BATCH || units >= BATCH_UNITS) store();
  }
  store();
}

interface Target {
  readonly source: string;
  readonly labels: ReadonlyMap<string, Label>;
  readonly ids: ReadonlyMap<string, number>;
  readonly closing: Closing;
  readonly writer: ImportWriter;
  readonly request: ImportRequest;
  readonly report: ImportReport;
}

function storeBatch(project: Project, batch: readonly ImportItem[], target: Target): void {
  const { report } = target;
  const counted = { added: 0, known: 0, sameText: 0, annotated: 0 };
  project.write(() => {
    const at = new Date().toISOString();
    for (const item of batch) {
      if (item.kind === 'problem') {
        note(report, item.problem);
        continue;
      }
      if (item.kind === 'note') {
        if (report.notes.length < MAX_LISTED_PROBLEMS) report.notes.push(noteInWords(item));
        continue;
      }
      const id = place(project, item, { at, target, counted });
      if (id === undefined) continue;
      let annotated = false;
      for (const record of item.document.annotations)
        annotated = storeAnswer(project, id, { record, item, target }) || annotated;
      if (annotated) counted.annotated += 1;
      storeSuggestions(project, id, item.document, target.labels);
    }
  });
  report.added += counted.added;
  report.known += counted.known;
  report.sameText += counted.sameText;
  report.annotated += counted.annotated;
}

function note(report: ImportReport, problem: ImportProblem): void {
  if (report.problems.length < MAX_LISTED_PROBLEMS) report.problems.push(problem);
  else report.moreProblems += 1;
}

/** The document's id in the project: added, or the one that is there. undefined: a problem was noted. */
function place(
  project: Project,
  item: Extract<ImportItem, { kind: 'document' }>,
  { at, target, counted }: { at: string; target: Target; counted: Record<string, number> },
): number | undefined {
  const { documents } = project.stores;
  const { externalId, text, meta, split } = item.document;
  if (externalId !== null) {
    const known = knownByName(documents, externalId, text);
    if (known && known.text !== text) {
      note(target.report, {
        place: item.place,
        reason: oneLine(`The id "${externalId}" belongs to another text already.`),
        value: text.slice(0, 80),
      });
      return undefined;
    }
    if (known) {
      counted.known! += 1;
      return known.id;
    }
  }
  const [same] = documents.sameText(text);
  if (same !== undefined && externalId === null) {
    counted.known! += 1;
    return same;
  }
  if (same !== undefined) counted.sameText! += 1;
  counted.added! += 1;
  const id = documents.add({ externalId, text, meta, split, source: target.source }, at);
  target.writer.brought(id);
  return id;
}

/** Writes what one annotator said of a document; false: that was nothing. */
function storeAnswer(
  project: Project,
  documentId: number,
  {
    record,
    item,
    target,
  }: { record: AnnotationRecord; item: Extract<ImportItem, { kind: 'document' }>; target: Target },
): boolean {
  const { request, report, writer } = target;
  if (saysNothing(record, request.absent)) return false;
  const closing = closedBy(record, request.absent, target.closing);
  const said = saidBy(record, { annotator: request.annotator, ids: target.ids, closing });
  const open = closing.length === 0 && record.absence !== 'said' && record.status === 'done';
  const status = open ? 'draft' : record.status;
  const answer = { documentId, said, status, note: record.comment, seconds: record.seconds };
  noteConflicts(project, { report, answer: { ...answer, place: item.place }, outcome: writer.write(answer) });
  return true;
}

function storeSuggestions(
  project: Project,
  documentId: number,
  { suggestions }: DocumentRecord,
  labels: ReadonlyMap<string, Label>,
): void {
  for (const { label: name, score, model } of suggestions) {
    const label = labels.get(name)!;
    const { evidence } = project.stores;
    const scorerId = evidence.scorerId({
      labelId: label.id,
      kind: 'imported',
      name: model,
      digest: '',
      precision: '',
      wording: '',
      fusion: null,
    });
    const odds = Float32Array.of(Math.log(score) - Math.log1p(-score));
    evidence.put(documentId, { labelId: label.id, scorerId, odds, cosine: null, passage: null });
  }
}
