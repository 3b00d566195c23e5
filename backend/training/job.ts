import type { TrainingEvent } from '../../contract/index.ts';
import { failureOf } from '../failures.ts';
import { createEventLog, type EventLog } from '../machine/eventLog.ts';
import { alreadyRunning } from './plan.ts';
import { createTimeLeft } from './timeLeft.ts';
import type { TrainListener } from './train.ts';

/** The one training of a project, in the background: nobody needs to watch it. */
export interface TrainingJob {
  /**
   * Starts; resolves when the run exists, rejects with why it can't start. Throws `training_running` while another
   * one is under way.
   */
  start(work: (listener: TrainListener) => Promise<{ run: number }>): Promise<void>;
  /** Asks it to stop; false when none is under way. `why`: what the run is to say, where nobody asked for it. */
  cancel(why?: string): boolean;
  readonly running: boolean;
  /** Its events from the start on; of one that ended only while nobody has seen the end. */
  watch(signal?: AbortSignal): AsyncGenerator<TrainingEvent, void, void>;
  /** Resolves when nothing runs any more. */
  settled(): Promise<void>;
}

export function createTrainingJob({ onEnd }: { onEnd: () => void }): TrainingJob {
  let log: EventLog<TrainingEvent> | undefined;
  let stop = new AbortController();
  let work: Promise<void> = Promise.resolve();
  let running = false;
  let endSeen = true;
  return {
    async start(task) {
      if (running) throw alreadyRunning();
      running = true;
      endSeen = false;
      stop = new AbortController();
      log = createEventLog();
      const started = Promise.withResolvers<void>();
      work = follow(task, { log, signal: stop.signal, started }).finally(() => {
        running = false;
        log?.end();
        onEnd();
      });
      await started.promise;
    },
    cancel(why) {
      if (running) stop.abort(why);
      return running;
    },
    get running() {
      return running;
    },
    async *watch(signal) {
      const own = log;
      if (own === undefined || (own.ended && endSeen)) return;
      yield* own.read(signal);
      if (own.ended && own === log) endSeen = true;
    },
    settled: () => work,
  };
}

async function follow(
  task: (listener: TrainListener) => Promise<{ run: number }>,
  {
    log,
    signal,
    started,
  }: { log: EventLog<TrainingEvent>; signal: AbortSignal; started: PromiseWithResolvers<void> },
): Promise<void> {
  const ofSteps = createTimeLeft();
  const ofTuning = createTimeLeft();
  let secondsAfter: number | null = null;
  try {
    const { run } = await task({
      signal,
      onStart(id, { warnings, past: { losses, evaluations }, afterSeconds }) {
        secondsAfter = afterSeconds;
        const past = { losses: [...losses], evaluations: [...evaluations] };
        log.add({ kind: 'start', run: id, warnings: [...warnings], ...past });
        started.resolve();
      },
      onStep({ step, steps, loss, examplesPerSecond }) {
        const secondsLeft = ofSteps.after(step, steps);
        const pace = { pairsPerSecond: examplesPerSecond, secondsLeft, secondsAfter };
        log.add({ kind: 'step', step, steps, loss, ...pace });
      },
      onEvaluation: ({ epoch, step, macroF1 }) => log.add({ kind: 'evaluation', epoch, step, macroF1 }),
      onTuned: (step, steps) =>
        log.add({ kind: 'tuning', step, steps, secondsLeft: ofTuning.after(step, steps) }),
      onRestart: () => log.add({ kind: 'restart' }),
      onNotice: (text) => log.add({ kind: 'notice', text }),
    });
    log.add({ kind: 'done', run });
  } catch (error) {
    // Before the run exists the failure is the caller's; after that it belongs to the run.
    started.reject(error);
    log.add({ kind: 'failed', failure: failureOf(error) });
  }
}
