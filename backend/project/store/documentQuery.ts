import type Database from 'better-sqlite3';
import type { Filter, SORTS } from '../../../contract/index.ts';
import type { Status } from './annotations.ts';
import { present } from './present.ts';
import { searchQuery } from './search.ts';
import type { SearchIndex } from './searchIndex.ts';

/** What a project's file can answer of a filter: everything but suggestions. */
export interface DocumentQuery {
  readonly annotatorId: number;
  readonly filter: Pick<Filter, 'search' | 'status' | 'decided' | 'duplicates'>;
  readonly sort: (typeof SORTS)[number];
}

/** What a list shows of a document. */
export interface DocumentRow {
  readonly id: number;
  readonly externalId: string | null;
  /** The first UTF-16 units of the text. */
  readonly start: string;
  readonly status: Status;
  readonly flagged: boolean;
  /** To which the annotator said yes; deleted labels too. */
  readonly labels: readonly number[];
  /** Labels that the annotator left undecided on a document that is done; 0 of others. */
  readonly undecided: number;
}

export interface DocumentQueryStore {
  /** Ids of all documents that match, in the order of the sort; by suggestions: in project order. */
  matching(query: DocumentQuery): Uint32Array;
  /** The named documents as one annotator left them, in the given order, with `start` units of their texts. */
  rows(annotator: string, ids: readonly number[], start: number): DocumentRow[];
  /** Documents that match a search, by words or their id, and that the annotator neither finished nor skipped, in project order. */
  searchOpen(annotator: string, search: string, limit: number): number[];
  /**
   * Documents that the annotator finished and that are undecided for this label (null: for any), in project order:
   * they were done before it existed, or left so.
   */
  doneUndecided(annotator: string, labelId: number | null, limit: number): number[];
  countDoneUndecided(annotator: string, labelId: number): number;
  /** Rows that this connection has written since it was opened: another number after each change. */
  changes(): number;
}

export function documentQueryStore(
  db: Database.Database,
  { ids, index }: { ids: () => Uint32Array; index: Pick<SearchIndex, 'reading'> },
): DocumentQueryStore {
  const rows = db.prepare<unknown[], StoredRow>(
    `SELECT d.id, d.external_id AS externalId, substr(d.text, 1, @start) AS start,
       coalesce(s.status, 'new') AS status, coalesce(s.flagged, 0) AS flagged,
       (SELECT json_group_array(c.label_id) FROM current_decisions c
        WHERE c.document_id = d.id AND c.annotator_id = a.id AND c.value = 'yes') AS labels,
       CASE WHEN s.status <> 'done' THEN 0 WHEN s.status IS NULL THEN 0 ELSE
         (SELECT count(*) FROM labels l WHERE l.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM current_decisions c
          WHERE c.document_id = d.id AND c.annotator_id = a.id AND c.label_id = l.id AND c.value <> 'undecided'))
       END AS undecided
     FROM json_each(@ids) j JOIN documents d ON d.id = j.value
     LEFT JOIN annotators a ON a.name = @annotator
     LEFT JOIN current_states s ON s.document_id = d.id AND s.annotator_id = a.id
     ORDER BY j.key`,
  );
  const doneUndecided = (what: string, end: string) =>
    db
      .prepare(
        `SELECT ${what} FROM current_states s JOIN annotators a ON a.id = s.annotator_id
         WHERE a.name = @annotator AND s.status = 'done' AND ${present('s.document_id')} AND ${UNDECIDED_LABELS} AND (@label IS NULL OR l.id = @label))
         ${end}`,
      )
      .pluck();
  const listUndecided = doneUndecided('s.document_id', 'ORDER BY s.document_id LIMIT @limit');
  const countUndecided = doneUndecided('count(*)', '');
  const changes = db.prepare<unknown[], number>('SELECT total_changes()').pluck();
  const prepared = new Map<string, Database.Statement>();
  const statement = (sql: string): Database.Statement => {
    const known = prepared.get(sql) ?? db.prepare(sql).pluck();
    prepared.set(sql, known);
    return known;
  };
  const hasId = db.prepare<unknown[], number>(`${BY.id} LIMIT 1`).pluck();
  /** How what was typed finds documents, and with what; null: it finds none. */
  const searchFor = (typed: string) => {
    const query = searchQuery(typed);
    const own = typed.trim();
    const given = { query, typed: own, lower: own.toLowerCase(), upper: own.toUpperCase() };
    const named = own !== '' && hasId.get(given) !== undefined;
    if (query === null) return named ? { by: 'id' as const, given } : null;
    return { by: named ? ('either' as const) : ('words' as const), given };
  };
  return {
    matching({ annotatorId, filter, sort }) {
      const search = searchFor(filter.search);
      if (search === null && filter.search.trim() !== '') return new Uint32Array();
      if (search === null && conditions(filter).length === 0 && ORDER[sort] === 'id') return ids();
      const found = index.reading(() =>
        statement(selection(filter, sort, search?.by)).all({
          who: annotatorId,
          ...search?.given,
          decidedLabel: filter.decided?.labelId ?? 0,
          decidedValue: filter.decided?.value ?? '',
        }),
      );
      return Uint32Array.from(found as number[]);
    },
    rows: (annotator, wanted, start) =>
      rows.all({ annotator, ids: JSON.stringify(wanted), start }).map((row) => ({
        ...row,
        flagged: row.flagged === 1,
        labels: JSON.parse(row.labels) as number[],
      })),
    searchOpen(annotator, search, limit) {
      const found = searchFor(search);
      if (found === null) return [];
      const { from, id, condition } = sourceOf(found.by, found.by === 'words');
      const sql = `SELECT ${id} FROM ${from} WHERE ${condition} AND ${present(id)}
        AND ${id} NOT IN (SELECT s.document_id FROM current_states s JOIN annotators a ON a.id = s.annotator_id
          WHERE a.name = @annotator AND s.status IN ('done', 'skipped'))
        ORDER BY ${id} LIMIT @limit`;
      return index.reading(() => statement(sql).all({ ...found.given, annotator, limit }) as number[]);
    },
    doneUndecided: (annotator, label, limit) => listUndecided.all({ annotator, label, limit }) as number[],
    countDoneUndecided: (annotator, label) => countUndecided.get({ annotator, label }) as number,
    changes: () => changes.get() ?? 0,
  };
}

