import {
  type Engine,
  EngineError,
  embedTexts,
  type LabelPriors,
  type ModelSource,
  type ReaderSpec,
  type ReadTexts,
  type TextEvidence,
  withTextReader,
} from '../../engine/index.ts';
import { mustGet } from '../../process/must.ts';
import { resolveNamed } from '../models/agreed.ts';
import { baseModel } from '../models/baseModel.ts';
import { modelDigest } from '../models/digest.ts';
import type { Project } from '../project/file.ts';
import type { EmbeddingStore } from '../project/store/embeddings.ts';
import { embeddingName, isOfOneModel } from './embeddingName.ts';
import type { SuggestingModel } from './scorers.ts';
import { tunedModel } from './tuned.ts';

const CHUNK = 256;

/**
 * The model that documents are embedded with, the project's without training, and the name under which its embeddings
 * are kept: its content and how texts are read, so that those of other weights, or of the beginning of a text alone, are
 * not taken for its own.
 */
export async function embeddingModel(project: Project): Promise<{ name: string; dir: string }> {
  const { dir } = await resolveNamed(project.stores.settings.get('model'));
  return { name: embeddingName(await modelDigest(dir)), dir };
}

/** The name under which the newest embeddings are kept; '': there are none. */
export const keptEmbeddings = (project: Project): string => project.stores.settings.get('embeddings');

/**
 * The name of what the model without training embeds, that of the active run or the project's own; of one that is not on
 * this machine, and so reads no other texts, of those that are kept.
 */
export async function untrainedEmbeddings(project: Project): Promise<string> {
  const { runs, settings } = project.stores;
  const run = runs.get(settings.get('activeRun'));
  const model = await (run ? baseModel(run) : resolveNamed(settings.get('model'))).catch(() => null);
  return model ? embeddingName(await modelDigest(model.dir)) : keptEmbeddings(project);
}

/** How many documents lack an embedding, or have one of another reading, where the project has some of its model. */
export async function countUnembedded(project: Project): Promise<number> {
  const kept = keptEmbeddings(project);
  if (kept === '') return 0;
  const { name } = await embeddingModel(project);
  return isOfOneModel(kept, name) ? project.stores.embeddings.countMissing(name, Number.MAX_SAFE_INTEGER) : 0;
}

/** In a transaction of the caller. */
function keep(
  project: Project,
  name: string,
  documents: readonly DocumentText[],
  vectors: readonly Float32Array[],
): void {
  const { embeddings, settings } = project.stores;
  if (settings.get('embeddings') !== name) settings.set('embeddings', name);
  put(project, embeddings, { name, documents, vectors });
}

function put(
  { stores }: Project,
  into: EmbeddingStore,
  {
    name,
    documents,
    vectors,
  }: { name: string; documents: readonly DocumentText[]; vectors: readonly Float32Array[] },
): void {
  documents.forEach(({ id, text }, i) => {
    // A text that was corrected meanwhile is embedded the next time.
    if (stores.documents.isText(id, text)) into.put(id, name, vectors[i]!);
  });
}

