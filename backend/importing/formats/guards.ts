import { excelSafe, excelUnsafe, SAFE_LONG_TABLE, SAFE_TABLE } from '../../files/csvSafety.ts';
import { isResult } from '../../files/resultNames.ts';
import { REFUSED_COLUMNS } from '../columns.ts';

type Rows = readonly (readonly string[])[];

const beginsAs = (header: readonly string[], names: readonly string[]): boolean =>
  names.every((name, i) => header[i] === name);

/** Whether a table of these columns may be one that we wrote with apostrophes before what a spreadsheet would run. */
export const isGuardable = (header: readonly string[]): boolean =>
  isOurs(header) || beginsAs(header, SAFE_LONG_TABLE);

/** Nobody else writes such columns; the long table is Label Sleuth's. */
const isOurs = (header: readonly string[]): boolean =>
  beginsAs(header, SAFE_TABLE) ||
  beginsAs(header, REFUSED_COLUMNS) ||
  header.some((name) => isResult(name, header));

/**
 * Whether a guardable table has these apostrophes, to be undone; in any other they belong to the text. The mark of UTF-8
 * says so, which a spreadsheet loses when it saves the table. Without it the table was saved so, or written without
 * apostrophes: then what a spreadsheet would run is there as it is.
 */
export function hasGuards(
  { marked, sample }: { readonly marked: boolean; readonly sample: Rows },
  later: Rows,
): boolean {
  if (marked) return true;
  if (!isOurs(sample[0] ?? [])) return false;
  let guarded = 0;
  let bare = 0;
  for (const rows of [sample, later])
    for (const row of rows)
      for (const cell of row) {
        if (excelUnsafe(cell) !== cell) guarded += 1;
        else if (excelSafe(cell) !== cell) bare += 1;
      }
  // A row or two may have been typed since.
  return bare === 0 || guarded > bare;
}