/** Labels that a state's annotator has not decided on its document; the bracket is left open for more conditions. */
const UNDECIDED_LABELS = `EXISTS (SELECT 1 FROM labels l WHERE l.deleted_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM current_decisions d WHERE d.document_id = s.document_id
    AND d.annotator_id = s.annotator_id AND d.label_id = l.id AND d.value <> 'undecided')`;

interface StoredRow extends Omit<DocumentRow, 'flagged' | 'labels'> {
  readonly flagged: number;
  readonly labels: string;
}

const WORDS = 'SELECT rowid FROM documents_text WHERE documents_text MATCH @query';
/** Its own id, as it was typed or in one of the usual cases: the index of ids tells cases apart. */
const ID = 'SELECT id FROM documents WHERE external_id IN (@typed, @lower, @upper)';
/** By what a document is found. */
const BY = { words: WORDS, id: ID, either: `${WORDS} UNION ${ID}` } as const;

/** alone: the index of words answers without the documents themselves. */
const sourceOf = (by: keyof typeof BY, alone: boolean) =>
  alone
    ? { from: 'documents_text', id: 'rowid', condition: 'documents_text MATCH @query' }
    : { from: 'documents', id: 'id', condition: `id IN (${BY[by]})` };

function selection(
  filter: DocumentQuery['filter'],
  sort: DocumentQuery['sort'],
  by: keyof typeof BY | undefined,
): string {
  // Unless the order needs the documents.
  const alone = by === 'words' && !ORDER[sort].startsWith('length');
  const { from, id, condition } = by ? sourceOf(by, alone) : { from: 'documents', id: 'id', condition: null };
  const where = [
    present(id),
    ...(condition === null ? [] : [condition]),
    ...conditions(filter).map((own) => `${id} ${own}`),
  ];
  const order = alone ? ORDER[sort].replace(/^id/, 'rowid') : ORDER[sort];
  return `SELECT ${id} FROM ${from} WHERE ${where.join(' AND ')} ORDER BY ${order}`;
}

const ORDER: Readonly<Record<DocumentQuery['sort'], string>> = {
  order: 'id',
  newest: 'id DESC',
  longest: 'length(text) DESC, id',
  shortest: 'length(text), id',
  suggestion: 'id',
  uncertain: 'id',
};

const STATE = 'SELECT document_id FROM current_states WHERE annotator_id = @who AND';
const STATUS: Readonly<Record<Exclude<Filter['status'], 'all'>, string>> = {
  new: `NOT IN (${STATE} status <> 'new')`,
  draft: `IN (${STATE} status = 'draft')`,
  done: `IN (${STATE} status = 'done')`,
  skipped: `IN (${STATE} status = 'skipped')`,
  flagged: `IN (${STATE} flagged = 1)`,
};

const DECIDED = `SELECT document_id FROM current_decisions
  WHERE label_id = @decidedLabel AND annotator_id = @who AND value`;
const DUPLICATES = `SELECT id FROM documents
  WHERE sha256 IN (SELECT sha256 FROM documents WHERE ${present('id')} GROUP BY sha256 HAVING count(*) > 1)`;

/** Conditions on a document's id; all hold together. */
const conditions = ({ status, decided, duplicates }: DocumentQuery['filter']): string[] => [
  ...(status === 'all' ? [] : [STATUS[status]]),
  ...(decided === undefined
    ? []
    : decided.value === 'undecided'
      ? [`NOT IN (${DECIDED} IN ('yes', 'no'))`]
      : [`IN (${DECIDED} = @decidedValue)`]),
  ...(duplicates ? [`IN (${DUPLICATES})`] : []),
];
