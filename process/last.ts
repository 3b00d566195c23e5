import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { homeFolder, logFolder } from './home.ts';
import { createLog, type Log } from './log.ts';

let log: Log | undefined;
/** What the person's other programs use. */
let usual: number | null = null;

/** The log of this process; without a home folder it is among the temporary files. */
export function processLog(name = 'entail'): Log {
  log ??= createLog(logFolder(homeFolder() ?? join(tmpdir(), 'entail')), { name });
  return log;
}

/** What a process does about a failure that nobody caught. */
export interface LastHandler {
  /** Something was thrown in a place that nobody awaits: what was half done there stays half done. */
  exception(error: unknown): void;
  /** A promise failed that nobody awaits. */
  rejection(error: unknown): void;
}

/**
 * To be called first in every process of ours, by its entry: what it makes is for its owner alone, and what fails
 * without anybody to catch it is logged with its stack before `last` decides how to go on.
 */
export function beginProcess(name: string, last: LastHandler): Log {
  keepPrivate();
  const own = processLog(name);
  process.on('uncaughtException', (error) => {
    own.error('uncaught', error);
    last.exception(error);
  });
  process.on('unhandledRejection', (error) => {
    own.error('unhandled', error);
    last.rejection(error);
  });
  return own;
}

/** Of all files that this process makes, and those that it starts: 0600, folders 0700. Windows has none of this. */
function keepPrivate(): void {
  // A thread has its process's.
  if (isMainThread && process.platform !== 'win32') usual = process.umask(0o077);
}

/** Starts a program of somebody else's: what it makes is as private as the person wants it. */
export async function withUsualFiles<T>(start: () => Promise<T>): Promise<T> {
  const own = usual === null ? null : process.umask(usual);
  try {
    return await start();
  } finally {
    if (own !== null) process.umask(own);
  }
}

/** For a process that does one thing and is started again by its host when it is needed. */
export const endProcess: LastHandler = {
  exception: () => process.exit(70),
  rejection: () => process.exit(70),
};
