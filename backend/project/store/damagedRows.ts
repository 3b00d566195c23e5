import type Database from 'better-sqlite3';
import { isIntact, SUMMED, type SummedTable, summedColumns } from './rowSum.ts';

/** Rows that were read and are not what was written: who read them went on as if they were not there. */
export interface DamagedRows {
  readonly found: boolean;
  /** A row by the values of its key. */
  note(table: SummedTable, ...key: number[]): void;
  /**
   * Removes what was noted and not written anew since, so that it counts as missing to all. In a transaction of the
   * caller. How many rows of which table.
   */
  remove(): Map<SummedTable, number>;
}

export function damagedRows(db: Database.Database): DamagedRows {
  const noted = new Map<string, { readonly table: SummedTable; readonly key: readonly number[] }>();
  return {
    get found() {
      return noted.size > 0;
    },
    note(table, ...key) {
      noted.set([table, ...key].join(' '), { table, key });
    },
    remove() {
      const removed = new Map<SummedTable, number>();
      for (const { table, key } of noted.values()) {
        const where = SUMMED[table].key.map((column) => `${column} = ?`).join(' AND ');
        const row = db
          .prepare(`SELECT ${summedColumns(table)} FROM ${table} WHERE ${where}`)
          .raw()
          .get(key);
        if (row === undefined || isIntact(row as unknown[])) continue;
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
