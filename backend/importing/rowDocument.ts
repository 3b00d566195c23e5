import type { Role } from '../../contract/index.ts';
import type { AnnotationStatus, Decision, SourceColumn, SourceRow } from '../records.ts';
import { decisionOf, isUndecided, type Listing, labelsIn, type Named, saysNo } from './cells.ts';
import { type Column, isOurRecord, textUnclear } from './columns.ts';
import {
  annotationRecord,
  decisionsOf,
  documentRecord,
  idOf,
  inJson,
  isObject,
  labelName,
  metaOf,
  numberIn,
  RowError,
  scoreOf,
  splitOf,
  stringOr,
  suggestion,
  textOf,
} from './fields.ts';
import type { FoundAnnotation, FoundDocument, Note } from './format.ts';
import { lateValues } from './lateValues.ts';
import { minusOneNotes } from './minusOnes.ts';
import { LIMITS } from './options.ts';
import { besideScores } from './scored.ts';

/** What rows of a table, or records, are read by. */
export interface Layout {
  readonly file: string;
  readonly columns: readonly Column[];
  readonly listing: Listing;
  readonly cutoff: number | undefined;
  /** Its rows have all columns. */
  readonly isTable: boolean;
  /** See `ImportOptions`. */
  readonly textsAlone?: boolean | undefined;
  /** Fields of objects within its records are fields of theirs. */
  readonly flat?: boolean;
  /**
   * Of whom the rows are: Label Studio's say by `annotation_id` whether someone annotated, those of `predict` have the
   * columns of their file in one field.
   */
  readonly by: 'us' | 'predict' | 'label studio' | 'others';
  /** Choices as Label Studio writes them into a cell. */
  choices?(value: unknown, column: string): ReadonlyMap<string, Decision>;
}

/** A value of a row by the name of its column; undefined: it has none. */
export type Row = ReadonlyMap<string, unknown>;

/** Reads rows in their order. Throws a `RowError` for one that can't be used. */
export interface RowReader<Given> {
  (row: Given): FoundDocument;
  /** What is worth knowing once all are read. */
  told(): readonly Note[];
}

/** Reads rows by what their columns are. Throws `text_column_unclear`. */
export function rowReader(layout: Layout): RowReader<Row> {
  const { columns, file } = layout;
  const names = new Map<Role, string[]>();
  for (const { name, role } of columns) names.set(role, [...(names.get(role) ?? []), name]);
  if (!names.has('text'))
    throw textUnclear(
      file,
      columns.map(({ name }) => name),
    );
  const known = new Set(columns.map(({ name }) => name));
  const of = (role: Role) => names.get(role) ?? [];
  const late = lateValues(file, columns);
  const own = { ...layout, marks: areMarks(layout) };
  const read = (row: Row) => {
    late.see((name) => row.get(name));
    const value = (role: Role) => row.get(of(role)[0] ?? '');
    const annotation = layout.textsAlone ? null : annotationOf(row, of, own);
    // A field that no row had before is one of its own.
    const rest = [...row.keys()].filter((name) => !known.has(name));
    const meta = [...of('meta'), ...rest].map((name) => [name, row.get(name)] as const);
    return documentRecord({
      externalId: of('id').length === 0 ? null : idOf(value('id')),
      text: textIn(row, of('text')),
      meta: metaOf(meta.flatMap((one) => spread(one, row, layout)).filter(([, cell]) => cell !== '')),
      split: splitOf(value('split')),
      annotations: annotation === null ? [] : [annotation],
      suggestions: suggestionsOf(value('suggestions')),
      row: sourceRow(row, layout),
    });
  };
  return Object.assign(read, { told: () => [...late.told(), ...minusOneNotes(file, columns)] });
}

/** A layout, and whether its columns of labels only mark what applies. */
type Marked = Layout & { readonly marks: boolean };

/** Whether no column of a label ever says no, as where people put an x: what has none is then like what a list does not name. */
const areMarks = ({ columns, cutoff, by }: Layout): boolean =>
  by === 'others' &&
  columns.every(({ role, values }) => role !== 'label' || !values.some((value) => saysNo(value, cutoff)));

