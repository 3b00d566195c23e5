import type { Plan, TrainingSettings } from '../../contract/index.ts';
import { EngineError, trainingOptions } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import { failureOf } from '../failures.ts';
import type { Project } from '../project/file.ts';
import { type TrainingData, trainingData } from './data.ts';
import { lastRunWith } from './lastRun.ts';
import { DATA_DEFAULTS } from './train.ts';

const NOTHING = { documents: 0, heldOut: 0, pairs: 0, seconds: null, warnings: [] };

/** What a training would work with and how long it would take, or why it can't start. */
export function planTraining(
  project: Project,
  settings: TrainingSettings,
  { running }: { running: boolean },
): Plan {
  if (running) return { ...NOTHING, obstacle: failureOf(alreadyRunning()) };
  try {
    const { method, epochs, seed } = settings;
    const data = trainingData(project, trainingOptions({ method, epochs, seed }), DATA_DEFAULTS);
    return {
      documents: data.documents,
      heldOut: data.heldOut?.texts.length ?? 0,
      pairs: data.examples.length,
      seconds: secondsFor(project, settings, data),
      warnings: [...data.warnings],
      obstacle: null,
    };
  } catch (error) {
    if (!(error instanceof BackendError || error instanceof EngineError)) throw error;
    return { ...NOTHING, obstacle: failureOf(error) };
  }
}

export const alreadyRunning = () =>
  new BackendError(
    'training_running',
    'A training is under way already.',
    'Wait for it to finish, or stop it.',
  );

/** From the newest run with the same method: its pairs per second, and what it needed beside them. */
function secondsFor(
  project: Project,
  { method, epochs }: TrainingSettings,
  { examples }: TrainingData,
): number | null {
  const last = lastRunWith(project, method);
  const speed = last?.examplesPerSecond;
  if (speed === undefined) return null;
  return (examples.length * epochs) / speed + (last?.besideSeconds ?? 0);
}
