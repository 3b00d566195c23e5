import type { Decision, SuggestionRecord } from '../../records.ts';
import { ANNOTATED_BY, COMMENT, DOCUMENT_ID, SCORES, SPLIT } from '../carried.ts';
import {
  annotationRecord,
  decisionsOf,
  documentRecord,
  idOf,
  isObject,
  labelColumns,
  labelName,
  metaOf,
  numberIn,
  RowError,
  scoreOf,
  stringOr,
  suggestion,
  textOf,
  usualColumn,
} from '../fields.ts';
import type { FoundAnnotation, FoundDocument } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { jsonFormat } from '../kinds.ts';
import { columnFor, type ImportOptions } from '../options.ts';
import { ifClear } from '../toolFields.ts';
import { isFull, taskColumns } from './labelStudioFields.ts';

/** Label Studio's JSON and JSON_MIN; its CSV is a table. Whoever annotated a task saw all choices. */
export const labelStudio = jsonFormat({
  id: 'label-studio',
  name: 'Label Studio',
  endings: {},
  takes: ['columns'],
  absence: 'no',
  known(record) {
    if (record === null) return false;
    const has = (key: string) => Object.hasOwn(record, key);
    // Its tasks have labels within annotations: what has them beside the data is another's.
    if (isObject(record.data)) return !isAnothers(record) && ['data'];
    if (has('annotation_id')) return ['annotation_id'];
    const beside = ['annotations', 'predictions', 'completions'].find(has);
    return has('data') && beside !== undefined && ['data', beside];
  },
  fields: (first, options) =>
    taskColumns(
      first,
      {
        text: ifClear(() => textFieldOf(first[0] ?? {}, options, choiceControls(first, options))),
        controls: choiceControls(first, options),
      },
      options,
    ),
  reader(options, _file, first) {
    const controls = choiceControls(first, options);
    return (record) =>
      labelStudioDocument(record, { options, controls: controlsIn(record, controls, options) });
  },
});

const isAnothers = (record: JsonObject): boolean =>
  usualColumn(Object.keys(record), labelColumns) !== null && !TASKS.some((key) => Object.hasOwn(record, key));

const TASKS = ['annotations', 'predictions', 'completions', 'file_upload', 'inner_id'];

interface Reading {
  readonly options: ImportOptions;
  /** Fields of flat records that hold choices. */
  readonly controls: readonly string[];
}

/** A task of Label Studio's JSON export, or of its short form JSON_MIN. */
function labelStudioDocument(task: JsonObject, reading: Reading): FoundDocument {
  return isFull(task) ? fullTask(task, reading.options) : shortTask(task, reading);
}

/** Throws a `RowError` where it is unclear. */
function textFieldOf(task: JsonObject, options: ImportOptions, controls: readonly string[]): string {
  const said = columnFor(options, 'text');
  if (said !== undefined) return said;
  if (isFull(task)) return textKey(isObject(task.data) ? task.data : task);
  return textKey(Object.fromEntries(Object.entries(task).filter(([key]) => isGiven(task, key, controls))));
}

/** Of a flat task: whether the field is one of the data. */
const isGiven = (task: JsonObject, key: string, controls: readonly string[]): boolean =>
  !isTheTools(task, key) && !controls.includes(key);

function fullTask(task: JsonObject, options: ImportOptions): FoundDocument {
  const data = isObject(task.data) ? task.data : task;
  const column = textFieldOf(task, options, []);
  const annotations = listOf(task.annotations ?? task.completions).filter(isObject);
  const rest = Object.entries(data).filter(([key]) => key !== column && key !== SCORES);
  const ours = Object.hasOwn(data, DOCUMENT_ID);
  return documentRecord({
    externalId: idOf(data[DOCUMENT_ID] ?? data.id ?? task.id),
    text: textOf(data[column], `data.${column}`),
    meta: metaOf(rest.filter(([key]) => key !== 'id' && key !== DOCUMENT_ID && !(ours && key === SPLIT))),
    split:
      annotations.some((a) => a.ground_truth === true) || (ours && data[SPLIT] === 'test') ? 'test' : null,
    annotations: [...annotations.map(annotationOf), ...draftsOf(task, annotations)],
    suggestions: suggestionsOf(task, data),
  });
}

/**
 * What people began and did not submit. A draft of an answer that was submitted changes nothing yet, and whoever has
 * submitted one has answered.
 */
