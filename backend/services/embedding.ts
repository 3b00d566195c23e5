import { type Engine, EngineError } from '../../engine/index.ts';
import { resolveModel } from '../models.ts';
import type { Project } from '../project/file.ts';
import { embedWith } from './combining.ts';

const CHUNK = 256;

/** The name under which embeddings of the project's model are kept. A run's own model is not embedded with. */
export const embeddingModel = (project: Project): string => project.stores.settings.get('model');

/**
 * Embeds the documents that lack it, up to the document `last`, for choosing diverse ones. Stopped, it goes on where it
 * was. Returns how many were embedded; 0 for a model whose graph has no hidden state.
 */
export async function embedDocuments(
  project: Project,
  engine: Engine,
  {
    last,
    signal,
    onProgress,
  }: {
    last: number;
    signal?: AbortSignal | undefined;
    onProgress?: ((done: number, total: number) => void) | undefined;
  },
): Promise<number> {
  const { embeddings } = project.stores;
  const name = embeddingModel(project);
  const total = embeddings.countMissing(name, last);
  if (total === 0) return 0;
  const { dir } = await resolveModel(name);
  let done = 0;
  while (done < total) {
    const chunk = embeddings.missing(name, last, CHUNK);
    if (chunk.length === 0) break;
    const vectors = await engine
      .embed(
        { dir },
        chunk.map(({ text }) => text),
        signal,
      )
      .catch((error: unknown) => {
        if (error instanceof EngineError && error.code === 'no_hidden_state') return null;
        throw error;
      });
    if (vectors === null) return 0;
    project.write(() => {
      chunk.forEach(({ id }, i) => {
        embeddings.put(id, name, vectors[i]!);
      });
    });
    done += chunk.length;
    onProgress?.(done, total);
  }
  return done;
}

/**
 * The embeddings of these documents, of the model in `dir`. Those of the project's model are taken from where they are
 * kept, and kept when they are new.
 */
export async function embeddingsOf(
  project: Project,
  engine: Engine,
  dir: string,
  documents: readonly { readonly id: number; readonly text: string }[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const { embeddings } = project.stores;
  const name = embeddingModel(project);
  const own = (await resolveModel(name)).dir === dir;
  const ids = documents.map(({ id }) => id);
  const known = own ? embeddings.of(ids, name) : new Map<number, Float32Array>();
  const missing = documents.filter(({ id }) => !known.has(id));
  if (missing.length === 0) return ids.map((id) => known.get(id)!);
  const texts = missing.map(({ text }) => text);
  const vectors = await embedWith(engine, dir, texts, signal);
  if (own) {
    project.write(() => {
      missing.forEach(({ id }, i) => {
        embeddings.put(id, name, vectors[i]!);
      });
    });
  }
  missing.forEach(({ id }, i) => {
    known.set(id, vectors[i]!);
  });
  return ids.map((id) => known.get(id)!);
}
