import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { MetaValue, Split } from '../../records.ts';
import { present, presentRow } from './present.ts';
import type { SearchIndex } from './searchIndex.ts';

export interface NewDocument {
  readonly externalId: string | null;
  readonly text: string;
  readonly meta: ReadonlyMap<string, MetaValue>;
  readonly split: Split | null;
  readonly source: string;
}

export interface Document {
  readonly id: number;
  readonly externalId: string | null;
  readonly text: string;
  readonly split: Split | null;
}

export interface DocumentStore {
  count(): number;
  add(document: NewDocument, at: string): number;
  get(id: number): Document | undefined;
  meta(id: number): Map<string, MetaValue>;
  /** The file that it came in. */
  sourceOf(id: number): string | null;
  byExternalId(externalId: string): Document | undefined;
  /** The first document with exactly this text. */
  withText(text: string): number | undefined;
  /** All of them. */
  sameText(text: string): number[];
  /** The highest id; 0 where there is none. */
  last(): number;
  /** The first document after this id whose text has at most so many characters. */
  firstAfter(id: number, longest: number): Document | undefined;
  /** In neither part, and nobody has begun with them; in project order. */
  untouched(): number[];
  /** All ids in project order, at most `limit` after `after`. */
  page(after: number, limit: number): Document[];
  /** The first characters of the texts of these documents. */
  starts(ids: readonly number[], characters: number): string[];
  /** All ids in project order. */
  ids(): Uint32Array;
  inSplit(split: Split): number[];
  /** null: neither for learning nor for testing; undefined: there is no such document. */
  splitOf(id: number): Split | null | undefined;
  setSplit(id: number, split: Split | null): void;
  /** Whether the document is there. */
  has(id: number): boolean;
  /** Those of these documents that are there, in their order. */
  among(ids: readonly number[]): number[];
  /** Whether the document is there and has this text still. */
  isText(id: number, text: string): boolean;
  /** How many texts were replaced since the project was opened. */
  readonly textsSet: number;
  /** Replaces the text; returns the one before. */
  setText(id: number, text: string): string;
}

/** SHA-256 of the text as UTF-8. */
export const textDigest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

const COLUMNS = 'id, external_id AS externalId, text, split';

