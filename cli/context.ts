import { dirname, resolve } from 'node:path';
import { BackendError } from '../backend/errors.ts';
import { removeLeftovers } from '../backend/files/atomic.ts';
import { openProject, type Project } from '../backend/project/file.ts';
import { openOrRead } from '../backend/project/reading.ts';
import { removeDamaged } from '../backend/suggesting/damage.ts';
import {
  createEngine,
  type Device,
  type DeviceChoice,
  type Engine,
  type Precision,
  type Task,
} from '../engine/index.ts';
import { tell } from './terminal.ts';

/** What a command works with; everything is closed when it is over, also when it fails. */
export interface Context {
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

/** Runs a command that may take long. Ctrl-C stops it in order, a second one at once. */
export async function withInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onInterrupt = () => {
    if (stop.signal.aborted) process.exit(130);
    tell('\nStopping …');
    stop.abort();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  try {
    return await work(stop.signal);
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

/** `withInterrupt` with an engine. */
export const withEngine = <T>(work: (context: Context) => Promise<T>): Promise<T> =>
  withInterrupt(async (signal) => {
    const engine = createEngine();
    try {
      return await work({ engine, signal });
    } finally {
      await engine.close();
    }
  });

/** Opens a project for a command. `reading`: the command changes nothing, so one that can't be written does as well. */
export async function withProject<T>(
  path: string,
  work: (project: Project) => T | Promise<T>,
  { reading = false }: { reading?: boolean } = {},
): Promise<T> {
  const project = reading ? openOrRead(path) : openProject(path);
  for (const sentence of [
    ...project.notices,
    ...project.changed.slice(0, 10),
    ...project.strange.slice(0, 10),
  ])
    notice(sentence);
  try {
    if (!project.readOnly) await removeLeftovers(dirname(resolve(path)));
    const result = await work(project);
    const damage = removeDamaged(project);
    if (damage !== null) notice(damage);
    return result;
  } finally {
    project.close();
  }
}

/** `withProject` for a command that changes nothing: a project that can't be written does as well. */
export const readProject = <T>(path: string, work: (project: Project) => T | Promise<T>): Promise<T> =>
  withProject(path, work, { reading: true });

/** Tells people at the terminal what was done otherwise than asked, and what was chosen for them. */
export const notice = (text: string): void => tell(`Note: ${text}`);

/**
 * The device for a task, of the name on the command line or the best there is; says why on stderr, unless it is the
 * processor that nobody asked about.
 */
export async function deviceFor(
  engine: Engine,
  { device }: { device: string },
  task: Task,
): Promise<DeviceChoice> {
  const choice = await engine.devices.choose(device as Device | 'auto', task);
  const expected = device === 'auto' ? 'cpu' : device;
  if (choice.device !== expected) notice(choice.why);
  return choice;
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
