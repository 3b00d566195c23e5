import type { Device } from '../../runtime/session.ts';
import type { InferenceModel } from '../precision.ts';
import { createRunner, type Runner } from './runner.ts';

/**
 * Runs batches through the graph for suggesting; pairs longer than it was compared at go through the model's graph as it is,
 * which is loaded when the first of them comes.
 */
export async function createLengthRunner(
  { bytes, longest, plain }: InferenceModel,
  options: { readonly device: Device; readonly logits: string; readonly cores?: number },
): Promise<Runner> {
  const usual = await createRunner(bytes, options);
  let beyond: Promise<Runner> | undefined;
  return {
    lanes: usual.lanes,
    async run(batch) {
      if (batch.shape[1] <= longest) return usual.run(batch);
      beyond ??= createRunner(plain(), options);
      return (await beyond).run(batch);
    },
    async release() {
      await usual.release();
      await (await beyond?.catch(() => undefined))?.release();
    },
  };
}
