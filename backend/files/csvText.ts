import { stringify } from 'csv-stringify/sync';
import { excelSafe } from './csvSafety.ts';

const BYTE_ORDER_MARK = '\uFEFF';
const ROWS_AT_ONCE = 200;

/** All rows as the text of a CSV, in pieces; `safe` as below. */
export function* csvPieces(rows: Iterable<readonly string[]>, safe: boolean): Generator<string> {
  const table = csvText(safe);
  for (const row of rows) {
    const text = table.add(row);
    if (text !== null) yield text;
  }
  yield table.rest();
}

/**
 * Rows as the text of a CSV, many at once: `add` gives the text that is due, if any, and `rest` what is left. `safe`: cells
 * that a spreadsheet would run get an apostrophe.
 */
export function csvText(safe: boolean) {
  const cell = safe ? excelSafe : (text: string) => text;
  // Excel takes a file without the mark for one in the encoding of its country.
  let start = safe ? BYTE_ORDER_MARK : '';
  let batch: string[][] = [];
  const rest = (): string => {
    const text = start + stringify(batch);
    start = '';
    batch = [];
    return text;
  };
  return {
    add(row: readonly string[]): string | null {
      batch.push(row.map(cell));
      return batch.length < ROWS_AT_ONCE ? null : rest();
    },
    rest,
  };
}
