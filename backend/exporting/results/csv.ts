import { stringify } from 'csv-stringify/sync';
import { excelSafe } from '../../files/csvSafety.ts';
import { joined, type TableFormat } from './table.ts';

const BYTE_ORDER_MARK = '\uFEFF';
const ROWS_AT_ONCE = 200;

/** A table as text; every cell as it was written, unless a spreadsheet would run it. */
export const csvTable: TableFormat = {
  name: 'results-csv',
  description: 'text with commas, every cell as it was written',
  extension: '.csv',
  costs: [],
  async *write({ columns, rows }, options) {
    const cell = options.excelSafe === false ? (text: string) => text : excelSafe;
    // Excel takes a file without the mark for one in the encoding of its country.
    if (options.excelSafe !== false) yield BYTE_ORDER_MARK;
    let batch: string[][] = [columns.map(({ name }) => cell(name))];
    for await (const row of rows()) {
      batch.push(
        row.map((value) =>
          cell(value === null ? '' : typeof value === 'object' ? joined(value) : String(value)),
        ),
      );
      if (batch.length < ROWS_AT_ONCE) continue;
      yield stringify(batch);
      batch = [];
    }
    yield stringify(batch);
  },
};
