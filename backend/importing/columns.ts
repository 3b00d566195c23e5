import type { Reading, Role } from '../../contract/index.ts';
import { BackendError } from '../errors.ts';
import { UNSEEN } from '../labels/nameKey.ts';
import { ANNOTATED_BY, COMMENT, DOCUMENT_ID, NOTED, SCORES, SPLIT } from './carried.ts';
import { isDecision, isNumber, isProbability, isUndecided, wordsOf } from './cells.ts';
import { idColumns, idOf, isObject, labelColumns, textColumns, usualColumn } from './fields.ts';
import { likelyId, likelyLabels, numberedLabels, onlyOne } from './likelyColumns.ts';
import { modelAnswersIn } from './modelAnswers.ts';
import { LIMITS } from './options.ts';

/** A column or field of a file, and what stands in it in the first rows. */
export interface Sampled {
  readonly name: string;
  readonly values: readonly unknown[];
  /** Nothing stands above it where the others have names. */
  readonly unnamed?: boolean;
  /** Its file names no column at all: it is called by its place, which is no name for a label. */
  readonly headless?: boolean;
}

/** A column and what it becomes. */
export interface Column extends Sampled {
  readonly role: Role;
  /** It was taken for the id by its name and values: of the first rows, which is not all. */
  readonly guessed?: true;
}

export type Given = NonNullable<Reading['columns']>;

/** Columns of our own tables and records: in any other file they are columns like others. */
const OURS: ReadonlyMap<string, Role> = new Map([
  ['status', 'status'],
  ['comment', 'note'],
  ['seconds', 'seconds'],
]);
/** What comes back from other tools of our exports; `id` and `Comments` are theirs then. */
const CARRIED: ReadonlyMap<string, Role> = new Map([
  [DOCUMENT_ID, 'id'],
  ['id', 'meta'],
  [ANNOTATED_BY, 'annotator'],
  [COMMENT, 'note'],
  [NOTED, 'note'],
  [SPLIT, 'split'],
  ['Comments', 'note'],
  [SCORES, 'suggestions'],
]);
/** Label Studio's own columns of a table. */
const LABEL_STUDIOS: ReadonlyMap<string, Role> = new Map([
  ['annotation_id', 'ignore'],
  ['created_at', 'ignore'],
  ['updated_at', 'time'],
  ['lead_time', 'seconds'],
]);
/** How programs call the numbers of their rows. */
const ROW_NUMBERS = /^(?:__index_level_\d+__|index|Unnamed: 0)$/;
/** Columns that we write into the list of refused rows. */
export const REFUSED_COLUMNS = ['entail_line', 'entail_reason'] as const;
const REFUSED_ROW = 'entail_row';
const LONG_NAMES = ['category_name', 'category'];
const LONG_VALUES = ['label', 'value', 'decision'];
/** The same in tables that call the name a label: there the cells have to say yes and no. */
const NAMED_LABELS = ['label_name', 'label'];
const NAMED_VALUES = ['value', 'decision', 'applies'];

/** Names of columns by which they are told apart, whatever their header says: repeated ones are numbered, empty ones named. */
export function columnNames(
  cells: readonly string[],
  nameOf = (index: number): string => `column ${index + 1}`,
): string[] {
  const taken = new Set<string>();
  return cells.map((cell, i) => {
    const name = cell.replace(UNSEEN, '').trim() || nameOf(i);
    let own = name;
    for (let n = 2; taken.has(own); n++) own = `${name} (${n})`;
    taken.add(own);
    return own;
  });
}

/** A column that was said, by its name: one that is broken over lines may be said in one. */
const nameSaid = (said: string, names: readonly string[]): string =>
  names.includes(said) ? said : (names.find((name) => name.replace(/\s+/g, ' ') === said) ?? said);

/** The name in the header of a repeated column. */
const plainName = (name: string): string =>
  name
    .replace(/ \(\d+\)$/, '')
    .trim()
    .toLowerCase();

/**
 * What the columns of a file become: what was said, else what their names and first values tell. Where it is unclear
 * which is the text, none is.
 *
 * `ours`: whether the file is one that we wrote; `known`: labels of the project. Throws `too_many_columns`, or `column_missing` for one that was said.
 */
