import type Database from 'better-sqlite3';
import type { MetaValue } from '../../records.ts';
import { parseMeta } from './documents.ts';
import { present } from './present.ts';

/** What lies beside the texts: the fields of documents. */
export interface FieldStore {
  /** Of all documents, in project order, one at a time. */
  all(): Iterable<ReadonlyMap<string, MetaValue>>;
  /** Of the named documents. */
  of(ids: readonly number[]): Map<number, ReadonlyMap<string, MetaValue>>;
  /** One field of all documents that have it, in project order. */
  values(name: string): Iterable<readonly [id: number, value: MetaValue]>;
}

export function fieldStore(db: Database.Database): FieldStore {
  const all = db
    .prepare<unknown[], string>(`SELECT meta FROM documents WHERE ${present('id')} ORDER BY id`)
    .pluck();
  const of = db
    .prepare<unknown[], [number, string]>(
      'SELECT d.id, d.meta FROM json_each(?) j JOIN documents d ON d.id = j.value',
    )
    .raw();
  // By key, not by path: a name may have any character.
  const values = db
    .prepare<unknown[], [number, string, string | number]>(
      `SELECT d.id, e.type, e.atom FROM documents d, json_each(d.meta) e
       WHERE e.key = ? AND e.atom IS NOT NULL AND ${present('d.id')} ORDER BY d.id`,
    )
    .raw();
  return {
    *all() {
      for (const meta of all.iterate()) yield parseMeta(meta);
    },
    of: (ids) => new Map(of.all(JSON.stringify(ids)).map(([id, meta]) => [id, parseMeta(meta)])),
    *values(name) {
      for (const [id, type, value] of values.iterate(name))
        yield [id, type === 'true' || type === 'false' ? value === 1 : value];
    },
  };
}
