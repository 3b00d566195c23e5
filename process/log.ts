import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MAX_BYTES = 1024 * 1024;
const FILES = 5;
const FACT_LENGTH = 300;
const STACK_LENGTH = 2000;
const MOST_CAUSES = 3;

/**
 * What all processes of Entail write to, in its folder: what started, ended, was refused, and what went wrong that
 * nobody expected. No text of documents, no names of people or files.
 */
export interface Log {
  readonly file: string;
  write(event: string, details?: Readonly<Record<string, string | number | null>>): void;
  /** An error that nobody expected: its kind and stack, without what it says. */
  error(event: string, error: unknown): void;
}

export interface LogOptions {
  /** Which process writes. */
  readonly name?: string;
  readonly now?: () => Date;
}

/** Five files of a megabyte, for their owner alone. A log that can't be written stops nothing. */
export function createLog(folder: string, { name = 'shell', now = () => new Date() }: LogOptions = {}): Log {
  const file = join(folder, 'entail.log');
  const append = (event: string, rest: string) => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      rotate(file);
      const line = `${now().toISOString()} ${name}[${process.pid}] ${event}${rest}\n`;
      appendFileSync(file, line, { mode: 0o600 });
    } catch {
      // Nobody to tell: telling is what failed.
    }
  };
  return {
    file,
    write(event, details = {}) {
      const facts = Object.entries(details).map(
        ([name, value]) => ` ${name}=${clean(String(value), FACT_LENGTH)}`,
      );
      append(event, facts.join(''));
    },
    error: (event, error) => append(event, ` ${clean(describeUnexpected(error), STACK_LENGTH)}`),
  };
}

/** Two processes may do it at once; then one of them fails at a rename and its line waits for the next. */
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
const clean = (value: string, length: number): string => value.replace(CONTROL, ' ').slice(0, length);

/** Kind, code and stack of an error and of what caused it. Its message stays out: it may quote a document. */
function describeUnexpected(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return `thrown=${typeof error}`;
  const code = (error as NodeJS.ErrnoException).code;
  const own = `error=${error.name}${typeof code === 'string' ? ` code=${code}` : ''} ${framesOf(error.stack ?? '')}`;
  if (error.cause === undefined || depth >= MOST_CAUSES) return own;
  return `${own} caused-by ${describeUnexpected(error.cause, depth + 1)}`;
}

const isFrame = (line: string): boolean => /^\s+at /.test(line);
/** Of a path only the file's name. */
const withoutFolder = (line: string): string => line.replace(/[^\s(]*[\\/]([^\\/\s:]+:\d+)/g, '$1');

const framesOf = (stack: string): string =>
  stack
    .split('\n')
    .filter(isFrame)
    .map((line) => withoutFolder(line).trim())
    .join(' | ');

/**
 * Where an error was thrown, without what it says: messages may quote a document or name a folder. Takes Node's
 * standard error output.
 */
export function stackOnly(output: string): string {
  return output
    .split('\n')
    .filter((line) => isFrame(line) || /^\w*Error\b/.test(line))
    .map((line) => withoutFolder(line.replace(/^(\w*Error)\b.*$/, '$1')))
    .join(' |')
    .slice(0, FACT_LENGTH);
}
