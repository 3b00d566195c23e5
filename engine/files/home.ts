import { type HomeSource, homeFolder } from '../../process/home.ts';
import { EngineError } from '../errors.ts';

/**
 * The folder of models, settings and logs: ENTAIL_HOME, else the platform's place for application data.
 *
 * Throws `home_unknown` when there is neither.
 */
export function entailHome(source: HomeSource = {}): string {
  const home = homeFolder(source);
  if (home !== null) return home;
  throw new EngineError(
    'home_unknown',
    'No home folder is set.',
    'Set ENTAIL_HOME to a folder for models and settings.',
  );
}

/** Whether a process has this number. */
export function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
