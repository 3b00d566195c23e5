import { BackendError } from '../backend/errors.ts';
import { systemFailure } from '../backend/systemFailure.ts';
import { EngineError } from '../engine/index.ts';
import { processLog } from '../process/last.ts';
import { hintInWords } from './remedies.ts';

/** Exit codes of the command line: done, failed with a reason, wrong usage. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** One line for the person: what is wrong, and what to do. Never a stack trace. */
export function describeError(error: unknown): string {
  if (error instanceof EngineError || error instanceof BackendError) {
    return oneLine(`${error.message}${error.hint ? ` ${hintInWords(error.hint)}` : ''}`);
  }
  const known = systemFailure(error);
  if (known) return oneLine(`${known.path ? `"${known.path}": ` : ''}${known.why}.`);
  const log = processLog();
  log.error('unexpected', error);
  return oneLine(`Something went wrong inside Entail. "${log.file}" says where.`);
}

/** Names from outside may hold line breaks and control characters. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e]+/gu, ' ').trim();
