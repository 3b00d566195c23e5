import { type Engine, EngineError } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import { documentMissing } from '../project/documentMissing.ts';
import type { Project } from '../project/file.ts';
import { embeddingModel, embeddingsOf, keptEmbeddings } from '../suggesting/embedding.ts';
import { cosine8, dot, noEmbeddings, vectorTable } from '../suggesting/vectorTable.ts';

export interface Similar {
  readonly id: number;
  /** Cosine of the two embeddings. */
  readonly similarity: number;
}

/** So many times what is asked for is compared exactly: 8-bit vectors may rank neighbours wrongly. */
const CANDIDATES = 4;

/**
 * The documents most like this one, the most similar first, among those that are embedded already: all that have
 * suggestions of the combined reading. Throws `document_missing`, and `no_embeddings` for a model that can't embed.
 */
export async function similarDocuments(
  project: Project,
  engine: Engine,
  { id, limit, signal }: { id: number; limit: number; signal?: AbortSignal | undefined },
): Promise<Similar[]> {
  const { documents, embeddings } = project.stores;
  const document = documents.get(id);
  if (!document) throw documentMissing(id);
  const { name, dir } = await embeddingModel(project);
  // One look is no reason to leave what all others are kept under.
  const kept = keptEmbeddings(project);
  if (kept !== '' && kept !== name) throw notEmbeddedYet();
  const [own] = await embeddingsOf(project, engine, dir, [document], signal).catch((error: unknown) => {
    if (error instanceof EngineError && error.code === 'no_hidden_state') throw noEmbeddings();
    throw error;
  });
  const table = await vectorTable(project, name, signal);
  const at = table.ids.indexOf(id);
  // A vector that is no vector, from a damaged file.
  if (at < 0 || own === undefined) return [];
  const cosines = Float32Array.from(table.ids, (_, row) => (row === at ? -2 : cosine8(table, at, row)));
  const near = highest(cosines, CANDIDATES * limit).map((row) => table.ids[row]!);
  return [...embeddings.of(near, name)]
    .filter(([other, vector]) => other !== id && vector.length === own.length)
    .map(([other, vector]) => ({ id: other, similarity: dot(own, vector) }))
    .sort((a, b) => b.similarity - a.similarity || a.id - b.id)
    .slice(0, limit);
}

const notEmbeddedYet = () =>
  new BackendError(
    'not_embedded_yet',
    'What documents are like is being read anew: the model, or how it is read, is another now.',
    'Wait until all suggestions are up to date, and look again.',
  );

/** Indices of the highest values, in no order. */
function highest(values: Float32Array, count: number): number[] {
  if (values.length <= count) return [...values.keys()];
  const least = values.toSorted()[values.length - count]!;
  return [...values.keys()].filter((i) => values[i]! >= least).slice(0, 2 * count);
}
