import type { Failure } from '../contract/index.ts';
import { EngineError } from '../engine/index.ts';
import { processLog } from '../process/last.ts';
import { BackendError } from './errors.ts';

/**
 * A failure as it crosses to the page. Of an unexpected one only that there was one: the log has its stack, and no raw
 * text is shown.
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
  const message = 'Something went wrong inside Entail.';
  return { code: 'unexpected', message, hint: null, remedy: { code: 'see_log' }, params: {} };
}
