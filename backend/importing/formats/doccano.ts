import type { Role } from '../../../contract/index.ts';
import { DOCUMENT_ID, NOTED } from '../carried.ts';
import {
  annotationRecord,
  decisionsOf,
  documentRecord,
  idOf,
  isObject,
  metaOf,
  RowError,
  textOf,
} from '../fields.ts';
import type { FoundDocument } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { jsonFormat } from '../kinds.ts';
import { columnFor, type ImportOptions } from '../options.ts';
import { type FieldRole, fixed, toolColumns } from '../toolFields.ts';

/** doccano's JSONL. Whoever labelled a document saw all labels of the project there. */
export const doccano = jsonFormat({
  id: 'doccano',
  name: 'doccano',
  endings: {},
  takes: ['columns'],
  absence: 'no',
  known: (record) =>
    record !== null && (isNewer(record) ? ['Comments'] : isOlder(record) && ['annotations', 'label']),
  reader: (options) => (record) => doccanoDocument(record, options),
  fields: (first, options) =>
    toolColumns(first, (name) => roleOf(name, fieldsIn(first[0] ?? {}, options), first), options),
});

/** The fields with the text and with the labels. */
function fieldsIn(record: JsonObject, options: ImportOptions): { text: string; labels: string } {
  return {
    text: columnFor(options, 'text') ?? (Object.hasOwn(record, 'text') ? 'text' : 'data'),
    labels:
      columnFor(options, 'labels') ?? DOCCANO_LABELS.find((name) => Object.hasOwn(record, name)) ?? 'label',
  };
}

const CHOICES: readonly Role[] = ['text', 'labels', 'id', 'meta', 'ignore'];

/** As `doccanoDocument` takes them. */
function roleOf(
  name: string,
  { text, labels }: { text: string; labels: string },
  first: readonly JsonObject[],
): FieldRole {
  const carried = first.some((record) => Object.hasOwn(record, DOCUMENT_ID));
  if (name === text) return { role: 'text', choices: CHOICES };
  if (name === labels) return { role: 'labels', choices: CHOICES };
  if (name === 'id') return fixed(carried ? 'ignore' : 'id');
  if (name === DOCUMENT_ID) return fixed('id');
  if (name === 'Comments' || name === NOTED) return fixed('note');
  if (name === 'annotations') return fixed('ignore');
  return { role: 'meta', choices: CHOICES };
}

/** Since 1.7 there is a list of comments beside the text; a field of that name may be anything in files of others. */
const isNewer = ({ Comments, text, data }: JsonObject): boolean =>
  Array.isArray(Comments) && [text, data].some((one) => typeof one === 'string');

/** Before 1.5: annotations whose labels are numbers. */
function isOlder({ annotations, annotation_approver: approver }: JsonObject): boolean {
  return (
    Array.isArray(annotations) &&
    // The first may be one that nobody labelled.
    (annotations.length > 0 || approver !== undefined) &&
    annotations.every((one: unknown) => isObject(one) && typeof one.label === 'number')
  );
}

const DOCCANO_LABELS = ['label', 'labels', 'cats', 'categories'] as const;

/** A line of doccano's export. An empty list means "none apply" or "not labelled" there, so it decides nothing. */
function doccanoDocument(record: JsonObject, options: ImportOptions): FoundDocument {
  const { text, labels: column } = fieldsIn(record, options);
  const labels = record[column];
  if (Array.isArray(record.annotations) && record.annotations.length > 0 && labels === undefined) {
    throw new RowError(
      'Its labels are numbers of a label list that is not in the file: export it again as JSONL.',
      {
        column: 'annotations',
      },
    );
  }
  const empty = labels === undefined || labels === null || (Array.isArray(labels) && labels.length === 0);
  const comments = Array.isArray(record.Comments) ? record.Comments.filter((c) => typeof c === 'string') : [];
  const own = record[NOTED];
  // Theirs are beside ours, or the same.
  const noted = typeof own === 'string' && own !== '' && own !== comments.join('\n') ? [own] : [];
  const all = [...noted, ...comments];
  const comment = all.length > 0 ? all.join('\n') : undefined;
  const used = new Set(['id', text, column, 'Comments', 'annotations', DOCUMENT_ID, NOTED]);
  return documentRecord({
    externalId: idOf(record[DOCUMENT_ID] ?? record.id),
    text: textOf(record[text], text),
    meta: metaOf(Object.entries(record).filter(([key, value]) => !used.has(key) && value !== '')),
    annotations:
      empty && comment === undefined
        ? []
        : [
            annotationRecord({
              decisions: new Map(empty ? [] : decisionsOf(labels, 'yes', column)),
              ...(empty && { status: 'draft', absence: 'said' }),
              comment,
            }),
          ],
  });
}
