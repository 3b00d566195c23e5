import { BackendError } from '../errors.ts';
import type { ImportItem, ImportProblem, Place } from '../records.ts';
import { readDocuments } from './bounded.ts';
import type { ImportOptions } from './options.ts';
import { placeKey } from './places.ts';

/**
 * Gives problems of a file that are told when a document is stored the row as it stands in the file. It is read again
 * for them: a row does not cross from the reader with every document.
 */
export async function addRows(
  file: string,
  refused: ReadonlySet<ImportProblem>,
  {
    problems,
    options,
    signal,
  }: { problems: ImportProblem[]; options: ImportOptions; signal: AbortSignal | undefined },
): Promise<void> {
  if (refused.size === 0) return;
  const places = [...refused].map(({ place }) => place);
  const rows = await rowsAt(file, places, { options, signal });
  for (const [i, problem] of problems.entries()) {
    const row = refused.has(problem) ? rows.get(placeKey(problem.place)) : undefined;
    if (row !== undefined) problems[i] = { ...problem, row };
  }
}

async function rowsAt(
  file: string,
  places: readonly Place[],
  { options, signal }: { options: ImportOptions; signal: AbortSignal | undefined },
): Promise<ReadonlyMap<string, ImportProblem['row']>> {
  const rows = new Map<string, Extract<ImportItem, { kind: 'document' }>['row']>();
  try {
    for await (const item of readDocuments(file, { ...options, rowsAt: places }, { signal }))
      if (item.kind === 'document') rows.set(placeKey(item.place), item.row);
  } catch (error) {
    // The documents are in. Rows of a file that can't be read any more have their id and text.
    if (!(error instanceof BackendError)) throw error;
  }
  return rows;
}
