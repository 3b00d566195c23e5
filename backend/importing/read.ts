import type { ImportItem } from '../records.ts';
import { type Detected, formatOf, optionsTaken } from './detect.ts';
import { openFile } from './file.ts';
import type { FoundColumns, FoundItem, ImportFormat } from './format.ts';
import type { ImportOptions } from './options.ts';

/**
 * The documents of a file, and what it says of their labels, one at a time: memory does not grow with the file. Rows
 * that can't be used are problems with their place.
 *
 * Throws a BackendError that names the file, and the line where there is one, for what is wrong with it as a whole.
 */
export async function* readDocuments(path: string, options: ImportOptions): AsyncIterable<ImportItem> {
  const file = await openFile(path, options);
  const { format } = await formatOf(file, options);
  for await (const item of format.read(file, optionsTaken(format, options))) yield itemOf(item, format);
}

/** What a file is, and what can be chosen of it. */
export interface Look extends Detected {
  /** null: the format leaves no choice. */
  readonly columns: FoundColumns | null;
}

/** Looks at a file without reading its documents. Throws as reading does. */
export async function lookAt(path: string, options: ImportOptions): Promise<Look> {
  const file = await openFile(path, options);
  const detected = await formatOf(file, options);
  const { format } = detected;
  const columns = (await format.columns?.(file, optionsTaken(format, options))) ?? null;
  return { ...detected, columns };
}

/** With what the format says of labels that a record does not name, where the record does not tell. */
function itemOf(item: FoundItem, { absence }: ImportFormat): ImportItem {
  if (item.kind === 'problem') return item;
  const annotations = item.document.annotations.map((found) => ({
    ...found,
    absence: found.absence ?? absence,
  }));
  return { ...item, document: { ...item.document, annotations } };
}
