import { oneLine } from '../../process/oneLine.ts';
import { isResult } from '../files/resultNames.ts';
import { isObject, labelColumns, numberIn, scoreOf } from './fields.ts';
import type { Note } from './format.ts';
import { scoresIn } from './scored.ts';
import { jsonWithAnyQuotes } from './structures.ts';

/** A column and what stands in it in the first rows. */
interface Sampled {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** What of a file a model said, going by how results are written: it is nobody's decision. */
export interface ModelAnswers {
  /** All columns that hold it. */
  readonly columns: ReadonlySet<string>;
  /** Of those, the list of labels that a model chose; null: the file has none. */
  readonly list: string | null;
}

/** Finds the columns of results, ours in any form (`predict`, results of a project), and labels beside their scores. */
export function modelAnswersIn(columns: readonly Sampled[]): ModelAnswers {
  const names = columns.map(({ name }) => name);
  const results = names.filter((name) => isResult(name, names));
  const scores = columns.find(({ name }) => name === 'scores');
  const labels = columns.find(({ name }) => name === 'labels');
  const list = scores && labels && areScored(labels.values, scores.values) ? labels.name : null;
  const scored = list === null ? scoredColumns(columns) : [list];
  return { columns: new Set([...results, ...scored]), list };
}

/** What columns of labels with scores are called, ours of suggestions apart: their scores are known as a model's. */
const SCORED: ReadonlySet<string> = new Set([
  ...[...labelColumns, 'cats', 'label_scores', 'predictions', 'prediction', 'predicted', 'probabilities'],
]);

/** Columns whose values are labels with scores, and nothing else. */
export const scoredColumns = (columns: readonly Sampled[]): string[] =>
  columns.filter(isScoredColumn).map(({ name }) => name);

function isScoredColumn({ name, values }: Sampled): boolean {
  if (!SCORED.has(name.trim().toLowerCase())) return false;
  const given = values.map(writtenOut).filter((value) => !isMissing(value) && !isEmpty(value));
  // A row whose scores are all 0 or 1 says it as decisions do; beside others it is a model's, too.
  return given.some((value) => scoresIn(value) !== null) && given.every(isOfScores);
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const isOfScores = (value: unknown): boolean =>
  scoresIn(value) !== null ||
  (isObject(value) && Object.values(value).every((score) => isMissing(score) || scoreOf(score) !== null));

/** Every row has its labels among those that its scores speak of; some row has both. */
function areScored(labels: readonly unknown[], scores: readonly unknown[]): boolean {
  let some = false;
  for (const [i, value] of scores.entries()) {
    if (isMissing(value) && isMissing(labels[i])) continue;
    const list = listIn(labels[i]);
    if (list === null || !isScored(list, writtenOut(value))) return false;
    some = true;
  }
  return some;
}

function isScored(labels: readonly unknown[], scores: unknown): boolean {
  // As pipelines for zero-shot classification answer: all labels, and as many numbers.
  if (Array.isArray(scores))
    return scores.length === labels.length && scores.every((score) => scoreOf(score) !== null);
  if (!isObject(scores)) return false;
  const given = Object.entries(scores);
  // Structures of Parquet have the names of all rows in each.
  if (!given.every(([, score]) => score === null || score === undefined || scoreOf(score) !== null))
    return false;
  return labels.every((label) => typeof label === 'string' && Object.hasOwn(scores, label));
}

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === '';

const listIn = (value: unknown): readonly unknown[] | null => {
  const list = writtenOut(value);
  return Array.isArray(list) ? (list as unknown[]) : null;
};

/** A list or object as it is, or written into the cell of a table as JSON or by Python. */
const writtenOut = (value: unknown): unknown =>
  typeof value === 'string' && /^\s*[[{]/.test(value) ? (jsonWithAnyQuotes(value) ?? value) : value;

/** Says that what a model said in a file was not taken for decisions; nothing where it says nothing, or a person said otherwise. */
export function modelAnswersNote(
  file: string,
  columns: readonly (Sampled & { readonly role: string })[],
): Note[] {
  const { columns: found } = modelAnswersIn(columns);
  const left = columns.filter(({ name, role }) => found.has(name) && (role === 'meta' || role === 'ignore'));
  if (left.length === 0) return scoredLabelsNote(file, columns);
  return [
    {
      kind: 'note',
      place: { file },
      text: `What a model said of labels in this file (${left.length} ${left.length === 1 ? 'column' : 'columns'}) is nobody's decision and was not taken for one.`,
    },
  ];
}

const SCORES = /^(?:score|confidence|probability|prob)$/i;

/** Says that a column of labels has one of scores beside it: a model may have given them. */
function scoredLabelsNote(file: string, columns: readonly (Sampled & { readonly role: string })[]): Note[] {
  const [labels, ...more] = columns.filter(({ role }) => role === 'labels');
  const scores = columns.find(
    ({ name, role, values }) => role === 'meta' && SCORES.test(name) && areFractions(values),
  );
  if (labels === undefined || more.length > 0 || scores === undefined) return [];
  return [
    {
      kind: 'note',
      place: { file },
      text: `The labels in "${oneLine(labels.name)}" were taken for a person's decisions: if a model gave them, as "${oneLine(scores.name)}" may mean, keep them beside the text.`,
    },
  ];
}

/** Numbers from 0 to 1, one of them neither. */
function areFractions(values: readonly unknown[]): boolean {
  const numbers = values.filter((value) => !isMissing(value)).map(numberIn);
  return numbers.every((one) => scoreOf(one) !== null) && numbers.some((one) => one > 0 && one < 1);
}
