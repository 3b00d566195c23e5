import type Database from 'better-sqlite3';
import type { DamagedRows } from './damagedRows.ts';
import { present } from './present.ts';
import { isIntact, type SummedTable, summedColumns } from './rowSum.ts';

type Row = [id: number, model: string, vector: Buffer, sum: number];

export interface EmbeddingStore {
  /** Documents without an embedding of this model, in order, with their texts. */
  missing(model: string, last: number, limit: number): { id: number; text: string }[];
  countMissing(model: string, last: number): number;
  put(documentId: number, model: string, vector: Float32Array): void;
  drop(documentId: number): void;
  /** Embeddings of these documents; those without one are left out. */
  of(documentIds: readonly number[], model: string): Map<number, Float32Array>;
  /** Another number after each change, while this connection is open. */
  readonly version: number;
  count(model: string): number;
  /** At most `limit` embeddings after the document `after`, in order, and the last document of them; null: none is left. */
  block(
    model: string,
    after: number,
    limit: number,
  ): { readonly vectors: { id: number; vector: Float32Array }[]; readonly last: number | null };
}

/** `table`: those of the model without training, or those that a run tuned. */
export function embeddingStore(
  db: Database.Database,
  damaged: DamagedRows,
  table: SummedTable & ('embeddings' | 'tuned_embeddings'),
): EmbeddingStore {
  const without = `documents d WHERE d.id <= @last AND ${present('d.id')} AND NOT EXISTS
    (SELECT 1 FROM ${table} e WHERE e.document_id = d.id AND e.model = @model)`;
  const missing = db.prepare<unknown[], { id: number; text: string }>(
    `SELECT d.id, d.text FROM ${without} ORDER BY d.id LIMIT @limit`,
  );
  const countMissing = db.prepare<unknown[], number>(`SELECT count(*) FROM ${without}`).pluck();
  const put = db.prepare(
    `INSERT INTO ${table} (document_id, model, vector, sum)
     VALUES (@id, @model, @vector, entail_sum(@id, @model, @vector))
     ON CONFLICT DO UPDATE SET model = excluded.model, vector = excluded.vector, sum = excluded.sum`,
  );
  const of = db
    .prepare<unknown[], Row>(
      `SELECT ${summedColumns(table)} FROM ${table}
       WHERE model = ? AND document_id IN (SELECT value FROM json_each(?))`,
    )
    .raw();
  const intact = (row: Row): boolean => {
    if (isIntact(row)) return true;
    damaged.note(table, row[0]);
    return false;
  };
  let version = 0;
  const drop = db.prepare(`DELETE FROM ${table} WHERE document_id = ?`);
  const count = db
    .prepare<unknown[], number>(`SELECT count(*) FROM ${table} WHERE model = ? AND ${present('document_id')}`)
    .pluck();
  const block = db
    .prepare<unknown[], Row>(
      `SELECT ${summedColumns(table)} FROM ${table}
       WHERE model = ? AND document_id > ? AND ${present('document_id')} ORDER BY document_id LIMIT ?`,
    )
    .raw();
  return {
    missing: (model, last, limit) => missing.all({ model, last, limit }),
    countMissing: (model, last) => countMissing.get({ model, last }) ?? 0,
    get version() {
      return version;
    },
    put(id, model, vector) {
      version += 1;
      put.run({ id, model, vector: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength) });
    },
    drop(id) {
      version += 1;
      drop.run(id);
    },
    of(documentIds, model) {
      const rows = of.all(model, JSON.stringify(documentIds)).filter(intact);
      const vectors = rows.map(([id, , vector]) => [id, floatsOf(vector)] as const);
      const [size] = vectors.map(([, vector]) => vector.length);
      return new Map(vectors.filter(([, vector]) => vector.length === size && vector.every(Number.isFinite)));
    },
    count: (model) => count.get(model) ?? 0,
    block(model, after, limit) {
      const rows = block.all(model, after, limit);
      const vectors = rows.filter(intact).map(([id, , bytes]) => ({ id, vector: viewOf(bytes) }));
      return { vectors, last: rows.at(-1)?.[0] ?? null };
    },
  };
}

const floatsOf = (bytes: Buffer): Float32Array =>
  new Float32Array(new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % 4))).buffer);

/** The same without a copy, where the bytes lie as floats must. */
const viewOf = (bytes: Buffer): Float32Array =>
  bytes.byteOffset % 4 === 0 && bytes.length % 4 === 0
    ? new Float32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length / 4)
    : floatsOf(bytes);
