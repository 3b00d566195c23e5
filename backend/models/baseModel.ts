import { BackendError } from '../errors.ts';
import type { Run } from '../project/store/runs.ts';
import { resolveNamed } from './agreed.ts';
import { hasDigest } from './digest.ts';
import type { ResolvedModel } from './resolve.ts';

/**
 * The model that a run was trained from. Its adapters on other weights, or on ids of another tokenizer, give nonsense:
 * throws `base_model_changed` when the folder holds another model now. Runs without a digest are taken as they are.
 */
export async function baseModel({
  id,
  model,
  modelDigest: before,
}: Pick<Run, 'id' | 'model' | 'modelDigest'>): Promise<ResolvedModel> {
  const base = await resolveNamed(model);
  if (before === undefined || (await hasDigest(base.dir, before))) return base;
  throw new BackendError(
    'base_model_changed',
    `Run ${id} can't be used: its model "${model}" is not the one that it was trained from any more.`,
    'Get that version of the model again, or train again.',
  );
}
