import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../errors.ts';
import { isRunning } from '../files/home.ts';

const LOCK_STALE_MS = 5 * 60_000;
/** No takeover lasts so long unless who began it is gone. */
const TAKEOVER_STALE_MS = 10_000;

/**
 * Runs `work` while nobody else downloads into `dir`. A lock whose process is gone is taken over.
 *
 * Throws `download_running` when somebody else holds it.
 */
export async function withDownloadLock<T>(dir: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, 'lock');
  const content = `${process.pid} ${randomBytes(8).toString('hex')}`;
  if (!(await created(path, content)) && !(await takenOver(path, content))) throw running();
  const heartbeat = setInterval(
    () => void utimes(path, new Date(), new Date()).catch(() => {}),
    LOCK_STALE_MS / 5,
  );
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    // While the machine slept somebody may have taken it over.
    if ((await contentOf(path)) === content) await rm(path, { force: true });
  }
}

/** false: the file is there already. */
async function created(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(content).finally(() => file.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** One at a time: two that find the same old lock would each remove the other's new one. */
async function takenOver(path: string, content: string): Promise<boolean> {
  if (await isHeld(path)) return false;
  const takeover = `${path}.takeover`;
  if ((await ageOf(takeover)) > TAKEOVER_STALE_MS) await rm(takeover, { force: true });
  if (!(await created(takeover, content))) return false;
  try {
    if (await isHeld(path)) return false;
    await rm(path, { force: true });
    return await created(path, content);
  } finally {
    await rm(takeover, { force: true });
  }
}

/**
 * A lock without a heartbeat is nobody's, though its process number may be in use again. One without a number was made
 * this moment, and the number is being written.
 */
async function isHeld(path: string): Promise<boolean> {
  const age = await ageOf(path);
  if (age === -1 || age > LOCK_STALE_MS) return false;
  const content = await contentOf(path);
  return content === '' || isRunning(Number.parseInt(content ?? '', 10));
}

/** Milliseconds since it was written or beaten; -1: it is not there. */
async function ageOf(path: string): Promise<number> {
  const info = await stat(path).catch(() => null);
  return info === null ? -1 : Math.max(0, Date.now() - info.mtimeMs);
}

const contentOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);

const running = () =>
  new EngineError(
    'download_running',
    'This model is being downloaded by another Entail.',
    'Wait for it to finish.',
  );
