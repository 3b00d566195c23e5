import { type AdamW, type AdamWOptions, createAdamW, type Parameter } from '../optim/adamw.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { createEarlyStop, type EarlyStop } from './earlyStop.ts';

/** How far a training is: what a checkpoint keeps of it. */
export interface TrainingProgress {
  readonly parameters: readonly Parameter[];
  readonly optimizer: AdamW;
  readonly stop: EarlyStop;
  /** One per step that is done. */
  readonly losses: number[];
  /** Writes a checkpoint, where they are wanted. */
  save(): void;
  /** After a device failed: back to the step of which the optimizer's state is a copy. */
  rewind(): void;
}

/** From the beginning, or from a valid checkpoint in `dir`, whose values the parameters then have. */
export function restoredProgress(
  parameters: readonly Parameter[],
  { dir, adamW, patience }: { dir: string | undefined; adamW: AdamWOptions; patience: number },
): TrainingProgress {
  const optimizer = createAdamW(parameters, adamW);
  const past = dir === undefined ? undefined : readCheckpoint(dir, parameters, optimizer.state);
  const losses = [...(past?.losses ?? [])];
  const stop = createEarlyStop(parameters, { patience, ...(past && { past }) });
  return {
    parameters,
    optimizer,
    stop,
    losses,
    save() {
      if (dir === undefined) return;
      const { evaluations, best } = stop;
      writeCheckpoint(dir, { losses, parameters, optimizer: optimizer.state, evaluations, best });
    },
    rewind() {
      losses.length = optimizer.state.step;
    },
  };
}
