import { basename } from 'node:path';
import { must } from '../../process/must.ts';
import { annotatorNamed } from '../annotating/annotating.ts';
import { addLabels } from '../labels/labels.ts';
import type { Project } from '../project/file.ts';
import type { DocumentStore, NewDocument } from '../project/store/documents.ts';
import type { Label } from '../project/store/labels.ts';
import type { AnnotationRecord, DocumentRecord, ImportItem, ImportProblem, RefusedRow } from '../records.ts';
import { readDocuments } from './bounded.ts';
import { checkedId } from './checkedId.ts';
import { noteConflicts } from './conflicts.ts';
import { type ImportWriter, importWriter, type Policy, saidBy } from './deciding.ts';
import { differingFinder } from './differing.ts';
import type { FoundLabels } from './foundLabels.ts';
import { joinedNotes } from './joinedLabels.ts';
import { inProjectNames, labelNames } from './labelNames.ts';
import { requireGoingOn } from './labelsIn.ts';
import { noteInWords } from './notes.ts';
import type { ImportOptions } from './options.ts';
import { type Absent, type Closing, closedBy, otherText, placed, placesIn, saysNothing } from './placing.ts';
import { sizeOf } from './reader/size.ts';
import { emptyReport, type FileReport, fileReport, type ImportReport } from './report.ts';
import { addRows } from './rowsAt.ts';

export interface ImportRequest extends ImportOptions {
  readonly files: readonly string[];
  /** What it means that a row does not name a label; absent: what the format says. */
  readonly absent?: Absent | undefined;
  /** Who annotated, where the file does not tell. */
  readonly annotator: string;
  /** What becomes of answers that differ from those in the project; absent: the project's stay. */
  readonly conflicts?: Policy | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?:
    | ((documents: number, bytes: number, totalBytes: number, added: number) => void)
    | undefined;
}

const BATCH = 1000;
/** UTF-16 units: few large documents are a batch too. */
const BATCH_UNITS = 8 * 1024 * 1024;
const MAX_LISTED_PROBLEMS = 1000;
const MAX_LISTED_DIFFERING = 100;
/** The least probability that is told apart from nothing. */
const SURE = 1e-6;

/**
 * Adds the documents of files, and the annotations in them. Streams: memory does not grow with the file. Documents
 * are kept in whole batches, so an import that is stopped leaves a consistent project, and importing again adds only
 * what is missing.
 *
 * Each file is read twice: first for its labels, since "all other labels are a no" needs to know them all, and labels
 * that differ only in case are one. Throws what reading throws, `too_many_labels`, `cancelled` on abort.
 */
export async function importFiles(project: Project, given: ImportRequest): Promise<ImportReport> {
  const known = project.stores.labels.all().map(({ name }) => name);
  const request = { ...given, known, annotator: annotatorNamed(given.annotator) };
  // What refuses a file's labels refuses it before anything is added.
  const files: { file: string; found: FoundLabels; looked: FileReport; own: typeof request }[] = [];
  const notes: string[] = [];
  for (const file of request.files) {
    const bounds = { signal: request.signal, all: true };
    const { options: own, look, labels, ...more } = await checkedId(file, request, bounds);
    files.push({ file, found: must(labels, 'labels'), looked: fileReport(basename(file), look), own });
    notes.push(...more.notes);
  }
  const names = labelNames(
    {
      names: files.flatMap(({ found }) => [...found.names]),
      numbers: files.flatMap(({ found }) => [...found.numbers]),
    },
    known,
    request.names,
  );
  const newLabels = [
    ...new Set(names.flatMap(({ to, kind }) => (kind === 'new' && to !== null ? [to] : []))),
  ];
  addLabels(
    project,
    newLabels.map((name) => ({ name, hypotheses: [] })),
  );
  const writer = importWriter(project, {
    files: request.files.map((file) => basename(file)),
    policy: request.conflicts ?? 'mine',
  });
  const report = emptyReport({
    id: writer.id,
    newLabels,
    renamed: names.filter(({ from, to, kind }) => kind !== 'number' && from !== to),
    files: files.map(({ looked }) => looked),
  });
  const spelt = new Set(files.flatMap(({ found }) => [...found.names]));
  report.notes.push(...notes, ...joinedNotes(spelt, known));
  const differing = differingFinder();
  const before = project.stores.documents.last();
  const renamed = inProjectNames(names);
  for (const { file, found, own } of files) {
    const named = names.flatMap(({ from, to }) => (to !== null && found.names.has(from) ? [to] : []));
    await importFile(project, file, { request: own, report, writer, before, differing, renamed, named });
  }
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
  {
    named,
    ...kept
  }: Omit<Target, 'labels' | 'ids' | 'closing' | 'refused' | 'left'> & { named: readonly string[] },
): Promise<void> {
  const { request, report } = kept;
  const labels = new Map(project.stores.labels.all().map((label) => [label.name, label]));
  const ids = new Map([...labels].map(([name, { id }]) => [name, id]));
  const closing = { all: [...ids.values()], named: named.flatMap((name) => ids.get(name) ?? []) };
  const refused = new Set<ImportProblem>();
  const left = { open: 0 };
  let progress = { read: 0, total: 0 };
  const onBytes = (read: number, total: number) => {
    progress = { read, total };
  };
  let batch: ImportItem[] = [];
  let units = 0;
  const store = () => {
    storeBatch(project, batch, { labels, ids, closing, refused, left, ...kept });
    batch = [];
    units = 0;
    request.onProgress?.(report.added + report.known, progress.read, progress.total, report.added);
  };
  for await (const item of readDocuments(file, { ...request, onBytes }, request)) {
    requireGoingOn(request);
    batch.push(item);
    units += sizeOf(item);
    if (batch.length >= BATCH || units >= BATCH_UNITS) store();
  }
  store();
  if (left.open > 0) report.notes.push(noteInWords(leftOpenNote(basename(file), left.open)));
  await addRows(file, refused, { problems: report.problems, options: request, signal: request.signal });
}