function draftsOf(task: JsonObject, annotations: readonly JsonObject[]): FoundAnnotation[] {
  const answered = new Set(annotations.map(whoIn));
  const byEmail = annotations.some(({ completed_by: by }) => isObject(by) && stringOr(by.email) !== null);
  return listOf(task.drafts).flatMap((draft) => {
    if (!isObject(draft) || idOf(draft.annotation) !== null) return [];
    const found = { ...draft, completed_by: draft.completed_by ?? beganBy(draft, byEmail) };
    if (answered.has(whoIn(found))) return [];
    return [{ ...annotationOf(found), status: 'draft' as const, absence: 'said' as const }];
  });
}

/** Of a draft the tool tells the address and, in "address, number", the number, which its answers are signed with. */
function beganBy({ user, created_username: both }: JsonObject, byEmail: boolean): unknown {
  const number = typeof both === 'string' ? /, (\d+)$/.exec(both)?.[1] : undefined;
  return byEmail || number === undefined ? user : number;
}

/** Who answered: as ours tells it, else an address, else the tool's number. */
function whoIn({ result, completed_by: by }: JsonObject): string | null {
  return writtenIn(result, ANNOTATED_BY) ?? (isObject(by) ? (stringOr(by.email) ?? idOf(by.id)) : idOf(by));
}

function annotationOf(annotation: JsonObject): FoundAnnotation {
  const skipped = annotation.was_cancelled === true || annotation.skipped === true;
  return annotationRecord({
    annotator: whoIn(annotation),
    decisions: new Map<string, Decision>(choicesOf(annotation.result).map((name) => [name, 'yes'])),
    status: skipped ? 'skipped' : 'done',
    ...(skipped && { absence: 'said' }),
    comment: writtenIn(annotation.result, COMMENT) ?? undefined,
    seconds: typeof annotation.lead_time === 'number' ? annotation.lead_time : undefined,
    at: stringOr(annotation.updated_at) ?? stringOr(annotation.created_at) ?? undefined,
  });
}

/** What was written into the text area of this name; null: nothing. */
function writtenIn(result: unknown, control: string): string | null {
  const texts = listOf(result).flatMap((entry) =>
    isObject(entry) && entry.type === 'textarea' && entry.from_name === control && isObject(entry.value)
      ? textsOf(entry.value.text)
      : [],
  );
  return texts.length > 0 ? texts.join('\n') : null;
}

const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((text: unknown) => typeof text === 'string' && text !== '');

/** The choices of all results; a taxonomy's path is one name. Other kinds of results are not about labels. */
function choicesOf(result: unknown): string[] {
  return listOf(result).flatMap((entry) => {
    if (!isObject(entry) || !isObject(entry.value)) return [];
    if (entry.type === 'taxonomy') {
      return listOf(entry.value.taxonomy).map((path) => labelName(listOf(path).join(' / '), 'taxonomy'));
    }
    if (entry.value.choices === undefined) return [];
    return decisionsOf(entry.value.choices, 'yes', 'choices').map(([name]) => name);
  });
}

function suggestionsOf(task: JsonObject, data: JsonObject): SuggestionRecord[] {
  const [prediction] = listOf(task.predictions).filter(isObject);
  const model = prediction?.model_version;
  const scores = data[SCORES];
  if (isObject(scores)) {
    return Object.entries(scores).flatMap(([name, value]) => {
      const score = scoreOf(value);
      return score === null ? [] : [suggestion(name, score, model)];
    });
  }
  const score = scoreOf(prediction?.score);
  if (!prediction || score === null) return [];
  return choicesOf(prediction.result).map((name) => suggestion(name, score, model));
}

const SHORT = new Set([
  'id',
  'annotator',
  'annotation_id',
  'created_at',
  'updated_at',
  'lead_time',
  'agreement',
]);

/** Tasks of ours: in others a field "comment" may well be the text. */
const OURS = new Set([DOCUMENT_ID, ANNOTATED_BY, COMMENT, SPLIT]);
const isTheTools = (task: JsonObject, key: string): boolean =>
  SHORT.has(key) || (Object.hasOwn(task, DOCUMENT_ID) && OURS.has(key));

const CHOICES = ['labels', 'label', 'choices', 'sentiment'];

/**
 * The fields that hold choices in flat records, by the first of them. They have the name of the control, which a person
 * chose, and those of one choice look like what was written into a text field: one of the usual names, objects of
 * choices, and names of labels that the project has; where there is none of that, what stands between `id` and
 * `annotator`, where the tool writes what was answered, and is text.
 */
