import type { DocumentRecord } from '../../records.ts';
import type { ReaderRow } from './messages.ts';

const STRUCTURE = 50;
/** Characters that a file needs for a score, with what parts it from the next. */
const SCORE = 4;

/** About how much memory a row takes, in UTF-16 units: with the structure around its characters. */
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

/**
 * How many UTF-16 units of its file a document repeats: characters that a few bytes may name again in each row. Without
 * structure, and of what columns of 0 and 1 say only the labels that apply: such a table packs well and is no bomb.
 */
export function charactersOf({
  externalId,
  text,
  meta,
  annotations,
  suggestions,
  row,
}: DocumentRecord): number {
  let units = text.length + (externalId?.length ?? 0);
  for (const value of meta.values()) if (typeof value === 'string') units += value.length;
  for (const cell of row?.kept.values() ?? []) units += cell.length;
  for (const { annotator, comment, decisions, unnamed = [] } of annotations) {
    units += (annotator?.length ?? 0) + (comment?.length ?? 0);
    for (const [name, decision] of decisions) if (decision === 'yes') units += name.length;
    for (const number of unnamed) units += number.length;
  }
  return units + suggestions.length * SCORE;
}
