import { type AdamW, type AdamWOptions, createAdamW, type Parameter } from '../optim/adamw.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { hasWindows, takeUp } from './decidingWindows.ts';
import { createEarlyStop, type EarlyStop } from './earlyStop.ts';
import type { WindowedExamples } from './examples.ts';

/** How far a training is: what a checkpoint keeps of it. */
export interface TrainingProgress {
  readonly parameters: readonly Parameter[];
  readonly optimizer: AdamW;
  readonly stop: EarlyStop;
  /** One per step that is done. */
  readonly losses: number[];
  /** Whether what each example is read in was chosen before, and taken up again. */
  readonly windowsTakenUp: boolean;
  /** How long the steps took that are in the checkpoint. */
  readonly secondsBefore: number;
  /** Writes a checkpoint, where they are wanted; `seconds`: how long the run took so far, all its parts together. */
  save(seconds: number): void;
  /** After a device failed: back to the step of which the optimizer's state is a copy. */
  rewind(): void;
}

/** From the beginning, or from a valid checkpoint in `dir`, whose values the parameters and whose windows the examples then have. */
export function restoredProgress(
  parameters: readonly Parameter[],
  encoded: WindowedExamples,
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
    windowsTakenUp: takeUp(encoded, past?.windows),
    secondsBefore: past?.seconds ?? 0,
    save(seconds) {
      if (dir === undefined) return;
      const { evaluations, best } = stop;
      const windows = hasWindows(encoded) ? [...encoded.chosen] : undefined;
      const state = optimizer.state;
      writeCheckpoint(dir, { losses, parameters, optimizer: state, evaluations, best, windows, seconds });
    },
    rewind() {
      losses.length = optimizer.state.step;
    },
  };
}
