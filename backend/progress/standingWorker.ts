import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type {
  Agreement,
  Criterion,
  Forecast,
  HeadTables,
  LabelAnswers,
  LearningCurve,
  Targets,
} from '../../engine/index.ts';
import { askedThread } from '../machine/askedThread.ts';

/** Documents that a forecast is about, where so many are left, and its stopping criterion always. */
export const FORECAST_MORE = 50;

export interface StandingQuestion {
  readonly tables: HeadTables;
  /** [labels] */
  readonly known: readonly LabelAnswers[];
  /** Decided documents as rows of the tables, in the order in which they were decided. */
  readonly order: readonly number[];
  readonly targets: Targets;
  /** Documents that the forecast is to be about. */
  readonly more: number;
}

export interface Standing {
  readonly curve: Omit<LearningCurve, 'resampled'> | null;
  readonly forecast: Forecast | null;
  readonly agreement: readonly { readonly from: number; readonly to: number; readonly next: Agreement }[];
  readonly criteria: readonly Criterion[];
}

export type StandingAnswer =
  | { readonly id: number; readonly standing: Standing }
  | { readonly id: number; readonly failure: unknown };

/** Learning curves and the like in a thread of their own: neither key presses nor suggestions wait for them. */
export interface StandingWorker {
  find(question: StandingQuestion): Promise<Standing>;
  /** What is asked is answered no more: it rejects with `cancelled`. */
  close(): void;
}

export function createStandingWorker(): StandingWorker {
  const thread = askedThread<Extract<StandingAnswer, { standing: unknown }>>(
    () => new Worker(join(import.meta.dirname, 'standingThread.ts')),
    'The thread that measures what is learnt stopped.',
  );
  return {
    find: async (question) => (await thread.ask((id) => ({ id, question }))).standing,
    close: thread.close,
  };
}
