import { basename } from 'node:path';
import { BackendError } from '../errors.ts';
import { folded } from '../labels/labels.ts';
import { readDocuments } from './bounded.ts';
import { type ImportOptions, LIMITS } from './options.ts';

/** The labels that a file has somewhere. */
export async function labelsIn(
  file: string,
  request: ImportOptions & { readonly signal?: AbortSignal | undefined },
): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const item of readDocuments(file, request, request)) {
    requireGoingOn(request);
    if (item.kind !== 'document') continue;
    for (const { decisions } of item.document.annotations)
      for (const name of decisions.keys()) names.add(name);
    for (const { label } of item.document.suggestions) names.add(label);
    if (names.size > LIMITS.labels) throw tooManyLabels(file);
  }
  const spellings = new Map<string, string>();
  for (const name of names) {
    const other = spellings.get(folded(name));
    if (other !== undefined) {
      throw new BackendError(
        'label_taken',
        `In "${basename(file)}" the labels "${other}" and "${name}" differ only in case, spaces or Unicode form.`,
        'Use one spelling for both, then import again.',
        undefined,
        { name, other },
      );
    }
    spellings.set(folded(name), name);
  }
  return names;
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