/** The row in the order of its file; cells that lie with the document in no other form are kept as they were written. */
function sourceRow(row: Row, layout: Layout): SourceRow {
  const { columns, isTable, by } = layout;
  const texts = columns.filter(({ role }) => role === 'text').length;
  const roles = new Map(columns.map(({ name, role }) => [name, role]));
  const kept = new Map<string, string>();
  const names = isTable ? columns.map(({ name }) => name) : [...row.keys()];
  const shown = names.flatMap((name): SourceColumn[] => {
    const role = roles.get(name) ?? 'meta';
    if (role === 'id' || (role === 'text' && texts === 1)) return [{ name, role }];
    if (role === 'meta')
      return isTable
        ? [{ name, role }]
        : [...metaOf(spread([name, row.get(name)], row, layout)).keys()].map((own) => ({ name: own, role }));
    // Fields of our own records are told by what they mean.
    if (!isTable && by === 'us' && !['text', 'labels', 'label'].includes(role)) return [];
    const value = row.get(name) ?? '';
    const cell = typeof value === 'string' ? value : (inJson(value) ?? '');
    if (cell !== '') kept.set(name, cell);
    return [{ name, role: 'kept' }];
  });
  // Our records and Label Studio's have a row per answer, and so have tables of names and decisions.
  const perAnswer =
    by === 'us' || by === 'label studio' || columns.some(({ role }) => PER_ANSWER.includes(role));
  return { columns: shown, kept, ...(perAnswer && { perAnswer }) };
}

const PER_ANSWER: readonly Role[] = ['labelName', 'annotator'];

/** What stands in an object called `meta` are fields by themselves; so are the columns that `predict` kept. */
function spread(
  [name, value]: readonly [string, unknown],
  row: Row,
  { by }: Layout,
): (readonly [string, unknown])[] {
  if (!isObject(value)) return [[name, value]];
  if (name === 'meta') return Object.entries(value);
  if (name !== 'columns' || by !== 'predict') return [[name, value]];
  // Text and id are the document's own already.
  return Object.entries(value).filter(([, cell]) => cell !== row.get('text') && cell !== row.get('id'));
}

/** Several texts are one, each under the name of its column; what is empty is left out. */
function textIn(row: Row, names: readonly string[]): string {
  const [only = ''] = names;
  if (names.length === 1) return textOf(row.get(only), only);
  const parts = names.flatMap((name) => {
    const cell = row.get(name);
    if (cell === null || cell === undefined || (typeof cell === 'string' && cell.trim() === '')) return [];
    return [`${name}: ${textOf(typeof cell === 'number' ? String(cell) : cell, name)}`];
  });
  return textOf(parts.join('\n\n'), only);
}

type Of = (role: Role) => readonly string[];

function annotationOf(row: Row, of: Of, layout: Marked): FoundAnnotation | null {
  const value = (role: Role) => row.get(of(role)[0] ?? '');
  const said = value('status');
  if (said === 'new') return null;
  const status = isStatus(said) ? said : undefined;
  const seconds = value('seconds');
  const who = {
    annotator: of('annotator').flatMap((name) => whoseName(row.get(name)) ?? [])[0] ?? null,
    comment: of('note').flatMap((name) => stringOr(row.get(name)) ?? [])[0],
    seconds: numberIn(seconds) >= 0 ? numberIn(seconds) : undefined,
    at: stringOr(value('time')) ?? undefined,
  };
  const found = answersIn(row, of, layout);
  // Of a document that was skipped holds what had been said before, and nothing else.
  if (status !== undefined && (found === null || status === 'skipped')) {
    const decisions = found?.decisions ?? new Map<string, Decision>();
    return annotationRecord({ ...who, decisions, status, absence: 'said' });
  }
  if (found === null) return null;
  const { part, ...own } = found;
  if (status !== undefined) return annotationRecord({ ...who, ...own, status });
  return annotationRecord({ ...who, ...own, ...(part && { part }) });
}

const isStatus = (value: unknown): value is AnnotationStatus =>
  value === 'draft' || value === 'done' || value === 'skipped';

const whoseName = (value: unknown): string | null =>
  typeof value === 'number' || typeof value === 'bigint' ? String(value) : stringOr(value);

type Answers = Pick<FoundAnnotation, 'decisions' | 'status' | 'part' | 'absence' | 'unnamed'>;