export function rolesOf(
  columns: readonly Sampled[],
  {
    given: asSaid = [],
    ours,
    file,
    known = [],
  }: { given?: Given | undefined; ours: boolean; file: string; known?: readonly string[] | undefined },
): Column[] {
  const names = columns.map(({ name }) => name);
  if (names.length > LIMITS.columns) throw tooMany(file);
  const given = asSaid.map((one) => ({ ...one, column: nameSaid(one.column, names) }));
  for (const { column } of given) if (!names.includes(column)) throw noColumn(file, column, names);
  const roles = new Map<string, Role>();
  const said = (role: Role) => given.some((one) => one.role === role);
  const free = (name: string) => !roles.has(name);
  for (const { column, role } of given) roles.set(column, role);
  if (names.includes(DOCUMENT_ID)) {
    for (const name of names) {
      const role = CARRIED.get(name);
      if (role !== undefined && free(name)) roles.set(name, role);
    }
  }
  if (isLabelStudios(names)) {
    for (const column of columns) {
      const role = LABEL_STUDIOS.get(column.name) ?? (hasOnly(column, known) ? 'labels' : undefined);
      if (role !== undefined && free(column.name)) roles.set(column.name, role);
    }
  }
  // What a model said is taken for nobody's decision, unless a person says so.
  const answers = modelAnswersIn(columns);
  for (const name of answers.columns)
    if (free(name)) roles.set(name, name === answers.list ? 'ignore' : 'meta');
  for (const { name, values } of columns) {
    const role = free(name) ? byName(name, values, ours) : undefined;
    if (role !== undefined) roles.set(name, role);
  }
  const left = () => columns.filter(({ name }) => free(name));
  const usual = (wanted: readonly string[]) =>
    usualColumn(
      left().map(({ name }) => name),
      wanted,
    );

  let guessed: string | undefined;
  if (!said('id') && ![...roles.values()].includes('id')) {
    const own = left().filter(canBeId);
    const id = usualColumn(
      own.map(({ name }) => name),
      idColumns,
    );
    if (id === null) guessed = onlyOne(own.filter(likelyId))?.name;
    // What a row is part of is called so, too.
    else if (OF_DOCUMENTS.test(id)) guessed = id;
    const found = id ?? guessed;
    if (found !== undefined) roles.set(found, 'id');
  }
  const usualText = said('text') ? null : (usual(textColumns) ?? withinText(left()));
  if (usualText !== null) roles.set(usualText, 'text');
  if (!['labels', 'label', 'labelName'].some((role) => said(role as Role)))
    proposeLabels(left(), roles, { known, ours });
  if (!said('text') && usualText === null) {
    const text = onlyText(left());
    if (text !== null) roles.set(text, 'text');
  }
  return columns.map((column) => ({
    ...column,
    role: roles.get(column.name) ?? 'meta',
    ...(column.name === guessed && { guessed: true }),
  }));
}

/** The only field of that name within objects: `_source.text`. */
const withinText = (left: readonly Sampled[]): string | null =>
  onlyOne(left.filter(({ name }) => textColumns.some((text) => name.toLowerCase().endsWith(`.${text}`))))
    ?.name ?? null;

/** How programs call the object of what somebody answered; labels of anything else are names of that. */
const ANSWERS = ['annotation', 'annotations', 'answer', 'gold', 'output', 'result', 'target'];

/** Whether a field of an object of a record has the labels of an answer: `annotation.labels`. */
export const isOfAnswer = (object: string, field: string): boolean =>
  ANSWERS.includes(object.toLowerCase()) && labelColumns.some((own) => own === field.toLowerCase());

/** The only such field. */
const withinAnswer = (left: readonly Sampled[]): string | null =>
  onlyOne(left.filter(({ name }) => isOfAnswer(name.split('.', 1)[0]!, name.slice(name.indexOf('.') + 1))))
    ?.name ?? null;

/** Whether a table of these columns is one that Label Studio wrote: a row per answer, which `annotation_id` numbers. */
export const isLabelStudios = (names: readonly string[]): boolean =>
  names.includes('annotation_id') && names.includes('lead_time');

/** Its cells are labels of the project, one each. */
function hasOnly(column: Sampled, known: readonly string[]): boolean {
  const filled = filledOf(column);
  return (
    filled.length > 0 && filled.every((value) => typeof value === 'string' && known.includes(value.trim()))
  );
}

