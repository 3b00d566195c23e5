import type Database from 'better-sqlite3';
import { isIntact, rowSum, SUMMED, type SummedTable, summedColumns } from './rowSum.ts';

/** Rows that were read and are not what was written: who read them went on as if they were not there. */
export interface DamagedRows {
  readonly found: boolean;
  /** A row by the values of its key. */
  note(table: SummedTable, ...key: number[]): void;
  /** One that is what was written, and of no use all the same: `row` as it was read. */
  noteUseless(table: SummedTable, row: readonly unknown[], ...key: number[]): void;
  /**
   * Removes what was noted and not written anew since, so that it counts as missing to all. In a transaction of the
   * caller. How many rows of which table.
   */
  remove(): Map<SummedTable, number>;
}

interface Noted {
  readonly table: SummedTable;
  readonly key: readonly number[];
  /** The sum of a whole row that is of no use: one that was written since has another. */
  readonly useless?: number;
}

export function damagedRows(db: Database.Database): DamagedRows {
  const noted = new Map<string, Noted>();
  return {
    get found() {
      return noted.size > 0;
    },
    note(table, ...key) {
      noted.set([table, ...key].join(' '), { table, key });
    },
    noteUseless(table, row, ...key) {
      noted.set([table, ...key].join(' '), { table, key, useless: rowSum(row) });
    },
    remove() {
      const removed = new Map<SummedTable, number>();
      for (const { table, key, useless } of noted.values()) {
        const where = SUMMED[table].key.map((column) => `${column} = ?`).join(' AND ');
        const row = db
          .prepare(`SELECT ${summedColumns(table)} FROM ${table} WHERE ${where}`)
          .raw()
          .get(key) as unknown[] | undefined;
        if (row === undefined || (isIntact(row) && rowSum(row) !== useless)) continue;
        db.prepare(`DELETE FROM ${table} WHERE ${where}`).run(key);
        removed.set(table, (removed.get(table) ?? 0) + 1);
      }
      noted.clear();
      return removed;
    },
  };
}

/** How many rows of a table are not what was written. */
export function countDamaged(db: Database.Database, table: SummedTable): number {
  let count = 0;
  for (const row of db
    .prepare(`SELECT ${summedColumns(table)} FROM ${table}`)
    .raw()
    .iterate())
    if (!isIntact(row as unknown[])) count += 1;
  return count;
}