/** Whoever empties a cell of an exported table may mean to take the answer back. */
const leftOpenNote = (file: string, count: number): Parameters<typeof noteInWords>[0] => ({
  kind: 'note',
  place: { file },
  text: `${count} ${count === 1 ? 'answer of the project, which it leaves open, stays' : 'answers of the project, which it leaves open, stay'}: an import takes none back, Browse and Annotate do.`,
});

interface Target {
  readonly labels: ReadonlyMap<string, Label>;
  readonly ids: ReadonlyMap<string, number>;
  readonly closing: Closing;
  readonly writer: ImportWriter;
  /** The last document that was there before the import. */
  readonly before: number;
  readonly request: ImportRequest;
  readonly report: ImportReport;
  /** Problems of this file that are no problems of reading. */
  readonly refused: Set<ImportProblem>;
  readonly differing: ReturnType<typeof differingFinder>;
  /** How many answers of the project the file leaves open. */
  readonly left: { open: number };
  /** Gives labels the project's names. */
  readonly renamed: (document: DocumentRecord) => DocumentRecord;
}

type Found = Extract<ImportItem, { kind: 'document' }>;
type Counted = Pick<
  ImportReport,
  'read' | 'added' | 'known' | 'repeated' | 'changed' | 'sameText' | 'apart' | 'annotated' | 'unnamed'
>;

function storeBatch(project: Project, batch: readonly ImportItem[], target: Target): void {
  const { report } = target;
  const counted: Counted = {
    ...{ read: 0, added: 0, known: 0, repeated: 0, changed: 0 },
    ...{ sameText: 0, apart: 0, annotated: 0, unnamed: 0 },
  };
  project.write(() => {
    const at = new Date().toISOString();
    const documents = rememberingText(project.stores.documents);
    for (const found of batch) {
      if (found.kind === 'note') {
        if (report.notes.length < MAX_LISTED_PROBLEMS) report.notes.push(noteInWords(found));
        continue;
      }
      counted.read += 1;
      if (found.kind === 'problem') note(report, found.problem);
      else
        store(
          project,
          { ...found, document: target.renamed(found.document) },
          { at, target, counted, documents },
        );
    }
  });
  for (const [name, count] of Object.entries(counted)) report[name as keyof Counted] += count;
}

/** Equal rows mostly follow one another, and while a batch is stored no document goes. */
function rememberingText(documents: DocumentStore): DocumentStore {
  let last: { readonly text: string; readonly id: number } | undefined;
  return {
    ...documents,
    withText(text) {
      if (last?.text === text) return last.id;
      const id = documents.withText(text);
      if (id !== undefined) last = { text, id };
      return id;
    },
  };
}

interface Storing {
  readonly at: string;
  readonly target: Target;
  readonly counted: Counted;
  readonly documents: DocumentStore;
}

