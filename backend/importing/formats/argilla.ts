import type { AnnotationStatus, SuggestionRecord } from '../../records.ts';
import { ANNOTATED_BY, NONE_APPLY, namesById } from '../carried.ts';
import {
  annotationRecord,
  decisionsOf,
  documentRecord,
  idOf,
  isObject,
  metaOf,
  RowError,
  scoreOf,
  splitOf,
  stringOr,
  suggestion,
  textOf,
} from '../fields.ts';
import type { FoundAnnotation, FoundDocument } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { jsonFormat } from '../kinds.ts';
import { columnFor, type ImportOptions } from '../options.ts';

/** Argilla 2. Whoever answered a question saw all its labels. */
export const argilla = jsonFormat({
  id: 'argilla',
  name: 'Argilla',
  endings: {},
  takes: ['columns'],
  absence: 'no',
  known(record) {
    if (record === null) return false;
    const has = (key: string) => Object.hasOwn(record, key);
    if (isObject(record.fields) && (has('responses') || has('suggestions'))) return ['fields'];
    const flat = flatColumn(Object.keys(record));
    return flat !== undefined && [flat];
  },
  reader: (options, file, first) =>
    Object.assign((record: JsonObject) => argillaDocument(record, options), {
      notes: first.some(lacksStatus)
        ? [{ kind: 'note' as const, place: { file }, text: WITHOUT_STATUS }]
        : [],
    }),
});

/** The first column by which flat records are known. */
export const flatColumn = (names: readonly string[]): string | undefined =>
  names.find((name) => /\.(responses|suggestion)$/.test(name));

const WITHOUT_STATUS =
  'Argilla wrote no status of answers into it, so drafts and discarded answers count as finished ones: take the records out with dataset.records.to_datasets() instead.';

/** Whether an answer does not say if it was submitted, as in what the client writes by `to_json`. */
const lacksStatus = ({ fields, responses }: JsonObject): boolean =>
  isObject(fields) &&
  Object.values(responsesOf(responses))
    .flat()
    .some((answer) => isObject(answer) && (answer.status ?? null) === null);

/** A record of Argilla: nested as its Python client writes it, or flat as on the hub. */
export function argillaDocument(record: JsonObject, options: ImportOptions): FoundDocument {
  return isObject(record.fields) ? nested(record, record.fields, options) : flat(record, options);
}

function nested(record: JsonObject, fields: JsonObject, options: ImportOptions): FoundDocument {
  const column = columnFor(options, 'text') ?? textField(fields);
  const responses = responsesOf(record.responses);
  const suggestions = suggestionsOf(record.suggestions);
  const question = columnFor(options, 'labels') ?? onlyQuestion({ ...responses, ...suggestions });
  const metadata = isObject(record.metadata) ? record.metadata : {};
  const names = namesById(metadata[ANNOTATED_BY]);
  const given = question === null ? undefined : responses[question];
  const proposed = question === null ? undefined : suggestions[question];
  return documentRecord({
    externalId: idOf(record.id),
    text: textOf(fields[column], `fields.${column}`),
    ...placed(Object.entries(metadata).filter(([key]) => key !== ANNOTATED_BY)),
    annotations: (Array.isArray(given) ? given : []).filter(isObject).map((response) => {
      const annotator = whoIs(response.user_id, names);
      return answerOf(response.value, response.status, annotator);
    }),
    suggestions: isObject(proposed) ? scored(proposed.value, proposed.score, proposed.agent) : [],
  });
}

/** What is no sample of ours stays a field. */
function placed(entries: readonly (readonly [string, unknown])[]): Pick<FoundDocument, 'meta' | 'split'> {
  const isSample = ([key, value]: readonly [string, unknown]) => key === 'split' && splitOf(value) !== null;
  const sample = entries.find(isSample);
  return {
    split: sample === undefined ? null : splitOf(sample[1]),
    meta: metaOf(entries.filter((entry) => !isSample(entry))),
  };
}

/** A person's name where the record has it, else the tool's UUID. */
function whoIs(id: unknown, names: ReadonlyMap<string, string>): string | null {
  const own = stringOr(id);
  return own === null ? null : (names.get(own) ?? own);
}

const STATUS: ReadonlyMap<unknown, AnnotationStatus> = new Map([
  ['submitted', 'done'],
  ['draft', 'draft'],
  ['discarded', 'skipped'],
] as const);

