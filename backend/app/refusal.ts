import type { ORPCError } from '@orpc/server';
import { BackendError } from '../errors.ts';

/** What zod says of a value that it refuses: the part that is read here. */
interface Issue {
  readonly code?: string;
  readonly path?: readonly unknown[];
  readonly message?: string;
  readonly origin?: string;
  readonly maximum?: number | bigint;
  readonly minimum?: number | bigint;
}

const LONGEST_FIELD = 60;
const HINT = 'Change it and try again.';

/** The sentence for input that the contract refuses, with the field; undefined: the error is another. */
export function inputRefused(error: ORPCError<string, unknown>): BackendError | undefined {
  const issues = issuesOf(error.cause);
  if (error.code !== 'BAD_REQUEST' || issues === undefined) return undefined;
  const [issue = {}] = issues;
  const field = (issue.path ?? []).map(partOf).join('.').slice(0, LONGEST_FIELD);
  if (field === '') return nothingExpected();
  const why = whyOf(issue);
  return new BackendError('input_refused', `The field "${field}" ${why}.`, HINT, error, { field });
}

/** Of a call that takes no input, or input of another kind. */
export const nothingExpected = (): BackendError =>
  new BackendError('input_refused', 'What was sent is not what this call takes.', HINT);

function issuesOf(cause: unknown): readonly Issue[] | undefined {
  if (typeof cause !== 'object' || cause === null || !('issues' in cause)) return undefined;
  return Array.isArray(cause.issues) ? (cause.issues as Issue[]) : undefined;
}

/** Positions are counted as people count. */
const partOf = (part: unknown): string => (typeof part === 'number' ? String(part + 1) : String(part));

function whyOf({ code, message = '', origin, maximum, minimum }: Issue): string {
  if (code === 'too_big') {
    if (origin === 'string') return `is longer than ${maximum} characters`;
    return origin === 'array' ? `has more than ${maximum} entries` : `is more than ${maximum}`;
  }
  if (code === 'too_small') {
    if (origin !== 'string' && origin !== 'array') return `is less than ${minimum}`;
    if (Number(minimum) <= 1) return 'is empty';
    return origin === 'array' ? `has fewer than ${minimum} entries` : `is shorter than ${minimum} characters`;
  }
  if (/received undefined/.test(message)) return 'is missing';
  return code === 'invalid_type'
    ? 'is of another kind than expected'
    : 'is not one of the values that are known';
}
