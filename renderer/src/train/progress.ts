import type { Failure, TrainingEvent } from '../../../contract/index.ts';

/** A training as its events tell it. */
export interface Progress {
  readonly state: 'none' | 'starting' | 'running' | 'done' | 'failed';
  readonly run: number | null;
  readonly warnings: readonly string[];
  readonly step: number;
  readonly steps: number;
  /** By step, the first at 0. */
  readonly losses: readonly number[];
  readonly evaluations: readonly {
    readonly epoch: number;
    readonly step: number;
    readonly macroF1: number;
  }[];
  readonly pairsPerSecond: number;
  /** Of the steps, then of the tuning; null: not known, or over. */
  readonly secondsLeft: number | null;
  /** What comes after the steps; null: not known. */
  readonly secondsAfter: number | null;
  /** How often the engine was started again. */
  readonly restarts: number;
  /** How far embeddings are tuned, from 0 to 1; null: not begun. */
  readonly tuning: number | null;
  readonly failure: Failure | null;
}

export const NOTHING: Progress = {
  state: 'none',
  run: null,
  warnings: [],
  step: 0,
  steps: 0,
  losses: [],
  evaluations: [],
  pairsPerSecond: 0,
  secondsLeft: null,
  secondsAfter: null,
  restarts: 0,
  tuning: null,
  failure: null,
};

/** A step that comes again after a restart takes the place of the first one. */
export function withEvent(now: Progress, event: TrainingEvent): Progress {
  switch (event.kind) {
    case 'start': {
      const { run, warnings, losses, evaluations } = event;
      return { ...NOTHING, state: 'running', run, warnings, losses, evaluations };
    }
    case 'step': {
      const { step, steps, loss, pairsPerSecond, secondsLeft, secondsAfter } = event;
      return {
        ...now,
        state: 'running',
        step,
        steps,
        pairsPerSecond,
        secondsLeft,
        secondsAfter,
        losses: withLoss(now.losses, step, loss),
      };
    }
    case 'evaluation': {
      const { epoch, step, macroF1 } = event;
      const before = now.evaluations.filter((one) => one.step < step);
      return { ...now, evaluations: [...before, { epoch, step, macroF1 }] };
    }
    case 'tuning':
      return { ...now, tuning: event.step / event.steps, secondsLeft: event.secondsLeft };
    case 'restart':
      return { ...now, restarts: now.restarts + 1 };
    case 'notice':
      return now.warnings.includes(event.text) ? now : { ...now, warnings: [...now.warnings, event.text] };
    case 'done':
      return { ...now, state: 'done', run: event.run, secondsLeft: null };
    case 'failed':
      return { ...now, state: 'failed', failure: event.failure, secondsLeft: null };
  }
}

/** A resumed training starts in the middle: what came before is not a number. */
function withLoss(losses: readonly number[], step: number, loss: number): readonly number[] {
  const before = losses.slice(0, step - 1);
  const unknown = Array<number>(step - 1 - before.length).fill(Number.NaN);
  return [...before, ...unknown, loss];
}
