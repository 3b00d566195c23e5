import type { Parameter } from '../../../engine/optim/adamw.ts';
import { createSession, type Feeds, floats, floatsOf } from '../../../engine/runtime/session.ts';
import { mustGet } from '../../../process/must.ts';
import type { InteractionGraph } from './graph.ts';

export interface Stepper {
  /** Gradients are of the objective, in the order of the parameters, and reused by the next call. */
  run(batch: Feeds): Promise<{ loss: number; objective: number; gradients: Float32Array[] }>;
  release(): Promise<void>;
}

/** Loads the graph; parameters are read where they are, as the optimizer changes them. */
export async function createStepper(
  { model, loss, objective, gradients }: InteractionGraph,
  parameters: readonly Parameter[],
): Promise<Stepper> {
  const session = await createSession(model, { memoryPattern: false });
  const weights = Object.fromEntries(parameters.map((p) => [p.name, floats(p.values, p.dims)]));
  const names = parameters.map((p) => mustGet(gradients, p.name, 'gradient'));
  const outputs: Feeds = Object.fromEntries([
    ...[loss, objective].map((name) => [name, floats(new Float32Array(1), [])] as const),
    ...parameters.map(
      ({ values, dims }, i) => [names[i]!, floats(new Float32Array(values.length), dims)] as const,
    ),
  ]);
  return {
    async run(batch) {
      const result = await session.run({ ...batch, ...weights }, outputs);
      const scalar = (name: string) => floatsOf(result[name])[0]!;
      return {
        loss: scalar(loss),
        objective: scalar(objective),
        gradients: names.map((name) => floatsOf(result[name])),
      };
    },
    release: () => session.release(),
  };
}
