import { implement, ORPCError } from '@orpc/server';
import { contract } from '../../contract/index.ts';
import { EngineError } from '../../engine/index.ts';
import { processLog } from '../../process/last.ts';
import { BackendError } from '../errors.ts';
import type { Session } from './context.ts';

/** The contract to implement, with errors that may cross to the page. */
export const os = implement(contract)
  .$context<Session>()
  .use(async ({ next, procedure }, input) => {
    if (procedure['~orpc'].inputSchema === undefined && input !== undefined) {
      throw new ORPCError('BAD_REQUEST', { message: 'Input validation failed' });
    }
    try {
      return await next();
    } catch (error) {
      throw wireError(error);
    }
  });

/**
 * Expected failures cross with their code, sentence and hint; of all others only that there was one, and the log has
 * their stack.
 */
export function wireError(error: unknown): unknown {
  if (error instanceof ORPCError) return error;
  if (error instanceof BackendError || error instanceof EngineError) {
    const { code, message, hint } = error;
    return new ORPCError('BAD_REQUEST', { message, data: { code, hint: hint ?? null } });
  }
  if (pointsNowhere(error)) {
    const data = { code: 'not_there', hint: 'Open this screen again.' };
    return new ORPCError('BAD_REQUEST', {
      message: 'That names a document, a label or a run that is not in the project.',
      data,
    });
  }
  processLog().error('unexpected', error);
  const hint = 'Its log says where; Settings shows the folder.';
  return new ORPCError('INTERNAL_SERVER_ERROR', {
    message: 'Something went wrong inside Entail.',
    data: { code: 'unexpected', hint },
  });
}

/** SQLite's own word for it; nothing was written. */
const pointsNowhere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'SQLITE_CONSTRAINT_FOREIGNKEY';

/** A stream whose failures cross like those of a call. */
export async function* wired<T>(stream: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  try {
    yield* stream;
  } catch (error) {
    throw wireError(error);
  }
}
