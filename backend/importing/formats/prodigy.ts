import type { Role } from '../../../contract/index.ts';
import type { Decision, SuggestionRecord } from '../../records.ts';
import {
  annotationRecord,
  documentRecord,
  idOf,
  isObject,
  labelName,
  metaOf,
  numberIn,
  RowError,
  scoreOf,
  stringOr,
  suggestion,
  textOf,
} from '../fields.ts';
import type { FoundAnnotation, FoundDocument } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { jsonFormat } from '../kinds.ts';
import { fixed, opened, toolColumns } from '../toolFields.ts';
import { categoriesIn } from './spacy.ts';

const ANSWERS: ReadonlySet<unknown> = new Set(['accept', 'reject', 'ignore']);

export const prodigy = jsonFormat({
  id: 'prodigy',
  name: 'Prodigy',
  endings: {},
  takes: [],
  absence: 'said',
  known(record) {
    if (record === null) return false;
    const card = ['options', 'accept'];
    if (card.every((key) => Object.hasOwn(record, key))) return card;
    return ANSWERS.has(record.answer) && ['answer'];
  },
  reader: () => prodigyDocument,
  fields: (first) =>
    toolColumns(
      first.map((task) => opened(task, 'meta')),
      (name) => fixed(FIELDS.get(name) ?? (name.startsWith('meta.') ? 'meta' : 'ignore')),
    ),
});

const FIELDS: ReadonlyMap<string, Role> = new Map([
  ['text', 'text'],
  ['label', 'labels'],
  ['options', 'labels'],
  ['accept', 'labels'],
  ['cats', 'labels'],
  ['answer', 'labels'],
  ['score', 'suggestions'],
  ['meta.score', 'suggestions'],
  ['meta.id', 'id'],
  ['_annotator_id', 'annotator'],
  ['_session_id', 'annotator'],
  ['_timestamp', 'time'],
]);

const REJECTED = 'The card was rejected in Prodigy.';

/** A task of Prodigy: several options on a card, or one label that is accepted or rejected. */
function prodigyDocument(task: JsonObject): FoundDocument {
  const options = Array.isArray(task.options) ? task.options.filter(isObject) : null;
  const meta = isObject(task.meta) ? Object.entries(task.meta) : [];
  const annotation = options
    ? choice(task, options)
    : isObject(task.cats) && task.label === undefined
      ? categories(task)
      : binary(task);
  return documentRecord({
    externalId: idOf(isObject(task.meta) ? task.meta.id : undefined),
    text: textOf(task.text, 'text'),
    meta: metaOf(meta.filter(([key]) => key !== 'id' && key !== 'score')),
    annotations: annotation ? [annotation] : [],
    suggestions: options ? options.flatMap(optionScore) : binaryScore(task),
  });
}

/** Labels on the card that were not chosen are a no; labels not on it stay undecided. */
function choice(task: JsonObject, options: readonly JsonObject[]): FoundAnnotation | null {
  if (task.answer === undefined) return null;
  const names = new Map(options.map((option) => [optionId(option.id), nameOf(option)]));
  const accepted = new Set(Array.isArray(task.accept) ? task.accept.map(optionId) : []);
  for (const id of accepted) {
    if (!names.has(id)) throw new RowError(`"${id}" is accepted and no option.`, { column: 'accept' });
  }
  const skipped = task.answer !== 'accept';
  const decisions = new Map(
    [...names].map(([id, name]): [string, Decision] => [name, accepted.has(id) ? 'yes' : 'no']),
  );
  return annotationRecord({
    ...who(task),
    decisions: skipped ? new Map() : decisions,
    status: skipped ? 'skipped' : 'done',
    comment: task.answer === 'reject' ? REJECTED : undefined,
  });
}

/** Categories as spaCy has them, which whoever answered took as they are, or did not. */
function categories(task: JsonObject): FoundAnnotation | null {
  if (!ANSWERS.has(task.answer)) return null;
  const decisions = categoriesIn(task.cats);
  if (task.answer === 'accept')
    return decisions.length === 0
      ? null
      : annotationRecord({ ...who(task), decisions: new Map(decisions), part: true });
  return annotationRecord({
    ...who(task),
    decisions: new Map(),
    status: 'skipped',
    comment: task.answer === 'reject' ? REJECTED : undefined,
  });
}

function binary(task: JsonObject): FoundAnnotation | null {
  if (task.label === undefined || (task.answer !== 'accept' && task.answer !== 'reject')) return null;
  const name = labelName(task.label, 'label');
  return annotationRecord({
    ...who(task),
    decisions: new Map([[name, task.answer === 'accept' ? 'yes' : 'no']]),
    status: 'draft',
  });
}

const nameOf = (option: JsonObject): string => labelName(option.text ?? optionId(option.id), 'options');

function optionId(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new RowError('The id of an option is neither a text nor a number.', { column: 'options', value });
}

function who(task: JsonObject): Pick<FoundAnnotation, 'annotator' | 'at'> {
  const time = task._timestamp;
  return {
    annotator: stringOr(task._annotator_id) ?? stringOr(task._session_id),
    at: typeof time === 'number' ? timeOf(time) : undefined,
  };
}

/** `seconds` since 1970 as ISO 8601. */
function timeOf(seconds: number): string {
  const time = new Date(seconds * 1000);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new RowError('The time is out of range.', { column: '_timestamp', value: seconds });
}

function optionScore(option: JsonObject): SuggestionRecord[] {
  const score = scoreOf(numberIn(isObject(option.meta) ? option.meta.score : option.meta));
  return option.meta === undefined || score === null ? [] : [suggestion(nameOf(option), score, 'prodigy')];
}

function binaryScore(task: JsonObject): SuggestionRecord[] {
  const score = scoreOf(task.score ?? (isObject(task.meta) ? task.meta.score : undefined));
  return typeof task.label === 'string' && score !== null ? [suggestion(task.label, score, 'prodigy')] : [];
}
