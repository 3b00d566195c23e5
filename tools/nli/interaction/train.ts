import { EngineError } from '../../../engine/errors.ts';
import type { Interaction } from '../../../engine/model/interactionFile.ts';
import { createAdamW, type Parameter } from '../../../engine/optim/adamw.ts';
import { clipGlobalNorm } from '../../../engine/optim/clip.ts';
import { linearSchedule } from '../../../engine/optim/schedule.ts';
import type { Random } from '../../../engine/random.ts';
import { batchOf } from './batch.ts';
import { assembleInteraction, GATE, PROJECTION } from './graph.ts';
import { createGroups } from './groups.ts';
import type { InteractionRecipe } from './recipe.ts';
import type { ReadSet } from './sets.ts';
import { createStepper } from './stepper.ts';

/** Ones where row and column are the same: [size][size]. */
export const identity = (size: number): Float32Array =>
  Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));

/**
 * Trains what tokens are compared with on read sets. The projection begins as the identity, the gate with weights that are
 * all the same. At the end the projection is moved back by `back`: with 0.5 it is the mean of what it was and what it became
 * (weights averaged with those before a tuning: Wortsman et al. 2022).
 *
 * Throws `diverged`.
 */
export async function trainInteraction(
  sets: readonly ReadSet[],
  recipe: InteractionRecipe,
  {
    hidden,
    random,
    onStep,
  }: {
    readonly hidden: number;
    readonly random: Random;
    readonly onStep?: (step: number, loss: number) => void;
  },
): Promise<Omit<Interaction, 'digest'>> {
  const { steps, warmupSteps, learningRate, clipNorm, textsToLabels } = recipe;
  const start = identity(hidden);
  const projection: Parameter = {
    name: PROJECTION,
    dims: [hidden, hidden],
    values: start.slice(),
    decays: false,
  };
  const gate: Parameter = { name: GATE, dims: [hidden, 1], values: new Float32Array(hidden), decays: false };
  const parameters = [projection, gate];
  const groupOf = createGroups(sets, recipe, random.fork('groups'));
  const stepper = await createStepper(
    assembleInteraction({ ...recipe, start, hidden, size: hidden }),
    parameters,
  );
  const optimizer = createAdamW(parameters, { weightDecay: 0 });
  try {
    for (let step = 0; step < steps; step++) {
      const { loss, gradients } = await stepper.run(batchOf(groupOf(step), { hidden, textsToLabels }));
      const norm = clipGlobalNorm(gradients, clipNorm);
      if (!Number.isFinite(loss) || !Number.isFinite(norm))
        throw new EngineError(
          'diverged',
          `The training went astray at step ${step + 1}: the loss is no longer a number.`,
          'Use a smaller learning rate.',
        );
      optimizer.step(gradients, learningRate * linearSchedule(step, { warmup: warmupSteps, total: steps }));
      onStep?.(step + 1, loss);
    }
  } finally {
    await stepper.release();
  }
  return {
    projection: projection.values.map((value, i) => value - recipe.back * (value - start[i]!)),
    gate: gate.values,
    hidden,
    size: hidden,
  };
}
