import type { NliModel } from '../model/nliModel.ts';
import { titleOfDevice } from '../runtime/devices.ts';
import { isDeviceFailure, reasonOf } from '../runtime/failures.ts';
import { createScorer, type ScoreRequest, type Scorer, type TextScores } from './score.ts';

type ScorerOptions = NonNullable<Parameters<typeof createScorer>[1]>;

/** A scorer that outlives its device; each call may have a listener of its own. */
export interface LastingScorer extends Scorer {
  score(request: ScoreRequest, onNotice?: Notify): Promise<TextScores[]>;
}

type Notify = (text: string) => void;

/**
 * As `createScorer`, but a device that cannot load the model, or fails later, is left for the CPU: what was asked is
 * asked again there. `onNotice` gets a sentence about it.
 */
export async function createLastingScorer(
  model: NliModel,
  options: ScorerOptions,
  onNotice: Notify,
  create: typeof createScorer = createScorer,
): Promise<LastingScorer> {
  let device = options.device ?? 'cpu';
  const fallBack = async (error: unknown, tell = onNotice): Promise<Scorer> => {
    if (device === 'cpu' || !isDeviceFailure(error)) throw error;
    tell(`${titleOfDevice(device)} cannot run this model (${reasonOf(error)}); the processor does it.`);
    device = 'cpu';
    return create(model, { ...options, device });
  };
  let scorer = await create(model, { ...options, device }).catch((error: unknown) => fallBack(error));
  return {
    ...scorer,
    async score(request, tell) {
      try {
        return await scorer.score(request);
      } catch (error) {
        const failed = scorer;
        scorer = await fallBack(error, tell);
        // A lost device may refuse even this; nothing on it is needed any more.
        await failed.release().catch(() => undefined);
        return scorer.score(request);
      }
    },
    release: () => scorer.release(),
  };
}
