import { implement, ORPCError } from '@orpc/server';
import { contract } from '../../contract/index.ts';
import { BackendError } from '../errors.ts';
import { failureOf } from '../failures.ts';
import type { Session } from './context.ts';
import { meantBy } from './opening.ts';
import { inputRefused, nothingExpected } from './refusal.ts';

/** The contract to implement, with errors that may cross to the page. */
export const os = implement(contract)
  .$context<Session>()
  .use(async ({ context: { opening, workspace }, next, procedure }, input) => {
    if (procedure['~orpc'].inputSchema === undefined && input !== undefined) {
      throw wireError(nothingExpected());
    }
    try {
      return await next({
        context: { workspace: opening === undefined ? workspace : meantBy(opening, workspace) },
      });
    } catch (error) {
      throw wireError(error);
    }
  });

/** Every failure crosses as a `Failure`; one that nobody expected says so by its status too. */
export function wireError(error: unknown): unknown {
  const refused = error instanceof ORPCError ? (inputRefused(error) ?? unexpectedIn(error)) : error;
  if (refused instanceof ORPCError) return refused;
  const data = failureOf(pointsNowhere(refused) ? notThere() : refused);
  const status = data.code === 'unexpected' ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST';
  return new ORPCError(status, { message: data.message, data });
}

/** An answer that the contract does not know is a fault of ours, whose raw words nobody is shown. */
const unexpectedIn = (error: ORPCError<string, unknown>): unknown =>
  error.code === 'INTERNAL_SERVER_ERROR' && error.data === undefined ? (error.cause ?? error.message) : error;

const notThere = () =>
  new BackendError(
    'not_there',
    'That names a document, a label or a run that is not in the project.',
    'Open this screen again.',
  );

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
