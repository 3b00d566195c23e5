import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MAX_BYTES = 1024 * 1024;
const FILES = 5;

/** The shell's log in the user's data folder: what started, ended and was refused. No text of documents, no paths. */
export interface Log {
  readonly file: string;
  write(event: string, details?: Readonly<Record<string, string | number | null>>): void;
}

/** Five files of a megabyte. A log that can't be written stops nothing. */
export function createLog(folder: string, now: () => Date = () => new Date()): Log {
  const file = join(folder, 'entail.log');
  return {
    file,
    write(event, details = {}) {
      const facts = Object.entries(details).map(([name, value]) => ` ${name}=${clean(String(value))}`);
      try {
        mkdirSync(folder, { recursive: true });
        rotate(file);
        appendFileSync(file, `${now().toISOString()} ${event}${facts.join('')}\n`);
      } catch {
        // Nobody to tell: telling is what failed.
      }
    },
  };
}

function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < MAX_BYTES) return;
  for (let i = FILES - 1; i >= 1; i--) {
    const older = i === 1 ? file : `${file}.${i - 1}`;
    if (statSync(older, { throwIfNoEntry: false })) renameSync(older, `${file}.${i}`);
  }
}

const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line, of bounded length. */
const clean = (value: string): string => value.replace(CONTROL, ' ').slice(0, 300);

/**
 * Where an error was thrown, without what it says: messages may quote a document or name a folder. Takes Node's
 * standard error output or a stack.
 */
export function stackOnly(output: string): string {
  return output
    .split('\n')
    .filter((line) => /^\s+at /.test(line) || /^\w*Error\b/.test(line))
    .map((line) => line.replace(/^(\w*Error)\b.*$/, '$1').replace(/[^\s(]*[\\/]([^\\/\s:]+:\d+)/g, '$1'))
    .join(' |')
    .slice(0, 300);
}
