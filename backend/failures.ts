import { basename } from 'node:path';
import type { Failure } from '../contract/index.ts';
import { EngineError } from '../engine/index.ts';
import { processLog } from '../process/last.ts';
import { oneLine } from '../process/oneLine.ts';
import { BackendError } from './errors.ts';
import { systemFailure } from './systemFailure.ts';

/**
 * A failure as it crosses to the page. Of an unexpected one only that there was one, or what the system said of which file:
 * the log has its stack, and no raw text is shown.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof BackendError || error instanceof EngineError) {
    const { code, message, hint } = error;
    return {
      code,
      message,
      hint: typeof hint === 'string' ? hint : null,
      remedy: typeof hint === 'object' ? hint : null,
      params: error instanceof BackendError ? error.params : {},
    };
  }
  processLog().error('unexpected', error);
  const system = systemFailure(error);
  if (system !== undefined) {
    const { errno, path, why } = system;
    const name = path === undefined ? undefined : oneLine(basename(path));
    const message =
      name === undefined ? `The system refused it: ${why}.` : `"${name}" can't be used: ${why}.`;
    const params = { errno, ...(name === undefined ? {} : { name }) };
    return { code: 'system_refused', message, hint: null, remedy: { code: 'see_log' }, params };
  }
  const message = 'Something went wrong inside Entail.';
  return { code: 'unexpected', message, hint: null, remedy: { code: 'see_log' }, params: {} };
}
