import type { Census, Failure, Preview, Reading } from '../../contract/index.ts';
import { EngineError } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import { failureOf } from '../failures.ts';
import type { Project } from '../project/file.ts';
import type { DocumentRecord, ImportProblem } from '../records.ts';
import { lookAt, readDocuments } from './bounded.ts';
import { checkedId } from './checkedId.ts';
import { type Conflict, conflictFinder } from './conflicts.ts';
import type { Encoding } from './encoding.ts';
import { collectLabels, type FoundLabels } from './foundLabels.ts';
import { joinedNotes } from './joinedLabels.ts';
import { labelNames } from './labelNames.ts';
import { noteInWords } from './notes.ts';
import type { ImportOptions } from './options.ts';
import { placeInWords } from './places.ts';
import { placesToBe } from './placesToBe.ts';
import { type Absent, otherText, placed } from './placing.ts';

const ROWS = 20;
/** A file that always gets on a little would keep its reader busy for ever. */
const MOST_MS = 5 * 60_000;
const START = 300;
const MOST_PROBLEMS = 20;
const MOST_CONFLICTS = 200;
const MOST_LABELS = 1000;

export interface PreviewOptions {
  readonly known?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that all of it may take. */
  readonly mostMs?: number | undefined;
}

/** The first documents of a file as they would be read, or in words why none can be. */
export async function previewFile(
  path: string,
  reading: Reading,
  { known = [], signal, mostMs = MOST_MS }: PreviewOptions = {},
): Promise<Preview> {
  const options: ImportOptions = { ...reading, known };
  const bounds = { signal, deadline: performance.now() + mostMs };
  const none = (error: unknown): null => {
    if (signal?.aborted) throw error;
    return null;
  };
  const look = await lookAt(path, options, bounds).catch(none);
  // What was said may not fit the file; its columns are still there to choose from.
  const found = look ?? (await lookAt(path, { format: reading.format }, bounds).catch(none));
  const seen = {
    format: look && { id: look.format.id, sign: look.sign },
    encoding: found?.encoding ? inPreview(found.encoding) : null,
    columns: (found?.columns?.columns ?? []).map(({ name, role, values, choices }) => ({
      ...{ name, role, values: [...values] },
      choices: choices === undefined ? null : [...choices],
    })),
    probable: [
      ...(found?.columns?.probable ?? []),
      ...(found?.columns?.possible ?? []),
      ...(found?.columns?.listed ?? []),
    ],
    takes: [...(found?.format.takes ?? [])],
    reading: { ...found?.columns?.dialect, ...reading },
    sheets: [...(found?.sheets ?? [])],
    splits: [...(found?.splits ?? [])],
  };
  const rows: Preview['rows'] = [];
  let absent: Preview['absent'] = null;
  let problem: ImportProblem | undefined;
  try {
    for await (const item of readDocuments(path, options, bounds)) {
      if (item.kind === 'problem') problem ??= item.problem;
      else if (item.kind === 'document') {
        rows.push(rowOf(item.document));
        absent ??= absentIn(item.document);
      }
      if (rows.length >= ROWS) break;
    }
    const failure = rows.length > 0 ? null : problem ? failureOfRow(problem) : NO_DOCUMENTS;
    return { ...seen, absent, rows, failure };
  } catch (error) {
    if (signal?.aborted || !(error instanceof BackendError || error instanceof EngineError)) throw error;
    return { ...seen, absent, rows: [], failure: failureOf(error) };
  }
}

const inPreview = ({ name, by, words = '', others = [] }: Encoding): Preview['encoding'] => ({
  ...{ name, by, words },
  others: others.map((other) => ({ ...other })),
});

/** What it means by itself that a row does not name a label; null where rows say yes and no. */
function absentIn({ annotations }: DocumentRecord): Preview['absent'] {
  for (const { absence } of annotations) if (absence !== 'said') return absence;
  return null;
}

const NO_DOCUMENTS: Failure = {
  code: 'no_documents',
  message: 'It has no documents.',
  hint: null,
  remedy: null,
  params: {},
};

/** Why a row, or a file in another one, does not come in, as it crosses to the page. */
export const failureOfRow = (problem: ImportProblem): Failure =>
  problem.failure ?? {
    code: 'row_unusable',
    message: problemInWords(problem),
    hint: null,
    remedy: problem.remedy ?? null,
    params: { problem: problemInWords(problem) },
  };

