import type { Decision, SuggestionRecord } from '../../records.ts';
import { ANNOTATED_BY, COMMENT, DOCUMENT_ID } from '../carried.ts';
import {
  annotationRecord,
  decisionsOf,
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
import { columnFor, type ImportOptions } from '../options.ts';

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
    if (isObject(record.data)) return ['data'];
    if (has('annotation_id')) return ['annotation_id'];
    const beside = ['annotations', 'predictions', 'completions'].find(has);
    return has('data') && beside !== undefined && ['data', beside];
  },
  reader: (options) => (record) => labelStudioDocument(record, options),
});

/** A task of Label Studio's JSON export, or of its short form JSON_MIN. */
function labelStudioDocument(task: JsonObject, options: ImportOptions): FoundDocument {
  return isObject(task.data) || task.annotations !== undefined
    ? fullTask(task, options)
    : shortTask(task, options);
}

function fullTask(task: JsonObject, options: ImportOptions): FoundDocument {
  const data = isObject(task.data) ? task.data : task;
  const column = columnFor(options, 'text') ?? textKey(data);
  const annotations = listOf(task.annotations ?? task.completions).filter(isObject);
  const drafts = annotations.length > 0 ? [] : listOf(task.drafts).filter(isObject);
  const rest = Object.entries(data).filter(([key]) => key !== column && key !== 'nli_scores');
  return documentRecord({
    externalId: idOf(data[DOCUMENT_ID] ?? data.id ?? task.id),
    text: textOf(data[column], `data.${column}`),
    meta: metaOf(rest.filter(([key]) => key !== 'id' && key !== DOCUMENT_ID)),
    split: annotations.some((a) => a.ground_truth === true) ? 'test' : null,
    annotations: [
      ...annotations.map(annotationOf),
      ...drafts.map((draft) => ({
        ...annotationOf(draft),
        status: 'draft' as const,
        absence: 'said' as const,
      })),
    ],
    suggestions: suggestionsOf(task, data),
  });
}

function annotationOf(annotation: JsonObject): FoundAnnotation {
  const skipped = annotation.was_cancelled === true || annotation.skipped === true;
  const by = annotation.completed_by;
  return annotationRecord({
    annotator:
      writtenIn(annotation.result, ANNOTATED_BY) ??
      (isObject(by) ? (stringOr(by.email) ?? idOf(by.id)) : idOf(by)),
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
  if (isObject(data.nli_scores)) {
    return Object.entries(data.nli_scores).flatMap(([name, value]) => {
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
const OURS = new Set([DOCUMENT_ID, ANNOTATED_BY, COMMENT]);
const isTheTools = (task: JsonObject, key: string): boolean =>
  SHORT.has(key) || (Object.hasOwn(task, DOCUMENT_ID) && OURS.has(key));

const CHOICES = ['labels', 'label', 'choices', 'sentiment'];

/**
 * The fields that hold choices in a flat record. They have the name of the control, which the person chose: the usual
 * names, else objects and lists of choices, else what stands between `id` and `annotator`, where the tool writes them.
 */
function choiceFields(task: JsonObject, text: string): readonly string[] {
  const fields = Object.keys(task).filter((key) => !isTheTools(task, key) && key !== text);
  const usual = CHOICES.find((key) => fields.includes(key));
  if (usual !== undefined) return [usual];
  const found = fields.filter((key) => isChoices(task[key]));
  if (found.length > 0) return found;
  const order = Object.keys(task);
  const [from, to] = [order.indexOf('id'), order.indexOf('annotator')];
  return from < 0 || to < 0
    ? []
    : fields.filter((key) => order.indexOf(key) > from && order.indexOf(key) < to);
}

const isChoices = (value: unknown): boolean =>
  (isObject(value) && Array.isArray(value.choices)) ||
  (typeof value === 'string' && /^\s*\{\s*"choices"\s*:/.test(value));

/** Flat: the choices are a string, an object with `choices`, or missing. */
function shortTask(task: JsonObject, options: ImportOptions): FoundDocument {
  const said = columnFor(options, 'labels');
  const own = said === undefined ? undefined : [said];
  const bare = Object.fromEntries(
    Object.entries(task).filter(([key]) => !isTheTools(task, key) && !(own ?? CHOICES).includes(key)),
  );
  const column = columnFor(options, 'text') ?? textOfShort(task, bare);
  const labels = own ?? choiceFields(task, column);
  const ours = (key: string) =>
    Object.hasOwn(task, DOCUMENT_ID) ? textsOf(task[key]).join('\n') || undefined : undefined;
  const annotated =
    task.annotation_id !== undefined && task.annotation_id !== null && task.annotation_id !== '';
  return documentRecord({
    externalId: idOf(task[DOCUMENT_ID] ?? task.id),
    text: textOf(task[column], column),
    meta: metaOf(Object.entries(bare).filter(([key]) => key !== column && !labels.includes(key))),
    annotations: annotated
      ? [
          annotationRecord({
            annotator: ours(ANNOTATED_BY) ?? idOf(task.annotator),
            comment: ours(COMMENT),
            decisions: new Map(labels.flatMap((key) => [...shortChoices(task[key], key)])),
            // Choices that were not found were not said to be none, but where the only control is ours.
            ...(labels.length === 0 && !Object.hasOwn(task, DOCUMENT_ID) && { absence: 'open' }),
            seconds: numberIn(task.lead_time) > 0 ? numberIn(task.lead_time) : undefined,
            at: stringOr(task.updated_at) ?? stringOr(task.created_at) ?? undefined,
          }),
        ]
      : [],
  });
}

/** The text of a flat record: as of any task, without what stands where the tool writes choices. */
function textOfShort(task: JsonObject, bare: JsonObject): string {
  if (Object.hasOwn(bare, 'text')) return 'text';
  const choices = choiceFields(task, '');
  return textKey(Object.fromEntries(Object.entries(bare).filter(([key]) => !choices.includes(key))));
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
