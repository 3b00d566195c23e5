import type { ModelSource } from '../../engine/index.ts';
import { baseModel } from '../models/baseModel.ts';
import type { Project } from '../project/file.ts';
import { embeddingName } from './embeddingName.ts';

/** What a run tuned embeddings with, and the name under which documents' embeddings by it are kept. */
export interface TunedModel {
  readonly name: string;
  readonly source: ModelSource;
}

/** Of the active run. null: none suggests, or it tuned none. Throws `base_model_changed`. */
export async function tunedModel({ stores: { runs, settings } }: Project): Promise<TunedModel | null> {
  const run = runs.get(settings.get('activeRun'));
  const tuned = run && runs.tuned(run.id);
  if (!tuned) return null;
  const { dir } = await baseModel(run);
  return { name: embeddingName(tuned.digest), source: { dir, tuned: tuned.safetensors } };
}

/** The name of the tuned embeddings that heads rest on: those of the active run, once all documents have had them; '': none. */
export function tunedName({ stores: { runs, settings } }: Project): string {
  const digest = runs.tunedDigest(settings.get('activeRun'));
  const name = digest === undefined ? '' : embeddingName(digest);
  return name === settings.get('tunedEmbeddings') ? name : '';
}