const rowOf = ({ externalId, text, annotations }: DocumentRecord): Preview['rows'][number] => ({
  id: externalId,
  text: text.slice(0, START),
  labels: [
    ...new Set(annotations.flatMap(({ decisions, unnamed = [] }) => [...accepted(decisions), ...unnamed])),
  ],
});

const accepted = (decisions: ReadonlyMap<string, string>): string[] =>
  [...decisions].flatMap(([name, value]) => (value === 'yes' ? [name] : []));

/** "reviews.csv, line 7: The text is empty." */
export const problemInWords = ({ place, reason }: ImportProblem): string =>
  `${placeInWords(place)}: ${reason}`;

export interface CensusRequest {
  readonly files: readonly string[];
  readonly reading: Reading;
  /** Who answers, where the file does not tell. */
  readonly annotator: string;
  readonly absent?: Absent | undefined;
  /** UTF-16 units. */
  readonly longerThan: number;
  readonly signal?: AbortSignal | undefined;
  /** Called at the end with the labels as the files have them. */
  readonly onLabels?: ((found: FoundLabels) => void) | undefined;
}

/** What importing would bring, without changing anything. Throws what reading throws, `cancelled` on abort. */
export async function censusOf(
  project: Project,
  { files, reading, annotator, absent, longerThan, signal, onLabels }: CensusRequest,
): Promise<Census> {
  const known = project.stores.labels.all().map(({ name }) => name);
  const request: ImportOptions = { ...reading, known };
  const census = { documents: 0, fresh: 0, duplicate: 0, apart: 0, long: 0, problems: 0 };
  const firstProblems: Failure[] = [];
  const notes: string[] = [];
  const labels: FoundLabels = { names: new Set(), numbers: new Set() };
  const placing = placingBefore(project, reading.ids === 'shared');
  const found: Conflict[] = [];
  let conflictCount = 0;
  for (const file of files) {
    const { options, notes: told } = await checkedId(file, request, { signal, all: false });
    notes.push(...told);
    const conflicts = await conflictFinder(project, file, { ...options, annotator, absent, signal });
    for await (const item of readDocuments(file, options, { signal })) {
      if (signal?.aborted) throw new BackendError('cancelled', 'Looking at the files was stopped.');
      if (item.kind === 'problem') {
        census.problems += 1;
        if (firstProblems.length < MOST_PROBLEMS) firstProblems.push(failureOfRow(item.problem));
        continue;
      }
      if (item.kind === 'note') {
        if (notes.length < MOST_PROBLEMS) notes.push(noteInWords(item));
        continue;
      }
      const { document } = item;
      census.documents += 1;
      for (const conflict of conflicts(item)) {
        conflictCount += 1;
        if (found.length < MOST_CONFLICTS) found.push(conflict);
      }
      const becomes = placing(document, item.place.file);
      census[becomes] += 1;
      if (becomes === 'problems' && firstProblems.length < MOST_PROBLEMS)
        firstProblems.push(failureOfRow({ place: item.place, reason: otherText(document.externalId) }));
      if (document.text.length > longerThan) census.long += 1;
      collectLabels(document, labels);
    }
  }
  onLabels?.(labels);
  notes.push(...joinedNotes(labels.names, known));
  return {
    ...census,
    fresh: census.fresh + census.apart,
    firstProblems,
    notes,
    labels: censusLabels(labels, known, reading.names),
    conflictCount,
    conflicts: found.map(({ place: _, ...conflict }) => conflict),
  };
}

/** What labels of files become, as far as they are listed. */
export const censusLabels = (found: FoundLabels, known: readonly string[], names: Reading['names']) =>
  labelNames(found, known, names).slice(0, MOST_LABELS);

/** What importing would make of a document, given the project and what came earlier in the files. As `importFiles` decides. */
function placingBefore(
  { stores: { documents } }: Project,
  shared: boolean,
): (document: DocumentRecord, file: string) => 'fresh' | 'duplicate' | 'apart' | 'problems' {
  const places = placesToBe(documents);
  return ({ externalId, text }, file) => {
    const found = placed(places, { externalId, text }, { file, shared });
    if (found.kind === 'known') return 'duplicate';
    if (found.kind === 'changed') return 'problems';
    places.add({ externalId: found.externalId, text, source: file });
    return found.apart ? 'apart' : 'fresh';
  };
}
