import { basename } from 'node:path';
import { BackendError } from '../../errors.ts';
import { csvTable } from './csv.ts';
import { jsonlTable } from './jsonl.ts';
import { parquetTable } from './parquet.ts';
import type { TableFormat } from './table.ts';
import { xlsx } from './xlsx.ts';

/** Files of results for people and spreadsheets, by name. */
export const tableFormats: ReadonlyMap<string, TableFormat> = new Map(
  [xlsx, csvTable, parquetTable, jsonlTable].map((format) => [format.name, format]),
);

/** The kind of table that a file's ending asks for; undefined: it asks for none of them. */
export const tableFormatFor = (file: string): TableFormat | undefined =>
  [...tableFormats.values()].find(({ extension }) => file.toLowerCase().endsWith(extension));

const endings = [...tableFormats.values()].map(({ extension }) => extension);
/** What to do about a file with another ending. */
export const ENDINGS_OF_TABLES = `Let it end in ${endings.slice(0, -1).join(', ')} or ${endings.at(-1)}.`;

/** `tableFormatFor`; throws `ending_unknown` where there is none. */
export function tableFormatOf(file: string): TableFormat {
  const found = tableFormatFor(file);
  if (found) return found;
  const name = basename(file);
  throw new BackendError(
    'ending_unknown',
    `Which kind of file "${name}" is to be does not show from its ending.`,
    ENDINGS_OF_TABLES,
    undefined,
    { name },
  );
}
