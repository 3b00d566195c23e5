import type { Census, Failure, Mapping, Preview } from '../../contract/index.ts';
import { EngineError } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import { failureOf } from '../failures.ts';
import type { Project } from '../project/file.ts';
import { textDigest } from '../project/store/documents.ts';
import type { DocumentRecord, ImportProblem } from '../records.ts';
import { lookAt, readDocuments } from './bounded.ts';
import { type Conflict, conflictFinder } from './conflicts.ts';
import type { FoundColumns } from './format.ts';
import { noteInWords } from './notes.ts';
import type { ImportOptions } from './options.ts';
import { type Absent, knownByName } from './placing.ts';
import { PREVIEW_MS } from './reader/limits.ts';

const ROWS = 20;
const START = 300;
const MOST_PROBLEMS = 20;
const MOST_CONFLICTS = 200;

export const optionsFor = ({ format, text, id, labels, whole, sheet, split }: Mapping): ImportOptions => ({
  ...(format !== undefined && { format }),
  ...(text !== undefined && { textColumn: text }),
  ...(id !== undefined && { idColumn: id }),
  ...(labels !== undefined && { labelsColumn: labels }),
  ...(whole !== undefined && { whole }),
  ...(sheet !== undefined && { sheet }),
  ...(split !== undefined && { split }),
});

/** The first documents of a file as they would be read, or in words why none can be. */
export async function previewFile(path: string, mapping: Mapping): Promise<Preview> {
  const options = optionsFor(mapping);
  const bounds = { deadline: performance.now() + PREVIEW_MS };
  const look = await lookAt(path, options, bounds).catch(() => null);
  const found = look?.columns ?? null;
  const columns = [...(found?.names ?? [])];
  const format = look && { id: look.format.id, sign: look.sign };
  const chosen = { sheets: [...(look?.sheets ?? [])], splits: [...(look?.splits ?? [])] };
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
    return {
      absent,
      format,
      columns,
      mapping: found ? { ...mapping, ...chosenOf(found) } : mapping,
      rows,
      ...chosen,
      failure,
    };
  } catch (error) {
    if (!(error instanceof BackendError || error instanceof EngineError)) throw error;
    return { absent, format, columns, mapping, rows: [], ...chosen, failure: failureOf(error) };
  }
}

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

const failureOfRow = (problem: ImportProblem): Failure => ({
  code: 'row_unusable',
  message: problemInWords(problem),
  hint: null,
  remedy: problem.remedy ?? null,
  params: {},
});

/** The columns that can be chosen, without those that there are none for. */
function chosenOf({ names, roles }: FoundColumns): Mapping {
  const all = roles();
  const chosen = (['text', 'id', 'labels'] as const).map((role) => [role, names[all.indexOf(role)]]);
  return Object.fromEntries(chosen.filter(([, name]) => name !== undefined));
}

const rowOf = ({ externalId, text, annotations }: DocumentRecord): Preview['rows'][number] => ({
  id: externalId,
  text: text.slice(0, START),
  labels: [...new Set(annotations.flatMap(({ decisions }) => accepted(decisions)))],
});

const accepted = (decisions: ReadonlyMap<string, string>): string[] =>
  [...decisions].flatMap(([name, value]) => (value === 'yes' ? [name] : []));

/** "reviews.csv, line 7: The text is empty." */
export function problemInWords({ place: { file, line, record }, reason }: ImportProblem): string {
  const where = line !== undefined ? `, line ${line}` : record !== undefined ? `, record ${record}` : '';
  return `${file}${where}: ${reason}`;
}

/** What importing would bring, without changing anything. Throws what reading throws, `cancelled` on abort. */
export async function censusOf(
  project: Project,
  {
    files,
    mapping,
    annotator,
    absent,
    longerThan,
    signal,
  }: {
    files: readonly string[];
    mapping: Mapping;
    /** Who answers, where the file does not tell. */
    annotator: string;
    absent?: Absent | undefined;
    /** UTF-16 units. */
    longerThan: number;
    signal?: AbortSignal | undefined;
  },
): Promise<Census> {
  const census = { documents: 0, fresh: 0, duplicate: 0, long: 0, problems: 0 };
  const firstProblems: string[] = [];
  const notes: string[] = [];
  const labels = new Set<string>();
  const isKnown = knownBefore(project);
  const found: Conflict[] = [];
  let conflictCount = 0;
  for (const file of files) {
    const conflicts = await conflictFinder(project, file, {
      ...optionsFor(mapping),
      annotator,
      absent,
      signal,
    });
    for await (const item of readDocuments(file, optionsFor(mapping), { signal })) {
      if (signal?.aborted) throw new BackendError('cancelled', 'Looking at the files was stopped.');
      if (item.kind === 'problem') {
        census.problems += 1;
        if (firstProblems.length < MOST_PROBLEMS) firstProblems.push(problemInWords(item.problem));
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
      if (isKnown(document)) census.duplicate += 1;
      else census.fresh += 1;
      if (document.text.length > longerThan) census.long += 1;
      for (const { decisions } of document.annotations) for (const name of decisions.keys()) labels.add(name);
      for (const { label } of document.suggestions) labels.add(label);
    }
  }
  return {
    ...census,
    firstProblems,
    notes,
    labels: [...labels],
    conflictCount,
    conflicts: found.map(({ place: _, ...conflict }) => conflict),
  };
}

/** Whether importing would find the document: in the project, or earlier in the files. As `importFiles` decides. */
function knownBefore({ stores: { documents } }: Project): (document: DocumentRecord) => boolean {
  const ids = new Set<string>();
  const texts = new Set<string>();
  return ({ externalId, text }) => {
    if (externalId !== null) {
      const known = ids.has(externalId) || knownByName(documents, externalId, text) !== undefined;
      ids.add(externalId);
      texts.add(textDigest(text).toString('base64', 0, 12));
      return known;
    }
    const digest = textDigest(text).toString('base64', 0, 12);
    const known = texts.has(digest) || documents.sameText(text).length > 0;
    texts.add(digest);
    return known;
  };
}