/** What a name says by itself, where the values don't contradict. */
function byName(name: string, values: readonly unknown[], ours: boolean): Role | undefined {
  if (name === REFUSED_ROW || REFUSED_COLUMNS.some((one) => one === name)) return 'ignore';
  // As Label Studio writes choices into a cell, under the name of its control.
  if (values.some((value) => typeof value === 'string' && /^\s*\{\s*"choices"\s*:/.test(value)))
    return 'labels';
  if (ours && OURS.has(name)) return OURS.get(name);
  const own = name.trim().toLowerCase();
  const filled = values.filter((value) => value !== '' && value !== null && value !== undefined);
  switch (own) {
    case 'annotator':
      return 'annotator';
    case 'split':
      return ours || filled.some((value) => value === 'train' || value === 'test') ? 'split' : undefined;
    case 'rejected':
      return filled.every(Array.isArray) ? 'rejected' : undefined;
    case 'suggestions':
      return filled.length > 0 && filled.every(Array.isArray) ? 'suggestions' : undefined;
    case 'at':
      return filled.length > 0 && filled.every(isTime) ? 'time' : undefined;
    default:
      return undefined;
  }
}

const isTime = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value));

/** Which of the columns that are left hold labels. */
function proposeLabels(
  left: readonly Sampled[],
  roles: Map<string, Role>,
  { known, ours }: { known: readonly string[]; ours: boolean },
): void {
  const named = (wanted: readonly string[]) => left.find(({ name }) => wanted.includes(plainName(name)));
  const long = [named(LONG_NAMES), named(LONG_VALUES)] as const;
  const [name, value] = long.every(Boolean) ? long : [named(NAMED_LABELS), named(NAMED_VALUES)];
  if (name && value && (name === long[0] || (isYesOrNo(value) && !isYesOrNo(name)))) {
    roles.set(name.name, 'labelName').set(value.name, 'decision');
    return;
  }
  const usual =
    usualColumn(
      left.map((column) => column.name),
      labelColumns,
    ) ?? withinAnswer(left);
  const lists = usual === null ? [] : left.filter((one) => plainName(one.name) === plainName(usual));
  const [first] = lists;
  if (first && !isYesOrNo(first)) {
    const words = namesBeside(first, left);
    for (const list of words ? [words] : lists) roles.set(list.name, 'labels');
    if (words) roles.set(first.name, 'meta');
    return;
  }
  const numbered = ours ? [] : numberedLabels(left);
  if (numbered.length > 0 && !numbered.some((column) => isYesOrNo(column))) {
    for (const list of numbered) roles.set(list.name, 'labels');
    return;
  }
  // Choices in cells say it all: what is true or false beside them is a field.
  if ([...roles.values()].includes('labels')) return;
  const each = left.filter(
    (column) =>
      !column.unnamed && !column.headless && !ROW_NUMBERS.test(column.name) && isYesOrNo(column, known),
  );
  const hasText = [...roles.values()].includes('text');
  const beside = left.length - each.length - (hasText ? 0 : 1);
  const labels = ours ? each : each.filter((column) => !isField(column, { each, beside, known }));
  for (const column of labels) roles.set(column.name, 'label');
  const likely = labels.length === 0 ? onlyOne(left.filter(likelyLabels)) : undefined;
  if (likely) roles.set(likely.name, 'labels');
}

/** Columns beside the only one of yes and no that make it one of many things that a list says of its rows. */
const MANY = 3;

/**
 * Whether the only column of yes and no says something else: "resolved?" among what else a list says of its rows. It is
 * told then, and may be said to be a label.
 */
function isField(
  { name }: Sampled,
  { each, beside, known }: { each: readonly Sampled[]; beside: number; known: readonly string[] },
): boolean {
  return each.length === 1 && beside >= MANY && !isCalledAsLabel(name, known);
}

const isCalledAsLabel = (name: string, known: readonly string[]): boolean =>
  known.some((label) => label.toLowerCase() === name.toLowerCase());

/** The names of labels that are numbers: `label_text` of data sets for SetFit, say. */
function namesBeside(numbers: Sampled, left: readonly Sampled[]): Sampled | undefined {
  if (!filledOf(numbers).every(isNumber)) return undefined;
  const own = plainName(numbers.name);
  const beside = ['text', 'name', 'names'].map((end) => `${own}_${end}`);
  return left.find(({ name, values }) => beside.includes(plainName(name)) && !values.every(isNumber));
}