function flat(record: JsonObject, options: ImportOptions): FoundDocument {
  const question = columnFor(options, 'labels') ?? flatQuestion(record);
  const column =
    columnFor(options, 'text') ?? (Object.hasOwn(record, 'text') ? 'text' : flatText(record, question));
  const own = (suffix: string) => record[`${question}.${suffix}`] ?? undefined;
  const rest = Object.entries(record).filter(
    ([key]) => !key.startsWith(`${question}.`) && ![column, 'id', '_server_id', ANNOTATED_BY].includes(key),
  );
  return documentRecord({
    externalId: idOf(record.id),
    text: textOf(record[column], column),
    ...placed(rest),
    annotations: flatResponses(
      own('responses'),
      own('responses.users'),
      own('responses.status'),
      record[ANNOTATED_BY],
    ),
    suggestions: scored(own('suggestion'), own('suggestion.score'), own('suggestion.agent')),
  });
}

function flatResponses(values: unknown, users: unknown, statuses: unknown, by: unknown): FoundAnnotation[] {
  const names = namesById(by);
  if (!Array.isArray(values)) return [];
  const all = [users, statuses].filter((list) => list !== undefined);
  if (all.some((list) => !Array.isArray(list) || list.length !== values.length)) {
    throw new RowError('Responses, users and status are not equally many.', { column: 'responses' });
  }
  return values.map((value: unknown, i) =>
    answerOf(
      value,
      (statuses as unknown[] | undefined)?.[i],
      whoIs((users as unknown[] | undefined)?.[i], names),
    ),
  );
}

/** What a person said: only what was submitted closes the labels that it does not name. */
function answerOf(value: unknown, said: unknown, annotator: string | null): FoundAnnotation {
  const status = STATUS.get(said) ?? 'done';
  return annotationRecord({
    annotator,
    decisions: new Map(status === 'skipped' ? [] : decisionsOf(labelsOf(value), 'yes', 'responses')),
    status,
    ...(status !== 'done' && { absence: 'said' }),
  });
}

/** Answers by question, as the client writes them; its server lists people with their answers to all questions. */
function responsesOf(given: unknown): JsonObject {
  if (!Array.isArray(given)) return isObject(given) ? given : {};
  const all = given.filter(isObject).flatMap(({ values, status, user_id }) =>
    Object.entries(isObject(values) ? values : {}).map(([question, answer]) => ({
      question,
      answer: { value: isObject(answer) ? answer.value : answer, status, user_id },
    })),
  );
  return Object.fromEntries(
    [...Map.groupBy(all, ({ question }) => question)].map(([question, own]) => [
      question,
      own.map(({ answer }) => answer),
    ]),
  );
}

function suggestionsOf(given: unknown): JsonObject {
  if (!Array.isArray(given)) return isObject(given) ? given : {};
  const named = given.filter(isObject).filter(({ question_name: name }) => typeof name === 'string');
  return Object.fromEntries(named.map((one) => [one.question_name as string, one]));
}

function scored(value: unknown, score: unknown, agent: unknown): SuggestionRecord[] {
  return listOf(value).flatMap((name, i) => {
    const own = scoreOf(Array.isArray(score) ? score[i] : score);
    return typeof name === 'string' && own !== null ? [suggestion(name, own, agent)] : [];
  });
}

function textField(fields: JsonObject): string {
  if (Object.hasOwn(fields, 'text')) return 'text';
  const strings = Object.keys(fields).filter((key) => typeof fields[key] === 'string');
  if (strings.length === 1) return strings[0]!;
  throw new RowError('It is unclear which field is the text.', {
    remedy: { code: 'name_text_column', columns: [] },
    column: 'fields',
  });
}

/** The question whose values are lists of labels; none in a record that nobody answered. */
function onlyQuestion(questions: JsonObject): string | null {
  const names = Object.keys(questions);
  if (names.length <= 1) return names[0] ?? null;
  throw new RowError(`It has several questions (${names.slice(0, 5).join(', ')}).`, {
    remedy: { code: 'name_labels_column', columns: names.slice(0, 5) },
  });
}

function flatQuestion(record: JsonObject): string {
  const names = new Set(
    Object.keys(record).flatMap((key) => /^(.+)\.(?:responses|suggestion)$/.exec(key)?.[1] ?? []),
  );
  if (names.size === 1) return [...names][0]!;
  throw new RowError(
    names.size === 0 ? 'It has no column of responses.' : 'It has several questions.',
    names.size === 0 ? {} : { remedy: { code: 'name_labels_column', columns: [...names].slice(0, 5) } },
  );
}

function flatText(record: JsonObject, question: string): string {
  const strings = Object.keys(record).filter(
    (key) =>
      typeof record[key] === 'string' &&
      !key.startsWith(`${question}.`) &&
      !['id', '_server_id'].includes(key),
  );
  if (strings.length === 1) return strings[0]!;
  throw new RowError('It is unclear which column is the text.', {
    remedy: { code: 'name_text_column', columns: [] },
  });
}

/** The labels of an answer; that none apply, as we write it, is none of them. */
const labelsOf = (value: unknown): unknown[] => listOf(value).filter((name) => name !== NONE_APPLY);

const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