export interface EmbeddingOptions {
  /** The last document that is wanted. */
  readonly last: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Embeds the documents that lack it, up to the document `last`, for choosing diverse ones. Stopped, it goes on where it
 * was. Returns how many were embedded; 0 for a model whose graph has no hidden state.
 */
export async function embedDocuments(
  project: Project,
  engine: Engine,
  options: EmbeddingOptions,
): Promise<number> {
  const { name, dir } = await embeddingModel(project);
  const into = project.stores.embeddings;
  return embedMissing(engine, { source: { dir }, name, into }, options, (chunk, vectors) =>
    project.derive(() => keep(project, name, chunk, vectors)),
  );
}

/**
 * The same by what the active run tuned to the project's labels, where it did; heads rest on it once all documents
 * have it.
 */
export async function embedTuned(
  project: Project,
  engine: Engine,
  options: Omit<EmbeddingOptions, 'last'>,
): Promise<number> {
  const model = await tunedModel(project);
  if (model === null) return 0;
  const { name, source } = model;
  const { tunedEmbeddings: into, settings } = project.stores;
  const last = Number.MAX_SAFE_INTEGER;
  const done = await embedMissing(
    engine,
    { source, name, into },
    { ...options, last },
    (documents, vectors) => project.derive(() => put(project, into, { name, documents, vectors })),
  );
  if (settings.get('tunedEmbeddings') !== name && into.countMissing(name, last) === 0)
    project.derive(() => settings.set('tunedEmbeddings', name));
  return done;
}

async function embedMissing(
  engine: Engine,
  { source, name, into }: { source: ModelSource; name: string; into: EmbeddingStore },
  { last, signal, onProgress }: EmbeddingOptions,
  keepThem: (documents: readonly DocumentText[], vectors: readonly Float32Array[]) => void,
): Promise<number> {
  const total = into.countMissing(name, last);
  let done = 0;
  while (done < total) {
    const chunk = into.missing(name, last, CHUNK);
    if (chunk.length === 0) break;
    const texts = chunk.map(({ text }) => text);
    const vectors = await engine.embed(source, texts, signal).catch((error: unknown) => {
      if (error instanceof EngineError && error.code === 'no_hidden_state') return null;
      throw error;
    });
    if (vectors === null) return 0;
    keepThem(chunk, vectors);
    done += chunk.length;
    onProgress?.(done, total);
  }
  return done;
}

/** Of these documents, by the model in `dir`: of the project's model those that are kept. */
async function keptOf(project: Project, dir: string, documents: readonly DocumentText[]) {
  const { name, dir: ownDir } = await embeddingModel(project);
  const own = ownDir === dir;
  const ids = documents.map(({ id }) => id);
  const known = own ? project.stores.embeddings.of(ids, name) : new Map<number, Float32Array>();
  return { known, name: own ? name : null };
}

interface DocumentText {
  readonly id: number;
  readonly text: string;
}

/**
 * The embeddings of these documents, of the model in `dir`. Those of the project's model are taken from where they are
 * kept, and kept when they are new.
 */
export async function embeddingsOf(
  project: Project,
  engine: Engine,
  dir: string,
  documents: readonly DocumentText[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const { known, name } = await keptOf(project, dir, documents);
  const missing = documents.filter(({ id }) => !known.has(id));
  if (missing.length > 0) {
    const texts = missing.map(({ text }) => text);
    const vectors = await embedTexts(engine, { dir }, texts, signal);
    if (name !== null) project.derive(() => keep(project, name, missing, vectors));
    for (const [i, { id }] of missing.entries()) known.set(id, vectors[i]!);
  }
  return documents.map(({ id }) => mustGet(known, id, 'vector'));
}

/**
 * What a model says of documents of the project, in their order. Embeddings of the project's model are taken from where
 * they are kept, and kept when they are new.
 */
export async function readDocuments(
  project: Project,
  read: ReadTexts,
  {
    source: { dir, fusion },
    documents,
    labels,
    usual,
    signal,
  }: {
    readonly source: SuggestingModel;
    readonly documents: readonly DocumentText[];
    readonly labels?: readonly number[] | undefined;
    readonly usual?: LabelPriors | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<TextEvidence[]> {
  const texts = documents.map(({ text }) => text);
  if (!fusion) return read({ texts, labels, signal });
  const { known, name } = await keptOf(project, dir, documents);
  const rows = await read({
    ...{ texts, labels, usual, signal },
    known: documents.map(({ id }) => known.get(id)),
  });
  if (name === null) return rows;
  const made = documents.flatMap((document, i) => {
    const vector = rows[i]?.embedding;
    return vector && !known.has(document.id) ? [{ document, vector }] : [];
  });
  if (made.length === 0) return rows;
  const [fresh, vectors] = [made.map(({ document }) => document), made.map(({ vector }) => vector)];
  project.derive(() => keep(project, name, fresh, vectors));
  return rows;
}

/** Opens a model to read texts with; where its embeddings count, texts and labels are embedded too. */
export const withSource = <T>(
  engine: Engine,
  source: SuggestingModel,
  spec: Omit<ReaderSpec, keyof ModelSource | 'embeds' | 'interaction'>,
  work: (read: ReadTexts) => Promise<T>,
): Promise<T> =>
  withTextReader(
    engine,
    {
      ...{ ...source, ...spec },
      embeds: source.fusion && 'texts and labels',
      interaction: source.fusion?.interaction,
    },
    work,
  );
