import { objectOf } from '../json.ts';
import type { TableFormat } from './table.ts';

/** An object per row, with every column of the table. */
export const jsonlTable: TableFormat = {
  name: 'results-jsonl',
  description: 'an object per document, for programs',
  extension: '.jsonl',
  costs: [],
  async *write({ columns, rows }) {
    for await (const row of rows())
      yield `${JSON.stringify(objectOf(columns.map(({ name }, i) => [name, row[i] ?? null] as const)))}\n`;
  },
};