function choiceControls(first: readonly JsonObject[], options: ImportOptions): readonly string[] {
  const said = options.columns?.filter(({ role }) => role === 'labels').map(({ column }) => column) ?? [];
  if (said.length > 0) return said;
  const text = columnFor(options, 'text') ?? 'text';
  const names = [
    ...new Set(first.flatMap((task) => Object.keys(task).filter((key) => !isTheTools(task, key)))),
  ].filter((key) => key !== text && !options.columns?.some((one) => one.column === key));
  const valuesOf = (key: string) => first.flatMap((task) => task[key] ?? []);
  const known = new Set(options.known ?? []);
  const answered = names.filter((key) => first.some((task) => isAnswer(task, key)));
  const usual = CHOICES.find((key) => names.includes(key));
  const sure = names.filter((key) => key === usual || first.some((task) => isChoices(task[key])));
  const named = answered.filter((key) => valuesOf(key).every((value) => areLabels(value, known)));
  const found = [...new Set([...sure, ...named])];
  if (found.length > 0) return found;
  return answered.filter((key) => valuesOf(key).every((value) => typeof value === 'string'));
}

/** Those of a record: what the first ones lack may come later. */
function controlsIn(record: JsonObject, known: readonly string[], options: ImportOptions): readonly string[] {
  if (known.length === 0) return choiceControls([record], options);
  const more = Object.keys(record).filter((key) => !known.includes(key) && isChoices(record[key]));
  return more.length > 0 ? [...known, ...more] : known;
}

/** Whether the tool wrote it, and not the tasks that were imported. */
function isAnswer(task: JsonObject, key: string): boolean {
  const order = Object.keys(task);
  const at = order.indexOf(key);
  const from = order.indexOf('id');
  return from >= 0 && at > from && at < order.indexOf('annotator');
}

const areLabels = (value: unknown, known: ReadonlySet<string>): boolean =>
  typeof value === 'string' && known.has(value.trim());

const isChoices = (value: unknown): boolean =>
  (isObject(value) && Array.isArray(value.choices)) ||
  (typeof value === 'string' && /^\s*\{\s*"choices"\s*:/.test(value));

/** Flat: the choices are a string, an object with `choices`, or missing. */
function shortTask(task: JsonObject, { options, controls }: Reading): FoundDocument {
  const fields = Object.entries(task).filter(([key]) => isGiven(task, key, controls));
  const column = textFieldOf(task, options, controls);
  const ours = (key: string) =>
    Object.hasOwn(task, DOCUMENT_ID) ? textsOf(task[key]).join('\n') || undefined : undefined;
  const annotated =
    task.annotation_id !== undefined && task.annotation_id !== null && task.annotation_id !== '';
  const given = controls.filter((key) => task[key] !== undefined);
  return documentRecord({
    externalId: idOf(task[DOCUMENT_ID] ?? task.id),
    text: textOf(task[column], column),
    meta: metaOf(fields.filter(([key]) => key !== column && key !== SCORES)),
    split: ours(SPLIT) === 'test' ? 'test' : null,
    annotations: annotated
      ? [
          annotationRecord({
            annotator: ours(ANNOTATED_BY) ?? idOf(task.annotator),
            comment: ours(COMMENT),
            decisions: new Map(given.flatMap((key) => [...shortChoices(task[key], key)])),
            // Choices that were not found were not said to be none, but where the only control is ours.
            ...(given.length === 0 && !Object.hasOwn(task, DOCUMENT_ID) && { absence: 'open' }),
            seconds: numberIn(task.lead_time) > 0 ? numberIn(task.lead_time) : undefined,
            at: stringOr(task.updated_at) ?? stringOr(task.created_at) ?? undefined,
          }),
        ]
      : [],
    suggestions: suggestionsOf(task, task),
  });
}

/** A plain label, JSON text of `{"choices": […]}`, such an object, or nothing. */
export function shortChoices(value: unknown, column: string): Map<string, Decision> {
  let given = value;
  if (typeof given === 'string' && given.trimStart().startsWith('{')) {
    try {
      given = JSON.parse(given);
    } catch {
      throw new RowError('The labels are no valid JSON.', { column, value });
    }
  }
  const list = isObject(given) ? given.choices : given;
  if (list === undefined || list === null || list === '') return new Map();
  return new Map(decisionsOf(list, 'yes', column));
}

/** The key of the text: `text`, else the only string. */
function textKey(data: JsonObject): string {
  if (Object.hasOwn(data, 'text')) return 'text';
  const strings = Object.keys(data).filter((key) => typeof data[key] === 'string' && key !== 'id');
  if (strings.length === 1) return strings[0]!;
  throw new RowError('It is unclear which field is the text.', {
    column: 'data',
    remedy: { code: 'name_text_column', columns: [] },
  });
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
