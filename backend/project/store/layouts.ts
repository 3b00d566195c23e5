import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { COLUMN_ROLES, type DocumentRecord, type SourceRow } from '../../records.ts';
import { parseMeta } from './documents.ts';
import { present } from './present.ts';

/** A row of a file as it came, without its text. */
export interface FileRow extends Pick<DocumentRecord, 'externalId' | 'meta'> {
  readonly row: SourceRow;
}

/** A row whose text is that of a document which came before. */
export interface RepeatedRow extends FileRow {
  readonly documentId: number;
  /** The last document that was there when it came. */
  readonly after: number;
}

/** Which columns the file of a document had, and what their cells held where nothing else keeps it. */
export interface LayoutStore {
  keep(documentId: number, row: SourceRow): void;
  of(documentId: number): SourceRow | undefined;
  /**
   * Keeps a row that is no document of its own; false: an earlier import brought one of this document with the same cells.
   * `after`: the last document there is.
   */
  repeat(found: FileRow, at: { documentId: number; importId: number; after: number }): boolean;
  /** Those that came after a document in this range of ids and before the next, in their order; none of what is gone. */
  repeated(after: { from: number; to: number }): RepeatedRow[];
}

const MOST_READ = 100;
const Columns = z.array(z.object({ name: z.string().max(10_000), role: z.enum(COLUMN_ROLES) })).max(100_000);

/** Whether the project keeps such JSON as the columns of a file. */
export function isLayout(json: string): boolean {
  try {
    return Columns.safeParse(JSON.parse(json)).success;
  } catch {
    return false;
  }
}

export function layoutStore(db: Database.Database): LayoutStore {
  const known = db.prepare('SELECT id FROM layouts WHERE columns = ?').pluck();
  const add = db.prepare('INSERT INTO layouts (columns) VALUES (?)');
  const put = db.prepare(
    'INSERT OR REPLACE INTO document_layouts (document_id, layout_id, kept) VALUES (?, ?, ?)',
  );
  const of = db
    .prepare<unknown[], [columns: string, kept: string]>(
      `SELECT l.columns, d.kept FROM document_layouts d JOIN layouts l ON l.id = d.layout_id
       WHERE d.document_id = ?`,
    )
    .raw();
  // Nearly all documents have one of few.
  const layouts = new Map<string, SourceRow['columns']>();
  const parsed = (json: string): SourceRow['columns'] => {
    const own = layouts.get(json) ?? Columns.parse(JSON.parse(json));
    if (layouts.size < MOST_READ) layouts.set(json, own);
    return own;
  };
  const layoutId = (columns: SourceRow['columns']): number | bigint => {
    const json = JSON.stringify(columns.map(({ name, role }) => ({ name, role })));
    return (known.get(json) as number | undefined) ?? add.run(json).lastInsertRowid;
  };
  const read = (columns: string, kept: string): SourceRow => ({
    columns: parsed(columns),
    kept: cells(kept),
  });
  const first = db
    .prepare(
      `SELECT d.external_id, d.meta, l.columns, o.kept FROM documents d
       JOIN document_layouts o ON o.document_id = d.id JOIN layouts l ON l.id = o.layout_id
       WHERE d.id = ? AND NOT EXISTS (SELECT 1 FROM import_documents i WHERE i.document_id = d.id AND i.import_id = ?)`,
    )
    .raw();
  // Of an earlier import, whose rows have lower numbers: of a file of equal rows there may be a million to look through.
  const oldest = db
    .prepare('SELECT import_id FROM repeated_rows WHERE document_id = ? AND sha256 = ? ORDER BY id LIMIT 1')
    .pluck();
  // Equal rows mostly follow one another: what was asked of one holds for the next.
  let lastNew = '';
  const repeat = db.prepare(
    `INSERT INTO repeated_rows (document_id, import_id, after_id, layout_id, external_id, meta, kept, sha256)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const repeated = db.prepare(
    `SELECT r.document_id AS documentId, r.after_id AS after, r.external_id AS externalId, r.meta, l.columns, r.kept
     FROM repeated_rows r JOIN layouts l ON l.id = r.layout_id JOIN imports i ON i.id = r.import_id
     WHERE r.after_id BETWEEN ? AND ? AND i.undone_at IS NULL AND ${present('r.document_id')} ORDER BY r.id`,
  );
  return {
    keep(documentId, { columns, kept }) {
      put.run(documentId, layoutId(columns), JSON.stringify(Object.fromEntries(kept)));
    },
    of(documentId) {
      const found = of.get(documentId);
      return found && read(...found);
    },
    repeat(found, { documentId, importId, after }) {
      const digest = rowDigest(found);
      const asked = `${documentId} ${importId} ${digest.toString('hex')}`;
      const isNew = asked === lastNew;
      const own = isNew
        ? undefined
        : (first.get(documentId, importId) as [string | null, string, string, string] | undefined);
      if (own) {
        const [externalId, meta, columns, kept] = own;
        const same = rowDigest({ externalId, meta: parseMeta(meta), row: read(columns, kept) });
        if (same.equals(digest)) return false;
      }
      if (!isNew && (oldest.get(documentId, digest) ?? importId) !== importId) return false;
      lastNew = asked;
      const { externalId, meta, row } = found;
      const [fields, kept] = [meta, row.kept].map((map) => JSON.stringify(Object.fromEntries(map)));
      repeat.run(documentId, importId, after, layoutId(row.columns), externalId, fields, kept, digest);
      return true;
    },
    repeated: ({ from, to }) =>
      (
        repeated.all(from, to) as (Omit<RepeatedRow, 'meta' | 'row'> &
          Record<'meta' | 'columns' | 'kept', string>)[]
      ).map(({ meta, columns, kept, ...row }) => ({
        ...row,
        meta: parseMeta(meta),
        row: read(columns, kept),
      })),
  };
}

function cells(json: string): Map<string, string> {
  const kept = Object.entries(JSON.parse(json) as Record<string, unknown>);
  return new Map(kept.flatMap(([name, cell]) => (typeof cell === 'string' ? [[name, cell]] : [])));
}

/** SHA-256 of a row's cells by their columns. */
const rowDigest = ({ externalId, meta, row: { columns, kept } }: FileRow): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([columns, externalId, [...meta].sort(byName), [...kept].sort(byName)]))
    .digest();

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;