function store(project: Project, item: Found, storing: Storing): void {
  const { target, counted } = storing;
  const id = place(project, item, storing);
  if (id === undefined) return;
  const { document } = item;
  let annotated = false;
  for (const record of document.annotations)
    annotated = storeAnswer(project, id, { record, item, target }) || annotated;
  if (annotated) {
    counted.annotated += 1;
    noteDiffering(target, storing.documents.withText(document.text) ?? id, item);
  }
  if (document.annotations.some(({ unnamed }) => unnamed !== undefined)) counted.unnamed += 1;
  storeSuggestions(project, id, document, target.labels);
}

/** Whether it is among those that are listed. */
function note(report: ImportReport, problem: ImportProblem): boolean {
  const listed = report.problems.length < MAX_LISTED_PROBLEMS;
  if (listed) report.problems.push(problem);
  else report.moreProblems += 1;
  return listed;
}

function noteDiffering({ report, differing }: Target, text: number, item: Found): void {
  const found = differing(text, item);
  if (found === null) return;
  report.differingCount += 1;
  report.contradictions += found.contradicted.length;
  if (report.differing.length < MAX_LISTED_DIFFERING) report.differing.push(found);
}

/** The document's id in the project: added, or the one that is there. undefined: a problem was noted. */
function place(
  project: Project,
  item: Found,
  { at, target, counted, documents }: Storing,
): number | undefined {
  const { text, meta, split } = item.document;
  const { file } = item.place;
  const found = placed(placesIn(documents), item.document, { file, shared: target.request.ids === 'shared' });
  if (found.kind === 'changed') {
    counted.changed += 1;
    const problem: ImportProblem = {
      place: item.place,
      reason: otherText(item.document.externalId),
      value: text.slice(0, 80),
      row: asTable(item.document),
    };
    if (note(target.report, problem)) target.refused.add(problem);
    return undefined;
  }
  if (found.kind === 'known') {
    counted.known += 1;
    if (found.id > target.before) counted.repeated += 1;
    repeat(project, item, { documentId: found.id, importId: target.writer.id });
    return found.id;
  }
  const { externalId, apart, same } = found;
  if (same !== undefined) counted.sameText += 1;
  if (apart) counted.apart += 1;
  counted.added += 1;
  const id = documents.add({ externalId, text, meta, split, source: file }, at);
  if (item.document.row) project.stores.layouts.keep(id, item.document.row);
  target.writer.brought(id);
  return id;
}

/** A document that is no row of its file as one. */
function asTable({ externalId, text, meta }: DocumentRecord): RefusedRow {
  const more = [...meta].filter(([name]) => name !== 'id' && name !== 'text');
  return {
    names: ['id', 'text', ...more.map(([name]) => name)],
    fields: [externalId ?? '', text, ...more.map(([, value]) => String(value))],
  };
}

/** Keeps the row of a document that is there already, so that results have every row. */
function repeat(project: Project, { document }: Found, at: { documentId: number; importId: number }): void {
  const { externalId, meta, row } = document;
  const { layouts, documents } = project.stores;
  if (row === undefined || row.perAnswer) return;
  layouts.repeat({ externalId, meta, row }, { ...at, after: documents.last() });
}

/** Writes what one annotator said of a document; false: that was nothing. */
function storeAnswer(
  project: Project,
  documentId: number,
  { record, item, target }: { record: AnnotationRecord; item: Found; target: Target },
): boolean {
  const { request, report, writer } = target;
  if (saysNothing(record, request.absent)) return false;
  const closing = closedBy(record, request.absent, target.closing);
  const said = saidBy(record, { annotator: request.annotator, ids: target.ids, closing });
  const open = closing.length === 0 && record.absence !== 'said' && record.status === 'done';
  const lacks = record.part && [...target.ids.values()].some((label) => !said.values.has(label));
  const status = open || (lacks && record.status === 'done') ? 'draft' : record.status;
  const answer = { documentId, said, status, note: record.comment, seconds: record.seconds };
  // A row that says all that it has to say of its labels; what is new had no answers.
  if (documentId <= target.before && record.status === 'done' && record.absence === 'said' && !record.part)
    target.left.open += writer.leftOpen(answer, target.closing.named);
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
    const label = labels.get(name);
    if (!label) continue;
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
    // Of certainty there are no odds: what is told as 1 is nearly that.
    const sure = Math.min(Math.max(score, SURE), 1 - SURE);
    const odds = Float32Array.of(Math.log(sure) - Math.log1p(-sure));
    evidence.put(documentId, { labelId: label.id, scorerId, odds, cosine: null, passage: null });
  }
}