const filledOf = ({ values }: Sampled): unknown[] => values.filter((value) => !isUndecided(value));

/** Of many cells one or the other may be mistyped: it costs its row, and not the column. */
const ODD = 0.02;
/** Of a column that is called as a label of the project: what it says is not lost for a few words that say nothing. */
const ODD_OF_LABEL = 0.5;

/** Names of ids that sentences of one document share. */
const OF_DOCUMENTS = /^doc(?:ument)?_id$/i;

/** Not where its values are lists or yes and no: then nothing would be known by it, and they would be lost. */
const canBeId = (column: Sampled): boolean =>
  column.values.every(
    (value) => value === null || value === undefined || typeof value === 'string' || idOf(value) !== null,
  );

/** All cells say yes, no or nothing, and one says something. A column that is called "label" has classes, not itself. */
function isYesOrNo(column: Sampled, known: readonly string[] = []): boolean {
  const filled = filledOf(column);
  const odd = filled.filter((value) => !isDecision(value));
  const most = isCalledAsLabel(column.name, known) && !odd.some(isNumber) ? ODD_OF_LABEL : ODD;
  if (filled.length === 0 || odd.length > filled.length * most) return false;
  if (usualColumn([column.name], idColumns) !== null) return false;
  return usualColumn([column.name], labelColumns) === null || !filled.every(isNumber);
}

/** The only column whose cells are sentences, else the only one that is left with words in it. */
function onlyText(left: readonly Sampled[]): string | null {
  const words = left.filter(({ values }) =>
    values.some((value) => typeof value === 'string' && value !== '' && !isNumber(value)),
  );
  const wordy = words.filter(({ values }) => values.some((value) => wordsOf(value) > 3));
  const [only] = wordy.length === 1 ? wordy : words.length === 1 ? words : left.length === 1 ? left : [];
  return only?.name ?? null;
}

/** Columns that could be a label each, if someone says so: their numbers are probabilities. */
export function likeProbabilities(columns: readonly Column[], known: readonly string[] = []): string[] {
  const hasLabels = columns.some(({ role }) => role === 'label');
  return columns
    .filter(
      (one) =>
        one.role === 'meta' && (hasLabels || isCalledAsLabel(one.name, known)) && isOfProbabilities(one),
    )
    .map(({ name }) => name);
}

/** The only column of yes and no, and those called as labels of the project, which were not taken for labels. */
export const likeLabels = (columns: readonly Column[], known: readonly string[] = []): string[] =>
  columns
    .filter(
      (one) =>
        one.role === 'meta' &&
        !one.unnamed &&
        !ROW_NUMBERS.test(one.name) &&
        (isYesOrNo(one) ||
          (isCalledAsLabel(one.name, known) && filledOf(one).length > 0 && !isOfProbabilities(one))),
    )
    .map(({ name }) => name);

const isOfProbabilities = (column: Sampled): boolean => {
  const filled = filledOf(column);
  return filled.length > 0 && filled.every(isProbability);
};

export const textUnclear = (file: string, names: readonly string[]): BackendError =>
  new BackendError(
    'text_column_unclear',
    `It is unclear which column of "${file}" is the text.`,
    { code: 'name_text_column', columns: names.slice(0, 20) },
    undefined,
    { name: file },
  );

/** How many there are is not known: the sample may end in the middle of a line. */
const tooMany = (file: string) =>
  new BackendError(
    'too_many_columns',
    `"${file}" has more than the ${LIMITS.columns} columns that can be read.`,
    'Keep the columns with id, text and labels.',
    undefined,
    { name: file },
  );

const noColumn = (file: string, column: string, names: readonly string[]) =>
  new BackendError(
    'column_missing',
    `"${file}" has no column "${column}".`,
    `It has: ${names.slice(0, 20).join(', ')}.`,
    undefined,
    { name: file, column },
  );

/** Whether a record is one that we wrote. */
export const isOurRecord = (record: unknown): boolean =>
  isObject(record) &&
  Array.isArray(record.labels) &&
  Array.isArray(record.rejected) &&
  typeof record.status === 'string' &&
  ['draft', 'done', 'skipped'].includes(record.status);
