import { setImmediate as nextTurn } from 'node:timers/promises';
import { createRandom } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import { keptEmbeddings } from '../suggesting/embedding.ts';
import { cosine8, dot, SLACK, type VectorTable, vectorTable } from '../suggesting/vectorTable.ts';

export interface NearDuplicates {
  /** Ids, ascending. */
  readonly documents: readonly number[];
  /** The least cosine by which one of them joined the others. */
  readonly similarity: number;
}

/** Tables of hashes; two vectors at a cosine of 0.93 agree in all bits of at least one in 98 of 100 cases. */
const TABLES = 20;
const BITS = 12;
/** Coordinates that a random plane looks at (very sparse random projections, Li, Hastie and Church 2006). */
const COORDINATES = 24;
/** Neighbours that a document is compared with in each table: bounds the work however alike the documents are. */
const NEIGHBOURS = 16;
const TURN = 4000;

/**
 * Groups of documents whose embeddings are at least as alike as the threshold, the largest first. Random hyperplanes
 * (Charikar 2002) of the centred vectors say which are worth comparing, so that time grows with n log n: a pair just
 * above the threshold may be missed, one below is never reported. In memory are 8-bit vectors: 40 MB for 100,000
 * documents. Throws `no_embeddings` when no document is embedded.
 */
export async function nearDuplicates(
  project: Project,
  { threshold, signal }: { threshold: number; signal?: AbortSignal | undefined },
): Promise<NearDuplicates[]> {
  const name = keptEmbeddings(project);
  const table = await vectorTable(project, name, signal);
  const hashes = await hashesOf(table);
  const groups = createGroups(table.ids.length);
  const { embeddings } = project.stores;
  const exact = (a: number, b: number): number => {
    const ids = [table.ids[a]!, table.ids[b]!] as const;
    const vectors = embeddings.of(ids, name);
    const [x, y] = ids.map((id) => vectors.get(id));
    return x && y ? dot(x, y) : 0;
  };
  for (let t = 0; t < TABLES; t++) {
    const order = sortedBy(hashes, t);
    for (const [at, a] of order.entries()) {
      if (at % TURN === 0) await nextTurn();
      if (signal?.aborted || !project.open) return [];
      const end = Math.min(order.length, at + 1 + NEIGHBOURS);
      for (let next = at + 1; next < end; next++) {
        const b = order[next]!;
        if (hashes[b * TABLES + t] !== hashes[a * TABLES + t]) break;
        if (groups.joined(a, b) || cosine8(table, a, b) < threshold - SLACK) continue;
        const similarity = exact(a, b);
        if (similarity >= threshold) groups.join(a, b, similarity);
      }
    }
  }
  return groups
    .all()
    .map(({ members, similarity }) => ({
      documents: members.map((row) => table.ids[row]!).sort((x, y) => x - y),
      similarity,
    }))
    .sort((x, y) => y.documents.length - x.documents.length || x.documents[0]! - y.documents[0]!);
}

/** [rows][tables]: on which sides of random planes each vector lies. */
async function hashesOf({ ids, size, values, scales, mean }: VectorTable): Promise<Uint16Array> {
  const random = createRandom(1);
  const planes = Array.from({ length: TABLES * BITS }, () => {
    const at = Int32Array.from({ length: COORDINATES }, () => random.integer(size));
    const sign = Int8Array.from(at, () => (random.integer(2) === 0 ? -1 : 1));
    return { at, sign, level: at.reduce((sum, i, k) => sum + sign[k]! * mean[i]!, 0) };
  });
  const hashes = new Uint16Array(ids.length * TABLES);
  for (let row = 0; row < ids.length; row++) {
    if (row % TURN === 0) await nextTurn();
    for (const [p, { at, sign, level }] of planes.entries()) {
      let sum = 0;
      for (let k = 0; k < COORDINATES; k++) sum += sign[k]! * values[row * size + at[k]!]!;
      if (sum * scales[row]! > level) hashes[row * TABLES + Math.floor(p / BITS)]! |= 1 << (p % BITS);
    }
  }
  return hashes;
}

/** Rows by the hash of one table, then of the next, so that the most alike of a full bucket are neighbours. */
function sortedBy(hashes: Uint16Array, table: number): Uint32Array {
  const rows = hashes.length / TABLES;
  const second = (table + 1) % TABLES;
  const keys = Float64Array.from(
    { length: rows },
    (_, row) =>
      (hashes[row * TABLES + table]! * 2 ** 8 + (hashes[row * TABLES + second]! >> 8)) * 2 ** 26 + row,
  ).sort();
  return Uint32Array.from(keys, (key) => key % 2 ** 26);
}

/** Disjoint sets (Galler and Fischer 1964) with the least similarity that joined each. */
function createGroups(rows: number) {
  const parent = Uint32Array.from({ length: rows }, (_, row) => row);
  const least = new Float32Array(rows).fill(1);
  const rootOf = (row: number): number => {
    let at = row;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  return {
    joined: (a: number, b: number): boolean => rootOf(a) === rootOf(b),
    join(a: number, b: number, similarity: number): void {
      const [x, y] = [rootOf(a), rootOf(b)];
      parent[y] = x;
      least[x] = Math.min(similarity, least[x]!, least[y]!);
    },
    all(): { members: number[]; similarity: number }[] {
      const members = new Map<number, number[]>();
      for (let row = 0; row < rows; row++) {
        const root = rootOf(row);
        const own = members.get(root);
        if (own) own.push(row);
        else members.set(root, [row]);
      }
      return [...members]
        .filter(([, own]) => own.length > 1)
        .map(([root, own]) => ({ members: own, similarity: least[root]! }));
    },
  };
}