export function documentStore(db: Database.Database, index: SearchIndex): DocumentStore {
  const count = db
    .prepare<unknown[], number>(
      `SELECT (SELECT count(*) FROM documents) - (SELECT count(*) FROM
         (SELECT document_id FROM import_documents WHERE removed = 1 UNION SELECT document_id FROM deleted_documents))`,
    )
    .pluck();
  const insert = db.prepare(
    `INSERT INTO documents (external_id, text, sha256, meta, split, source, added_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const get = db.prepare<unknown[], Document>(
    `SELECT ${COLUMNS} FROM documents WHERE id = ? AND ${presentRow('documents.id')}`,
  );
  const sourceOf = db.prepare<unknown[], string | null>('SELECT source FROM documents WHERE id = ?').pluck();
  const meta = db.prepare('SELECT meta FROM documents WHERE id = ?').pluck();
  const byExternalId = db.prepare<unknown[], Document>(
    `SELECT ${COLUMNS} FROM documents WHERE external_id = ?`,
  );
  const textIs = `SELECT id FROM documents WHERE sha256 = ? AND ${presentRow('documents.id')} ORDER BY id`;
  const withText = db.prepare<unknown[], number>(`${textIs} LIMIT 1`).pluck();
  const sameText = db.prepare<unknown[], number>(textIs).pluck();
  const page = db.prepare<unknown[], Document>(
    `SELECT ${COLUMNS} FROM documents WHERE id > ? AND ${present('id')} ORDER BY id LIMIT ?`,
  );
  const start = db
    .prepare<unknown[], string>(
      `SELECT substr(text, 1, ?) FROM documents WHERE id = ? AND ${presentRow('documents.id')}`,
    )
    .pluck();
  const last = db.prepare<unknown[], number>('SELECT coalesce(max(id), 0) FROM documents').pluck();
  const firstAfter = db.prepare<unknown[], Document>(
    `SELECT ${COLUMNS} FROM documents WHERE id > ? AND length(text) <= ? AND ${present('id')} ORDER BY id LIMIT 1`,
  );
  const untouched = db
    .prepare<unknown[], number>(
      `SELECT id FROM documents d WHERE split IS NULL AND ${present('id')}
       AND NOT EXISTS (SELECT 1 FROM current_states s WHERE s.document_id = d.id AND s.status <> 'new') ORDER BY id`,
    )
    .pluck();
  const ids = db
    .prepare<unknown[], number>(`SELECT id FROM documents WHERE ${present('id')} ORDER BY id`)
    .pluck();
  const splitOf = db.prepare<unknown[], Split | null>('SELECT split FROM documents WHERE id = ?').pluck();
  const inSplit = db
    .prepare<unknown[], number>(`SELECT id FROM documents WHERE split = ? AND ${present('id')} ORDER BY id`)
    .pluck();
  const has = db.prepare(`SELECT 1 FROM documents WHERE id = ? AND ${presentRow('documents.id')}`).pluck();
  const among = db
    .prepare<unknown[], number>(
      `SELECT d.id FROM json_each(?) asked JOIN documents d ON d.id = asked.value
       WHERE ${presentRow('d.id')} ORDER BY asked.key`,
    )
    .pluck();
  const isText = db
    .prepare(`SELECT 1 FROM documents WHERE id = ? AND text = ? AND ${presentRow('documents.id')}`)
    .pluck();
  const textOf = db.prepare('SELECT text FROM documents WHERE id = ?').pluck();
  let textsSet = 0;
  const setText = db.prepare('UPDATE documents SET text = ?, sha256 = ? WHERE id = ?');
  const setSplit = db.prepare('UPDATE documents SET split = ? WHERE id = ?');
  return {
    count: () => count.get() ?? 0,
    add(document, at) {
      const { externalId, text, split, source } = document;
      const fields = JSON.stringify(Object.fromEntries(document.meta));
      const id = Number(
        insert.run(externalId, text, textDigest(text), fields, split, source, at).lastInsertRowid,
      );
      index.add(id, text);
      return id;
    },
    get: (id) => get.get(id),
    meta: (id) => parseMeta(meta.get(id)),
    byExternalId: (externalId) => byExternalId.get(externalId),
    sourceOf: (id) => sourceOf.get(id) ?? null,
    withText: (text) => withText.get(textDigest(text)),
    sameText: (text) => sameText.all(textDigest(text)),
    last: () => last.get() ?? 0,
    firstAfter: (id, longest) => firstAfter.get(id, longest),
    untouched: () => untouched.all(),
    page: (after, limit) => page.all(after, limit),
    starts: (ids, characters) => ids.flatMap((id) => start.get(characters, id) ?? []),
    ids() {
      // Documents are hardly ever taken away, so there are hardly ever gaps.
      const size = count.get() ?? 0;
      return size === (last.get() ?? 0)
        ? Uint32Array.from({ length: size }, (_, i) => i + 1)
        : Uint32Array.from(ids.all());
    },
    splitOf: (id) => splitOf.get(id),
    inSplit: (split) => inSplit.all(split),
    has: (id) => has.get(id) !== undefined,
    among: (ids) => among.all(JSON.stringify(ids)),
    isText: (id, text) => isText.get(id, text) !== undefined,
    get textsSet() {
      return textsSet;
    },
    setText(id, text) {
      textsSet += 1;
      const before = textOf.get(id) as string;
      index.remove(id, before);
      setText.run(text, textDigest(text), id);
      index.add(id, text);
      return before;
    },
    setSplit: (id, split) => void setSplit.run(split, id),
  };
}

/** Only plain values; what a foreign file may hold beside them is left out. */
export function parseMeta(json: unknown): Map<string, MetaValue> {
  try {
    const object: unknown = JSON.parse(String(json));
    if (typeof object !== 'object' || object === null) return new Map();
    return new Map(
      Object.entries(object).filter((entry): entry is [string, MetaValue] =>
        ['string', 'number', 'boolean'].includes(typeof entry[1]),
      ),
    );
  } catch {
    return new Map();
  }
}
