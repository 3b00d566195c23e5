import { basename } from 'node:path';
import { oneLine } from '../../process/oneLine.ts';
import { type Annotation, annotate } from '../annotating/annotating.ts';
import { BackendError } from '../errors.ts';
import { addLabels, folded } from '../labels/labels.ts';
import { documentNamed } from '../project/documentName.ts';
import type { Project } from '../project/file.ts';
import type { Value } from '../project/store/annotations.ts';
import type { Document, DocumentStore, NewDocument } from '../project/store/documents.ts';
import type { Label } from '../project/store/labels.ts';
import type { AnnotationRecord, DocumentRecord, ImportItem, ImportProblem } from '../records.ts';
import { readDocuments } from './bounded.ts';
import { type ImportOptions, LIMITS } from './options.ts';
import { sizeOf } from './reader/size.ts';

export interface ImportRequest extends ImportOptions {
  readonly files: readonly string[];
  /** What labels that a file does not list mean, where the format does not tell. */
  readonly unlisted: 'no' | 'undecided';
  /** Who annotated, where the file does not tell. */
  readonly annotator: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((documents: number, bytes: number, totalBytes: number) => void) | undefined;
}

export interface ImportReport {
  added: number;
  /** Documents that were there already, with the same id or, without one, the same text. */
  known: number;
  /** Added although another document has the same text, because it has an id of its own. */
  sameText: number;
  annotated: number;
  newLabels: string[];
  problems: ImportProblem[];
  /** Problems beyond those that are listed. */
  moreProblems: number;
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
export async function importFiles(project: Project, request: ImportRequest): Promise<ImportReport> {
  const report: ImportReport = {
    added: 0,
    known: 0,
    sameText: 0,
    annotated: 0,
    newLabels: [],
    problems: [],
    moreProblems: 0,
  };
  for (const file of request.files) {
    const names = await labelsIn(file, request);
    const known = new Set(project.stores.labels.all().map(({ name }) => name));
    const missing = [...names].filter((name) => !known.has(name));
    addLabels(
      project,
      missing.map((name) => ({ name, hypotheses: [] })),
    );
    report.newLabels.push(...missing);
    await importFile(project, file, request, report);
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

async function labelsIn(file: string, request: ImportRequest): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const item of readDocuments(file, request, request)) {
    requireGoingOn(request);
    if (item.kind !== 'document') continue;
    for (const { decisions } of item.document.annotations)
      for (const name of decisions.keys()) names.add(name);
    for (const { label } of item.document.suggestions) names.add(label);
    if (names.size > LIMITS.labels) throw tooManyLabels(file);
  }
  const spellings = new Map<string, string>();
  for (const name of names) {
    const other = spellings.get(folded(name));
    if (other !== undefined) {
      throw new BackendError(
        'label_taken',
        `In "${basename(file)}" the labels "${other}" and "${name}" differ only in case, spaces or Unicode form.`,
        'Use one spelling for both, then import again.',
        undefined,
        { name, other },
      );
    }
    spellings.set(folded(name), name);
  }
  return names;
}

const tooManyLabels = (file: string) =>
  new BackendError(
    'too_many_labels',
    `"${basename(file)}" has more than ${LIMITS.labels} different labels.`,
    'Is another column that of the labels?',
  );

async function importFile(
  project: Project,
  file: string,
  request: ImportRequest,
  report: ImportReport,
): Promise<void> {
  const labels = new Map(project.stores.labels.all().map((label) => [label.name, label]));
  let progress = { read: 0, total: 0 };
  const onBytes = (read: number, total: number) => {
    progress = { read, total };
  };
  let batch: ImportItem[] = [];
  let units = 0;
  const store = () => {
    storeBatch(project, batch, { source: basename(file), labels, request, report });
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

function requireGoingOn({ signal }: ImportRequest): void {
  if (signal?.aborted) {
    throw new BackendError(
      'cancelled',
      'The import was stopped.',
      'What was read so far is kept; importing again adds the rest.',
    );
  }
}

interface Target {
  readonly source: string;
  readonly labels: ReadonlyMap<string, Label>;
  readonly request: ImportRequest;
  readonly report: ImportReport;
}

function storeBatch(project: Project, batch: readonly ImportItem[], target: Target): void {
  const { report } = target;
  const counted = { added: 0, known: 0, sameText: 0, annotated: 0 };
  project.write(() => {
    const at = new Date().toISOString();
    const byAnnotator = new Map<string, Annotation[]>();
    for (const item of batch) {
      if (item.kind === 'problem') {
        note(report, item.problem);
        continue;
      }
      const id = place(project, item, { at, target, counted });
      if (id === undefined) continue;
      for (const record of item.document.annotations) {
        const name = record.annotator ?? target.request.annotator;
        const own = byAnnotator.get(name) ?? [];
        byAnnotator.set(name, own);
        own.push(annotationOf(id, record, target));
      }
      if (item.document.annotations.length > 0) counted.annotated += 1;
      storeSuggestions(project, id, item.document, target.labels);
    }
    for (const [name, annotations] of byAnnotator) annotate(project, name, annotations, 'import');
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
  return documents.add({ externalId, text, meta, split, source: target.source }, at);
}

/**
 * The document that an id means: the one with it as external id; else the one with the same text whose id is the same
 * whole number, or that has none and is called so in what we export.
 */
export function knownByName(documents: DocumentStore, id: string, text: string): Document | undefined {
  const exact = documents.byExternalId(id);
  if (exact) return exact;
  const likely = documentNamed(documents, id);
  return likely?.text === text ? likely : undefined;
}

function annotationOf(documentId: number, record: AnnotationRecord, target: Target): Annotation {
  const closed = record.closed ?? target.request.unlisted === 'no';
  const values = new Map<number, Value>();
  if (closed && record.status !== 'skipped')
    for (const { id } of target.labels.values()) values.set(id, 'no');
  for (const [name, value] of record.decisions) values.set(target.labels.get(name)!.id, value);
  const status = record.closed === null && !closed && record.status === 'done' ? 'draft' : record.status;
  return { documentId, values, status, note: record.comment, seconds: record.seconds };
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
