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

/** So many embeddings tell how long those of their model are. */
const TELLING = 33;
/** No embedding is nearly as long as this. */
const MOST_LENGTH = 1e6;

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
  const sizes = db
    .prepare<unknown[], number>(`SELECT length(vector) FROM ${table} WHERE model = ? LIMIT ?`)
    .pluck();
  const known = new Map<string, number>();
  /** How many bytes a model's embeddings have: most of the first ones, for any of them may be damaged. */
  const sizeOf = (model: string): number => {
    const size = known.get(model);
    if (size !== undefined) return size;
    const first = sizes.all(model, TELLING);
    const found = mostCommon(first);
    if (first.length === TELLING) known.set(model, found);
    return found;
  };
  /** The embeddings that can be used; the others count as missing. */
  const usable = (rows: readonly Row[], model: string, floats: (bytes: Buffer) => Float32Array) => {
    const size = rows.length === 0 ? 0 : sizeOf(model);
    return rows.flatMap((row) => {
      const [id, , bytes] = row;
      if (!isIntact(row)) {
        damaged.note(table, id);
        return [];
      }
      const vector = floats(bytes);
      if (bytes.length === size && isDirection(vector)) return [{ id, vector }];
      damaged.noteUseless(table, row, id);
      return [];
    });
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
      const rows = of.all(model, JSON.stringify(documentIds));
      return new Map(usable(rows, model, floatsOf).map(({ id, vector }) => [id, vector]));
    },
    count: (model) => count.get(model) ?? 0,
    block(model, after, limit) {
      const rows = block.all(model, after, limit);
      return { vectors: usable(rows, model, viewOf), last: rows.at(-1)?.[0] ?? null };
    },
  };
}

function mostCommon(values: readonly number[]): number {
  const counts = Map.groupBy(values, (value) => value);
  return [...counts].reduce((best, own) => (own[1].length > best[1].length ? own : best), [0, []])[0];
}

/** Whether it points anywhere: NaN, what is infinite and zeros do not, and one of these among many documents' spoils all. */
function isDirection(vector: Float32Array): boolean {
  let square = 0;
  for (let i = 0; i < vector.length; i++) square += vector[i]! ** 2;
  return square > 0 && square < MOST_LENGTH ** 2;
}

const floatsOf = (bytes: Buffer): Float32Array =>
  new Float32Array(new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % 4))).buffer);

/** The same without a copy, where the bytes lie as floats must. */
const viewOf = (bytes: Buffer): Float32Array =>
  bytes.byteOffset % 4 === 0 && bytes.length % 4 === 0
    ? new Float32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length / 4)
    : floatsOf(bytes);
