import { isAbsolute, resolve } from 'node:path';
import { isOnServer } from '../process/serverPath.ts';

const EXTENSION = '.entail';
const MOST = 100;

export interface CommandLine {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** An unpackaged Electron has the app's folder as its first argument. */
  readonly packaged: boolean;
}

/**
 * The projects that a command line names. Whatever doesn't end in `.entail` is none: options, URLs. After `--`
 * everything is taken for a name. Pure.
 */
export function projectsNamed({ argv, cwd, packaged }: CommandLine): string[] {
  const words = argv.slice(packaged ? 1 : 2);
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  const names = end < 0 ? [] : words.slice(end + 1);
  return [...options.filter((word) => !word.startsWith('-')), ...names]
    .filter(isProjectName)
    .slice(0, MOST)
    .map((name) => (isAbsolute(name) ? name : resolve(cwd, name)));
}

/**
 * A file's name of this machine, not a URL: `x://…` is never looked up, nor is a server asked, and no name has a NUL.
 */
export const isProjectName = (word: string): boolean =>
  word.toLowerCase().endsWith(EXTENSION) &&
  !/^[a-z][a-z0-9+.-]+:\/\//i.test(word) &&
  !isOnServer(word) &&
  !word.includes('\0');

/** Whether the start is asked to show the sample project. */
export const wantsSample = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes('--sample');
};

/** Projects to open, one after the other: of those that come while one is opening, the last one is shown. */
export function createOpenQueue(open: (path: string) => Promise<void>): {
  add(paths: readonly string[]): void;
} {
  let next: string | undefined;
  let running = false;
  const run = async () => {
    running = true;
    while (next !== undefined) {
      const path = next;
      next = undefined;
      await open(path);
    }
    running = false;
  };
  return {
    add(paths) {
      next = paths.at(-1) ?? next;
      if (!running) void run();
    },
  };
}
