import { csvTable } from './csv.ts';
import { jsonlTable } from './jsonl.ts';
import { parquetTable } from './parquet.ts';
import type { TableFormat } from './table.ts';
import { xlsx } from './xlsx.ts';

/** Files of results for people and spreadsheets, by name. */
export const tableFormats: ReadonlyMap<string, TableFormat> = new Map(
  [xlsx, csvTable, parquetTable, jsonlTable].map((format) => [format.name, format]),
);
