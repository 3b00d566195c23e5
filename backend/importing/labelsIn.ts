import { BackendError } from '../errors.ts';
import { readLabels } from './bounded.ts';
import type { FoundLabels } from './foundLabels.ts';
import type { ImportOptions } from './options.ts';

/** The labels that a file has somewhere, as it spells them. Throws what reading throws, `too_many_labels`. */
export function labelsIn(
  file: string,
  request: ImportOptions & { readonly signal?: AbortSignal | undefined },
): Promise<FoundLabels> {
  return readLabels(file, request, request);
}

/** Throws `cancelled` on abort. */
export function requireGoingOn({ signal }: { readonly signal?: AbortSignal | undefined }): void {
  if (signal?.aborted) {
    throw new BackendError(
      'cancelled',
      'The import was stopped.',
      'What was read so far is kept; importing again adds the rest.',
    );
  }
}
