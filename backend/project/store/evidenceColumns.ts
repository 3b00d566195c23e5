import type Database from 'better-sqlite3';
import type { DamagedRows } from './damagedRows.ts';
import { isIntact, summedColumns } from './rowSum.ts';

/** One label's evidence for one document, as numbers. */
export interface EvidenceCell {
  readonly labelId: number;
  readonly scorerId: number;
  /** Log-odds of the label: its sentences together. */
  readonly odds: number;
  /** NaN where only entailment is read. */
  readonly cosine: number;
}

/** A label's evidence, indexed by a document's row. */
export interface EvidenceColumn {
  /** NaN where there is none. */
  odds: Float32Array;
  cosine: Float32Array;
  /** 0 where there is none. */
  scorer: Uint32Array;
  /** The scorers that occur. */
  readonly scorers: Set<number>;
}

/**
 * The evidence of all documents in memory, columns of numbers per label: sorting and choosing among 100,000 documents
 * must not read a million rows each time. Kept up to date by what stores evidence. Documents have rows in the order in
 * which they came, so that large ids cost nothing.
 */
export interface EvidenceColumns {
  /** The row of a document; undefined where nothing of it is read. */
  rowOf(documentId: number): number | undefined;
  readonly rows: number;
  column(labelId: number): EvidenceColumn | undefined;
  readonly labelIds: readonly number[];
  /** Reads what is not read yet. */
  readAll(): void;
  /** Reads at least these documents: a project that was just opened need not be read whole. */
  readSome(ids: readonly number[]): void;
  /** Whether everything is read. */
  readonly complete: boolean;
  /** Reads the next documents, so that `readAll` need not do it at once; false: everything is read. */
  readMore(): boolean;
  put(documentId: number, cell: EvidenceCell): void;
  /** There is none of the document any more. */
  drop(documentId: number): void;
  /** Another number after each change of what is stored, and after `forget`. */
  readonly version: number;
  /** Documents that changed since the last call; null: any may have. */
  takeChanged(): ReadonlySet<number> | null;
  /** What is in memory may not be what is stored (a transaction was rolled back): it is read again. */
  forget(): void;
}

const DOCUMENTS_AT_ONCE = 5000;

/** A row as it is stored, in the order of `summedColumns`. */
export type EvidenceRow = [
  documentId: number,
  labelId: number,
  scorerId: number,
  odds: number,
  sentenceOdds: Buffer | null,
  cosine: number | null,
  passageStart: number | null,
  passageEnd: number | null,
  sum: number,
];

export function evidenceColumns(db: Database.Database, damaged: DamagedRows): EvidenceColumns {
  const fields = summedColumns('evidence');
  // By document and not by range of ids: ids need not be dense.
  const next = db
    .prepare<unknown[], number>(
      'SELECT DISTINCT document_id FROM evidence WHERE document_id > ? ORDER BY document_id LIMIT ?',
    )
    .pluck();
  const range = db
    .prepare<unknown[], EvidenceRow>(
      `SELECT ${fields} FROM evidence WHERE document_id > ? AND document_id <= ?`,
    )
    .raw();
  const some = db
    .prepare<unknown[], EvidenceRow>(
      `SELECT ${fields} FROM evidence WHERE document_id IN (SELECT value FROM json_each(?))`,
    )
    .raw();
  let columns = new Map<number, EvidenceColumn>();
  let places = new Map<number, number>();
  let capacity = 0;
  let read = 0;
  let complete = false;
  let version = 0;
  let changed: Set<number> | null = new Set();

  const grow = (wanted: number) => {
    if (wanted <= capacity) return;
    capacity = Math.ceil(wanted * 1.5) + 1000;
    for (const column of columns.values()) {
      column.odds = larger(column.odds, new Float32Array(capacity).fill(Number.NaN));
      column.cosine = larger(column.cosine, new Float32Array(capacity).fill(Number.NaN));
      column.scorer = larger(column.scorer, new Uint32Array(capacity));
    }
  };
  const set = (documentId: number, { labelId, scorerId, odds, cosine }: EvidenceCell) => {
    const row = places.get(documentId) ?? places.size;
    places.set(documentId, row);
    grow(row + 1);
    let column = columns.get(labelId);
    if (column === undefined) {
      column = {
        odds: new Float32Array(capacity).fill(Number.NaN),
        cosine: new Float32Array(capacity).fill(Number.NaN),
        scorer: new Uint32Array(capacity),
        scorers: new Set(),
      };
      columns.set(labelId, column);
    }
    column.odds[row] = odds;
    column.cosine[row] = cosine;
    column.scorer[row] = scorerId;
    column.scorers.add(scorerId);
  };
  const setStored = (stored: EvidenceRow) => {
    const [documentId, labelId, scorerId, odds, , cosine] = stored;
    if (isIntact(stored)) set(documentId, { labelId, scorerId, odds, cosine: cosine ?? Number.NaN });
    else damaged.note('evidence', documentId, labelId);
  };
  const readMore = (): boolean => {
    if (complete) return false;
    const ids = next.all(read, DOCUMENTS_AT_ONCE);
    const end = ids.at(-1);
    if (end !== undefined) {
      for (const row of range.all(read, end)) setStored(row);
      read = end;
      version += 1;
    }
    complete = ids.length < DOCUMENTS_AT_ONCE;
    return !complete;
  };
  return {
    rowOf: (documentId) => places.get(documentId),
    get rows() {
      return places.size;
    },
    column: (labelId) => columns.get(labelId),
    get labelIds() {
      return [...columns.keys()];
    },
    readAll() {
      while (readMore());
    },
    readSome(ids) {
      if (complete) return;
      const missing = ids.filter((id) => !places.has(id));
      if (missing.length === 0) return;
      for (const row of some.all(JSON.stringify(missing))) setStored(row);
      version += 1;
    },
    get complete() {
      return complete;
    },
    readMore,
    put(documentId, cell) {
      // What is not read yet is read with the rest.
      if (!complete && documentId > read && !places.has(documentId)) return;
      set(documentId, cell);
      version += 1;
      changed?.add(documentId);
    },
    drop(documentId) {
      version += 1;
      const row = places.get(documentId);
      if (row === undefined) return;
      for (const column of columns.values()) {
        column.odds[row] = Number.NaN;
        column.cosine[row] = Number.NaN;
        column.scorer[row] = 0;
      }
      changed?.add(documentId);
    },
    get version() {
      return version;
    },
    takeChanged() {
      const taken = changed;
      changed = new Set();
      return taken;
    },
    forget() {
      columns = new Map();
      places = new Map();
      capacity = 0;
      read = 0;
      complete = false;
      version += 1;
      changed = null;
    },
  };
}

function larger<T extends Float32Array | Uint32Array>(old: T, fresh: T): T {
  fresh.set(old);
  return fresh;
}
