import type { Role } from '../../../contract/index.ts';
import { ANNOTATED_BY, COMMENT, DOCUMENT_ID, SCORES, SPLIT } from '../carried.ts';
import { isObject } from '../fields.ts';
import type { FoundColumns } from '../format.ts';
import type { JsonObject } from '../json.ts';
import type { ImportOptions } from '../options.ts';
import { type FieldRole, fixed, opened, toolColumns } from '../toolFields.ts';

/** Which fields of a file's tasks have the text and the answers, as its reader takes them. */
interface Found {
  readonly text: string | undefined;
  /** Of flat tasks: the controls. */
  readonly controls: readonly string[];
}

const ANSWERS = ['annotations', 'completions'];
/** Lists of objects, whose fields are told each. */
const WITHIN = [...ANSWERS, 'drafts', 'predictions'];
/** Of an answer or a draft, by the name of the tool. */
const OF_ANSWERS: ReadonlyMap<string, Role> = new Map([
  ['', 'labels'],
  ['result', 'labels'],
  ['completed_by', 'annotator'],
  ['user', 'annotator'],
  ['created_username', 'annotator'],
  ['was_cancelled', 'status'],
  ['skipped', 'status'],
  ['lead_time', 'seconds'],
  ['updated_at', 'time'],
  ['ground_truth', 'split'],
]);
const OF_FLAT: ReadonlyMap<string, Role> = new Map([
  ['id', 'id'],
  ['annotator', 'annotator'],
  ['updated_at', 'time'],
  ['lead_time', 'seconds'],
]);
const OF_PREDICTIONS: ReadonlyMap<string, Role> = new Map([
  ['', 'suggestions'],
  ['result', 'suggestions'],
  ['score', 'suggestions'],
  ['model_version', 'suggestions'],
]);

/** What the fields of tasks become: of full ones those of the data under their own names, answers as `annotations.result`. */
export function taskColumns(
  tasks: readonly JsonObject[],
  found: Found,
  options: ImportOptions,
): FoundColumns {
  const full = tasks.some(isFull);
  const rows = full ? tasks.map(withData) : tasks;
  const carried = rows.some((row) => Object.hasOwn(row, DOCUMENT_ID));
  return toolColumns(rows, (name) => (full ? ofFull : ofFlat)(name, { ...found, carried }), options);
}

/** As JSON_MIN is not. */
export const isFull = (task: JsonObject): boolean => isObject(task.data) || task.annotations !== undefined;

/** A full task with the fields of its data first, then the tool's own; an id of the data is the document's. */
function withData(task: JsonObject): JsonObject {
  const { data, ...own } = [...WITHIN].reduce(opened, task);
  return isObject(data) ? { ...data, ...Object.fromEntries(Object.entries(own).map(nameOf(data))) } : own;
}

const nameOf =
  (data: JsonObject) =>
  ([name, value]: [string, unknown]): [string, unknown] => [
    Object.hasOwn(data, name) ? `task.${name}` : own(name),
    value,
  ];

/** The tool's own fields are told from those of the data by where they lie. */
const own = (name: string): string =>
  name === 'id' || WITHIN.includes(name.split('.')[0] ?? '') ? name : `task.${name}`;

interface Knowing extends Found {
  /** Whether the tasks are ours, come back. */
  readonly carried: boolean;
}

function ofFull(name: string, { text, carried }: Knowing): FieldRole {
  const [start = '', ...rest] = name.split('.');
  const within = rest.join('.');
  if (ANSWERS.includes(start) || start === 'drafts') return fixed(OF_ANSWERS.get(within) ?? 'ignore');
  if (start === 'predictions') return fixed(OF_PREDICTIONS.get(within) ?? 'ignore');
  if (start === 'task') return fixed('ignore');
  if (name === 'id') return fixed(carried ? 'ignore' : 'id');
  if (name === DOCUMENT_ID) return fixed('id');
  if (carried && name === SPLIT) return fixed('split');
  if (name === SCORES) return fixed('suggestions');
  return { role: name === text ? 'text' : 'meta', choices: ['text', 'id', 'meta', 'ignore'] };
}

function ofFlat(name: string, { text, controls, carried }: Knowing): FieldRole {
  const choices: readonly Role[] = ['text', 'labels', 'id', 'meta', 'ignore'];
  if (controls.includes(name)) return { role: 'labels', choices };
  if (name === text) return { role: 'text', choices };
  if (carried && name === DOCUMENT_ID) return fixed('id');
  if (carried && name === SPLIT) return fixed('split');
  if (carried && name === ANNOTATED_BY) return fixed('annotator');
  if (carried && name === COMMENT) return fixed('note');
  if (carried && (name === 'id' || name === 'annotator')) return fixed('ignore');
  if (name === SCORES) return fixed('suggestions');
  const own = OF_FLAT.get(name);
  if (own !== undefined) return fixed(own);
  if (name === 'annotation_id' || name === 'created_at' || name === 'agreement') return fixed('ignore');
  return { role: 'meta', choices };
}