/** What a row says of labels, by all ways together; null: nothing. */
function answersIn(row: Row, of: Of, layout: Marked): Answers | null {
  if (layout.by === 'label studio' && of('labels').length > 0) return choicesIn(row, of, layout);
  const decisions = new Map<string, Decision>();
  const unnamed: string[] = [];
  const decide = (name: string, decision: Decision) => {
    // Of two columns one may say yes.
    if (decisions.get(name) !== 'yes') decisions.set(name, decision);
  };
  const each = of('label');
  let answered = 0;
  for (const column of each) {
    const decision = decisionOf(row.get(column), column, layout.cutoff);
    if (decision === null) continue;
    answered += 1;
    decide(labelName(column, 'header'), decision);
  }
  for (const [i, column] of of('labelName').entries()) {
    const name = row.get(column);
    const value = of('decision')[i];
    if (typeof name !== 'string' || name.trim() === '') continue;
    const decision = value === undefined ? 'yes' : decisionOf(row.get(value), value, layout.cutoff);
    if (decision !== null) decide(labelName(name, column), decision);
  }
  const rejected = of('rejected').map((column) => row.get(column));
  for (const [name, decision] of namesOf(rejected, layout, 'rejected')) decide(name, decision);
  const listed = listedIn(row, of('labels'), layout);
  for (const name of listed?.rejected ?? []) decide(name, 'no');
  for (const name of listed?.names ?? []) decisions.set(name, 'yes');
  for (const number of listed?.numbers ?? []) unnamed.push(number);
  const hasRejected = of('rejected').some((column) => Array.isArray(row.get(column)) || row.get(column));
  if (decisions.size + unnamed.length === 0 && listed === null && !hasRejected) return null;
  // What is written there and undecided, as “?”, is no mark left out: such a row stays open.
  const isMarked =
    layout.marks &&
    answered < each.length &&
    each.every((column) => isBlank(row.get(column)) || !isUndecided(row.get(column)));
  // A column per label, or a list of what does not apply, says it all; a list of what applies does not, and marks don't.
  const told =
    (each.length > 0 && !isMarked) ||
    hasRejected ||
    of('labelName').length > 0 ||
    listed?.rejected !== undefined;
  const part = (answered < each.length && !isMarked) || (each.length === 0 && of('labelName').length > 0);
  // So does an object of yes and no by label, as far as it goes.
  const isMap = each.length === 0 && listed?.rejected !== undefined;
  return {
    decisions,
    ...(isMap && { part: true as const }),
    status: listed === null && !hasRejected && part ? 'draft' : 'done',
    ...(told && { absence: 'said' as const }),
    ...(unnamed.length > 0 && { unnamed }),
  };
}

const isBlank = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'string' && value.trim() === '');

function choicesIn(row: Row, of: Of, { choices }: Layout): Answers | null {
  if (row.get('annotation_id') === '') return null;
  const decisions = of('labels').flatMap((column) => [...(choices?.(row.get(column), column) ?? [])]);
  return { decisions: new Map(decisions), status: 'done', absence: 'no' };
}

function namesOf(value: readonly unknown[], layout: Layout, column: string): [string, Decision][] {
  // A list says itself where a name ends; a text is taken apart.
  const strings = value.flatMap((one) => {
    if (one === null || one === undefined) return [];
    return typeof one === 'string' ? labelsOf(one, layout, column) : [one].flat();
  });
  return decisionsOf(strings, 'no', column);
}

const labelsOf = (cell: string, { listing }: Layout, column: string): readonly unknown[] =>
  labelsIn(cell, listing, column)?.names ?? [];

/** The lists of several columns as one; null: none says anything. */
function listedIn(row: Row, columns: readonly string[], { listing }: Layout): Named | null {
  const found = columns.flatMap((column) => {
    const value = row.get(column);
    const given = column === 'labels' ? besideScores(value, row.get('scores')) : value;
    return labelsIn(given, listing, column) ?? [];
  });
  if (found.length === 0) return null;
  const names = [...new Set(found.flatMap((one) => one.names))];
  if (names.length > LIMITS.labels)
    throw new RowError(`It has more than ${LIMITS.labels} labels.`, { column: columns[0] ?? 'labels' });
  const rejected = found.flatMap((one) => one.rejected ?? []);
  const said = found.some((one) => one.rejected !== undefined);
  return { names, numbers: found.flatMap(({ numbers }) => numbers), ...(said && { rejected }) };
}

function suggestionsOf(given: unknown) {
  const value = typeof given === 'string' && given.trimStart().startsWith('{') ? jsonOf(given) : given;
  if (isObject(value)) {
    return Object.entries(value).flatMap(([label, probability]) => {
      const score = scoreOf(probability);
      return score === null ? [] : [suggestion(label, score, undefined)];
    });
  }
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (!isObject(entry)) return [];
    const score = scoreOf(entry.score);
    return typeof entry.label === 'string' && score !== null
      ? [suggestion(entry.label, score, entry.model)]
      : [];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isOurs = (rows: readonly unknown[]): boolean => rows.some(isOurRecord);
