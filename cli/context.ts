import { BackendError } from '../backend/errors.ts';
import { openProject, type Project } from '../backend/project/file.ts';
import { createEngine, type Device, type Engine, type Precision } from '../engine/index.ts';

/** What a command works with; everything is closed when it is over, also when it fails. */
export interface Context {
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

/** Runs a command with an engine. Ctrl-C stops it in order, a second one at once. */
export async function withEngine<T>(work: (context: Context) => Promise<T>): Promise<T> {
  const engine = createEngine();
  const stop = new AbortController();
  const onInterrupt = () => {
    if (stop.signal.aborted) process.exit(130);
    process.stderr.write('\nStopping …\n');
    stop.abort();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  try {
    return await work({ engine, signal: stop.signal });
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    await engine.close();
  }
}

/** Opens a project for a command. */
export async function withProject<T>(path: string, work: (project: Project) => T | Promise<T>): Promise<T> {
  const project = openProject(path);
  try {
    return await work(project);
  } finally {
    project.close();
  }
}

/** The device a command line names. 'auto' is the CPU: the only one that training was verified on so far. */
export function deviceOf({ device }: { device: string }): Device {
  return device === 'auto' ? 'cpu' : (device as Device);
}

export const precisionOf = ({ precision }: { precision: string }): Precision => precision as Precision;

/** A run's number as people write it: 3 or "run 3". */
export function runNumber(text: string): number {
  const value = Number(text.replace(/^run\s*/i, ''));
  if (Number.isInteger(value) && value > 0) return value;
  throw new BackendError(
    'run_missing',
    `"${text}" is no run.`,
    'Give the number that "entail train" printed.',
  );
}
