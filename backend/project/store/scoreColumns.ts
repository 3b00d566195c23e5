import type Database from 'better-sqlite3';

/**
 * All suggested probabilities in memory, a column of float32 per label, indexed by document id: sorting and choosing
 * among 100,000 documents must not read a million rows each time. Kept up to date by what stores suggestions.
 */
export interface ScoreColumns {
  /** Label id → probabilities by document id, NaN where there is none. Reads what is not read yet. */
  all(): ReadonlyMap<number, Float32Array>;
  /** The same, of which only these documents need be there: a project that was just opened need not be read whole. */
  of(ids: readonly number[]): ReadonlyMap<number, Float32Array>;
  /** Whether everything is read. */
  readonly complete: boolean;
  /** Reads the next documents, so that `all` need not do it at once; false: everything is read. */
  readMore(): boolean;
  put(documentId: number, labelId: number, probability: number): void;
  /** What is in memory may not be what is stored (a transaction was rolled back): it is read again. */
  forget(): void;
}

const DOCUMENTS_AT_ONCE = 5000;

export function scoreColumns(db: Database.Database): ScoreColumns {
  const range = db
    .prepare(
      `SELECT document_id, label_id, probability FROM suggestions
       WHERE document_id > ? AND document_id <= ? AND probability BETWEEN 0 AND 1`,
    )
    .raw();
  const some = db
    .prepare(
      `SELECT document_id, label_id, probability FROM suggestions
       WHERE document_id IN (SELECT value FROM json_each(?)) AND probability BETWEEN 0 AND 1`,
    )
    .raw();
  const lastDocument = db.prepare('SELECT coalesce(max(document_id), 0) FROM suggestions').pluck();
  let columns = new Map<number, Float32Array>();
  let read = 0;
  let complete = false;

  const set = (documentId: number, labelId: number, probability: number) => {
    let column = columns.get(labelId);
    if (column === undefined || documentId >= column.length) {
      const larger = new Float32Array(Math.ceil((documentId + 1) * 1.2) + 1000).fill(Number.NaN);
      if (column) larger.set(column);
      column = larger;
      columns.set(labelId, column);
    }
    column[documentId] = probability;
  };
  const readMore = (): boolean => {
    if (complete) return false;
    const end = read + DOCUMENTS_AT_ONCE;
    for (const [documentId, labelId, probability] of range.all(read, end) as [number, number, number][]) {
      set(documentId, labelId, probability);
    }
    read = end;
    complete = read >= (lastDocument.get() as number);
    return !complete;
  };
  return {
    get complete() {
      return complete;
    },
    all() {
      while (readMore());
      return columns;
    },
    of(ids) {
      if (complete) return columns;
      for (const row of some.all(JSON.stringify(ids)) as [number, number, number][]) set(...row);
      return columns;
    },
    readMore,
    put(documentId, labelId, probability) {
      if (complete || documentId <= read) set(documentId, labelId, probability);
    },
    forget() {
      columns = new Map();
      read = 0;
      complete = false;
    },
  };
}
