import type { Failure, Remedy } from '../contract/index.ts';
import { oneLine } from '../process/oneLine.ts';

export type { Remedy } from '../contract/index.ts';

/**
 * An expected failure of a project, an import or an export: one sentence for the user, and what to do, in words that hold
 * in every host or as a remedy that the host words. `params`: names and numbers of the sentence, so that the page can say
 * it in another language.
 */
export class BackendError extends Error {
  readonly code: string;
  readonly hint: string | Remedy | undefined;
  readonly params: Failure['params'];

  constructor(
    code: string,
    message: string,
    hint?: string | Remedy,
    cause?: unknown,
    params: Failure['params'] = {},
  ) {
    super(oneLine(message), cause === undefined ? undefined : { cause });
    this.name = 'BackendError';
    this.code = code;
    this.hint = typeof hint === 'string' ? oneLine(hint) : hint;
    this.params = params;
  }
}
