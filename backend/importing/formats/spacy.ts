import type { Decision } from '../../records.ts';
import {
  annotationRecord,
  documentRecord,
  idOf,
  isObject,
  labelName,
  metaOf,
  RowError,
  textOf,
} from '../fields.ts';
import type { FoundDocument } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { jsonFormat } from '../kinds.ts';
import { scoresIn } from '../scored.ts';
import { type FieldRole, fixed, opened, toolColumns } from '../toolFields.ts';

/** JSONL for spaCy's text categoriser, as its projects convert it. */
export const spacy = jsonFormat({
  id: 'spacy',
  name: 'spaCy',
  endings: {},
  takes: [],
  absence: 'said',
  known: (record) => record !== null && isObject(record.cats) && ['cats'],
  // What a model found has fractions: nobody decided it.
  fits: (first) => !first.some(({ cats }) => scoresIn(cats) !== null),
  reader: () => spacyDocument,
  fields: (first) =>
    toolColumns(
      first.map((record) => opened(record, 'meta')),
      roleOf,
    ),
});

/** What spaCy itself finds in a text. */
const ANNOTATIONS = new Set(['ents', 'entities', 'spans', 'sents', 'tokens', 'links', 'paragraphs']);
const FIELDS = new Set(['id', 'text', 'cats', 'meta']);
const isBeside = (name: string) => !FIELDS.has(name) && !ANNOTATIONS.has(name);

const roleOf = (name: string): FieldRole =>
  fixed(
    name === 'text'
      ? 'text'
      : name === 'cats'
        ? 'labels'
        : name === 'id' || name === 'meta.id'
          ? 'id'
          : ANNOTATIONS.has(name)
            ? 'ignore'
            : 'meta',
  );

/** A line of spaCy's text categoriser: `cats`, label → number; from 0.5 on a yes, a missing one undecided. */
export function spacyDocument(record: JsonObject): FoundDocument {
  const decisions = categoriesIn(record.cats);
  const meta = isObject(record.meta) ? record.meta : {};
  return documentRecord({
    externalId: idOf(record.id ?? meta.id),
    text: textOf(record.text, 'text'),
    meta: metaOf([
      ...Object.entries(record).filter(([key]) => isBeside(key)),
      ...Object.entries(meta).filter(([key]) => key !== 'id'),
    ]),
    annotations:
      decisions.length === 0 ? [] : [annotationRecord({ decisions: new Map(decisions), part: true })],
  });
}

/** What `cats` says of each category: from 0.5 on a yes. */
export function categoriesIn(cats: unknown): [string, Decision][] {
  if (cats !== undefined && !isObject(cats))
    throw new RowError('"cats" is no object.', { column: 'cats', value: cats });
  return Object.entries(cats ?? {}).map(([name, value]) => {
    if (typeof value !== 'number' && typeof value !== 'boolean') {
      throw new RowError('A category has no number.', { column: `cats.${name}`, value });
    }
    return [labelName(name, 'cats'), Number(value) >= 0.5 ? 'yes' : 'no'];
  });
}
