import { type ChoiceEmbeddings, toEightBits } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import { keptEmbeddings } from '../suggesting/embedding.ts';
import { vectorTable } from '../suggesting/vectorTable.ts';

/** The embeddings of documents that are chosen among and of labelled ones; null where no candidate has any. */
export type Vectors = (candidates: readonly number[], labelled: readonly number[]) => Found | null;

interface Found {
  /** The candidates that have one, in their order. */
  readonly covered: readonly number[];
  /** Of these, and of the labelled documents that have one. */
  readonly embeddings: ChoiceEmbeddings;
}

/** Reads just these from the file, at once. */
export function vectorsByReading(project: Project): Vectors {
  return (candidates, labelled) => {
    const name = keptEmbeddings(project);
    if (name === '' || candidates.length === 0) return null;
    const found = project.stores.embeddings.of([...candidates, ...labelled], name);
    const dimensions = found.values().next().value?.length ?? 0;
    const values = new Int8Array(found.size * dimensions);
    const scales = new Float32Array(found.size);
    const rows = new Map<number, number>();
    for (const [id, vector] of found) {
      scales[rows.size] = toEightBits(vector, values, rows.size * dimensions);
      rows.set(id, rows.size);
    }
    return chosenRows({ dimensions, values, scales }, { candidates, labelled }, (id) => rows.get(id));
  };
}

/** Reads all into memory that threads share, with pauses, unless they are there. */
export async function vectorsInMemory(project: Project): Promise<Vectors> {
  const name = keptEmbeddings(project);
  if (name === '') return () => null;
  const table = await vectorTable(project, name).catch((error: unknown) => {
    if (error instanceof BackendError && error.code === 'no_embeddings') return null;
    throw error;
  });
  if (!table) return () => null;
  const { ids, size: dimensions, values, scales } = table;
  return (candidates, labelled) =>
    chosenRows({ dimensions, values, scales }, { candidates, labelled }, (id) => placeOf(ids, id));
}

function chosenRows(
  table: Pick<ChoiceEmbeddings, 'dimensions' | 'values' | 'scales'>,
  ids: { readonly candidates: readonly number[]; readonly labelled: readonly number[] },
  rowOf: (id: number) => number | undefined,
): Found | null {
  const covered = ids.candidates.filter((id) => rowOf(id) !== undefined);
  if (covered.length === 0) return null;
  const rowsOf = (own: readonly number[]) => Int32Array.from(own.flatMap((id) => rowOf(id) ?? []));
  const embeddings = { ...table, candidates: rowsOf(covered), labelled: rowsOf(ids.labelled) };
  return { covered, embeddings };
}

/** Where an id is in an ascending list. */
function placeOf(ids: Uint32Array, id: number): number | undefined {
  let from = 0;
  let to = ids.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (ids[middle]! < id) from = middle + 1;
    else to = middle;
  }
  return ids[from] === id ? from : undefined;
}
