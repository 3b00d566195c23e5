import { type ChoiceEmbeddings, toEightBits } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import { keptEmbeddings } from '../suggesting/embedding.ts';
import { vectorTable } from '../suggesting/vectorTable.ts';

/** The embeddings of documents that are chosen among and of labelled ones; null where a candidate has none. */
export type Vectors = (candidates: readonly number[], labelled: readonly number[]) => ChoiceEmbeddings | null;

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
): ChoiceEmbeddings | null {
  const candidates = ids.candidates.flatMap((id) => rowOf(id) ?? []);
  if (candidates.length !== ids.candidates.length || candidates.length === 0) return null;
  const labelled = ids.labelled.flatMap((id) => rowOf(id) ?? []);
  return { ...table, candidates: Int32Array.from(candidates), labelled: Int32Array.from(labelled) };
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
