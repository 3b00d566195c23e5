import { inJson } from '../fields.ts';
import type { ImportFile } from '../file.ts';
import type { DocumentFormat } from '../format.ts';
import { jsonValues } from '../json.ts';
import { notJson } from '../kinds.ts';
import type { ImportOptions } from '../options.ts';
import { type Looking, readBy } from '../source.ts';
import { TABLE_OPTIONS, type Table, tableColumns, tableDocuments } from './table.ts';

const SAMPLE_ROWS = 500;

/**
 * Rows that are lists of values, in a list or on lines of their own: `orient="values"` of pandas, sheets that programs
 * write as JSON, answers of databases. The first may name the columns. A list of texts is a table of one column.
 */
export const jsonLists: DocumentFormat = {
  id: 'json-lists',
  name: 'JSON lists',
  endings: {},
  takes: [...TABLE_OPTIONS, 'encoding'],
  absence: 'open',
  async sniff(file) {
    if ((await file.container()) === null) return null;
    return cellsOf(await file.firstValue()) === null ? null : { kind: 'records' };
  },
  async *read(file, options) {
    yield* tableDocuments(await tableOf(file), options);
  },
  columns: async (file, options: ImportOptions) => tableColumns(await tableOf(file), options),
};

async function tableOf(file: ImportFile): Promise<Table> {
  const container = await file.container();
  if (container === null) throw notJson(file.name, jsonLists.id);
  const source = await file.text();
  async function* rows(how?: Looking) {
    for await (const found of jsonValues(readBy(source, how), container ?? 'array')) {
      const { line = 1 } = found.kind === 'value' ? found.place : found.problem.place;
      // What is no list is a row of too few cells.
      yield { fields: (found.kind === 'value' && cellsOf(found.value)) || [], line };
    }
  }
  const sample: string[][] = [];
  for await (const { fields } of rows()) {
    sample.push(fields);
    if (sample.length === SAMPLE_ROWS) break;
  }
  const areTexts = typeof (await file.firstValue()) === 'string';
  return { name: file.name, marked: false, sample, rows, ...(areTexts && { headed: false }) };
}

/** The cells of a list of values, or of a text by itself; null: it is something else. */
function cellsOf(value: unknown): string[] | null {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.some(isStructure) ? null : value.map(cellText);
}

/** An object, or a list with one in it. */
const isStructure = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (!Array.isArray(value) || value.some(isStructure));

const cellText = (value: unknown): string =>
  value === null ? '' : typeof value === 'string' ? value : (inJson(value) ?? '');
