import { crc32 } from 'node:zlib';
import type Database from 'better-sqlite3';

const MOST = 16;
const numbers = new Float64Array(MOST);
const views = Array.from({ length: MOST + 1 }, (_, count) => new Uint8Array(numbers.buffer, 0, 8 * count));
/** Stands for NULL: no row of ours has it. */
const NULL = Number.MAX_VALUE;

/**
 * The CRC-32 (as zlib has it) of the first `count` values of a row as SQLite gives them: numbers as float64, of texts and
 * bytes length and CRC-32. A single flipped bit always changes it. Costs about 0.2 µs.
 */
export function rowSum(row: readonly unknown[], count = row.length): number {
  let at = 0;
  for (let i = 0; i < count; i++) {
    const value = row[i];
    // SQLite keeps no −0.
    if (typeof value === 'number') numbers[at++] = value + 0;
    else if (value === null || value === undefined) numbers[at++] = NULL;
    else if (typeof value === 'bigint') numbers[at++] = Number(value);
    else {
      const bytes = value instanceof Uint8Array ? value : Buffer.from(String(value));
      numbers[at++] = bytes.length;
      numbers[at++] = crc32(bytes);
    }
  }
  return crc32(views[at]!);
}

/** `rowSum` for SQL: entail_sum(column, …). */
export function teachSums(db: Database.Database): void {
  db.function('entail_sum', { deterministic: true, directOnly: true, varargs: true }, (...row) =>
    rowSum(row),
  );
}

/** Tables whose rows have a sum, with their key and all columns that it is of, in order. */
export const SUMMED = {
  evidence: {
    key: ['document_id', 'label_id'],
    columns: [
      ...['document_id', 'label_id', 'scorer_id', 'odds', 'sentence_odds', 'cosine'],
      ...['passage_start', 'passage_end'],
    ],
  },
  untrained_evidence: {
    key: ['document_id', 'label_id'],
    columns: ['document_id', 'label_id', 'scorer_id', 'odds', 'cosine'],
  },
  embeddings: { key: ['document_id'], columns: ['document_id', 'model', 'vector'] },
  tuned_embeddings: { key: ['document_id'], columns: ['document_id', 'model', 'vector'] },
  unseen_scores: {
    key: ['run_id', 'document_id'],
    columns: ['run_id', 'document_id', 'before', 'held_out', 'thresholds'],
  },
} as const satisfies Record<string, { key: readonly string[]; columns: readonly string[] }>;
export type SummedTable = keyof typeof SUMMED;

/** Columns to select for `isIntact`, in its order. */
export const summedColumns = (table: SummedTable): string => `${SUMMED[table].columns.join(', ')}, sum`;

/** Whether a raw row of `summedColumns` is what was written. */
export const isIntact = (row: readonly unknown[]): boolean =>
  rowSum(row, row.length - 1) === row[row.length - 1];
