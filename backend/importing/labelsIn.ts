import { basename } from 'node:path';
import { BackendError } from '../errors.ts';
import type { DocumentRecord } from '../records.ts';
import { readDocuments } from './bounded.ts';
import type { FoundNames } from './labelNames.ts';
import { type ImportOptions, LIMITS } from './options.ts';

export interface FoundLabels extends FoundNames {
  readonly names: Set<string>;
  readonly numbers: Set<string>;
}

/** The labels that a file has somewhere, as it spells them. Throws `too_many_labels`. */
export async function labelsIn(
  file: string,
  request: ImportOptions & { readonly signal?: AbortSignal | undefined },
): Promise<FoundLabels> {
  const found: FoundLabels = { names: new Set(), numbers: new Set() };
  for await (const item of readDocuments(file, request, request)) {
    requireGoingOn(request);
    if (item.kind !== 'document') continue;
    collectLabels(item.document, found);
    if (found.names.size > LIMITS.labels || found.numbers.size > LIMITS.labels) throw tooManyLabels(file);
  }
  return found;
}

export function collectLabels({ annotations, suggestions }: DocumentRecord, into: FoundLabels): void {
  for (const { decisions, unnamed } of annotations) {
    for (const name of decisions.keys()) into.names.add(name);
    for (const number of unnamed ?? []) into.numbers.add(number);
  }
  for (const { label } of suggestions) into.names.add(label);
}

const tooManyLabels = (file: string) =>
  new BackendError(
    'too_many_labels',
    `"${basename(file)}" has more than ${LIMITS.labels} different labels.`,
    'Is another column that of the labels?',
  );

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
