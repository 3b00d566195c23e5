import { csvText } from '../../files/csvText.ts';
import { type Cell, joined, type TableFormat } from './table.ts';

/** A table as text; every cell as it was written, unless a spreadsheet would run it. */
export const csvTable: TableFormat = {
  name: 'results-csv',
  description: 'text with commas, every cell as it was written',
  extension: '.csv',
  costs: [],
  async *write({ columns, rows }, options) {
    const table = csvText(options.excelSafe !== false);
    table.add(columns.map(({ name }) => name));
    for await (const row of rows()) {
      const text = table.add(row.map(textOf));
      if (text !== null) yield text;
    }
    yield table.rest();
  },
};

const textOf = (value: Cell): string =>
  value === null ? '' : typeof value === 'object' ? joined(value) : String(value);
