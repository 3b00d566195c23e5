import type { ReaderRow } from './messages.ts';

const STRUCTURE = 50;

/** About how many UTF-16 units a row has. */
export function sizeOf(row: ReaderRow): number {
  if ('kind' in row && row.kind === 'document') {
    let units = STRUCTURE + row.document.text.length;
    for (const [name, value] of row.document.meta) {
      units += name.length + (typeof value === 'string' ? value.length : 8);
    }
    for (const { decisions } of row.document.annotations) units += STRUCTURE + decisions.size * STRUCTURE;
    for (const cell of row.document.row?.kept.values() ?? []) units += STRUCTURE + cell.length;
    return units + row.document.suggestions.length * STRUCTURE;
  }
  if ('id' in row) {
    return (
      STRUCTURE * (1 + (row.labels?.length ?? 0) + (row.rejected?.length ?? 0)) + (row.text?.length ?? 0)
    );
  }
  return STRUCTURE * 4;
}
