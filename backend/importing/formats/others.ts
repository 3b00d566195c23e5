import type { Decision, DocumentRecord } from '../../records.ts';
import {
  annotationRecord,
  decisionsOf,
  documentRecord,
  idOf,
  isObject,
  labelName,
  metaOf,
  RowError,
  textOf,
} from '../fields.ts';
import type { JsonObject } from '../json.ts';
import type { ImportOptions } from '../options.ts';

const DOCCANO_LABELS = ['label', 'labels', 'cats', 'categories'] as const;

/** A line of doccano's export. An empty list means "none apply" or "not labelled" there, so it decides nothing. */
export function doccanoDocument(record: JsonObject, options: ImportOptions): DocumentRecord {
  const text = options.textColumn ?? (Object.hasOwn(record, 'text') ? 'text' : 'data');
  const column =
    options.labelsColumn ?? DOCCANO_LABELS.find((name) => Object.hasOwn(record, name)) ?? 'label';
  const labels = record[column];
  if (Array.isArray(record.annotations) && labels === undefined) {
    throw new RowError(
      'Its labels are numbers of a label list that is not in the file: export it again as JSONL.',
      {
        column: 'annotations',
      },
    );
  }
  const empty = labels === undefined || labels === null || (Array.isArray(labels) && labels.length === 0);
  const comments = Array.isArray(record.Comments) ? record.Comments.filter((c) => typeof c === 'string') : [];
  const comment = comments.length > 0 ? comments.join('\n') : undefined;
  const used = new Set(['id', text, column, 'Comments']);
  return documentRecord({
    externalId: idOf(record.id),
    text: textOf(record[text], text),
    meta: metaOf(Object.entries(record).filter(([key]) => !used.has(key))),
    annotations:
      empty && comment === undefined
        ? []
        : [
            annotationRecord({
              decisions: new Map(empty ? [] : decisionsOf(labels, 'yes', column)),
              status: empty ? 'draft' : 'done',
              // Whoever labelled it saw all labels of the project there.
              closed: !empty,
              comment,
            }),
          ],
  });
}

/** A line of spaCy's text categoriser: `cats`, label → number; from 0.5 on a yes, a missing one undecided. */
export function spacyDocument(record: JsonObject): DocumentRecord {
  const cats = record.cats;
  if (cats !== undefined && !isObject(cats))
    throw new RowError('"cats" is no object.', { column: 'cats', value: cats });
  const decisions = Object.entries(cats ?? {}).map(([name, value]): [string, Decision] => {
    if (typeof value !== 'number' && typeof value !== 'boolean') {
      throw new RowError('A category has no number.', { column: `cats.${name}`, value });
    }
    return [labelName(name, 'cats'), Number(value) >= 0.5 ? 'yes' : 'no'];
  });
  const meta = isObject(record.meta) ? record.meta : {};
  return documentRecord({
    externalId: idOf(record.id ?? meta.id),
    text: textOf(record.text, 'text'),
    meta: metaOf(Object.entries(meta).filter(([key]) => key !== 'id')),
    annotations:
      decisions.length === 0 ? [] : [annotationRecord({ decisions: new Map(decisions), closed: false })],
  });
}

const PREFIX = '__label__';

/** A line of fastText: leading tokens with the prefix are labels, the rest is the text. */
export function fastTextDocument(line: string): DocumentRecord {
  const inner = /^"(.*)"$/.exec(line.trim())?.[1]?.replaceAll('""', '"') ?? line.trim();
  const decisions: [string, Decision][] = [];
  let rest = inner;
  while (rest.startsWith(PREFIX)) {
    const end = rest.search(/\s|$/);
    decisions.push([labelName(rest.slice(PREFIX.length, end), 'labels'), 'yes']);
    rest = rest.slice(end).trimStart();
  }
  return documentRecord({
    text: textOf(rest, 'text'),
    annotations: decisions.length === 0 ? [] : [annotationRecord({ decisions: new Map(decisions) })],
  });
}
