import type { Place } from '../records.ts';

/** "reviews.csv, line 7", "reviews.parquet, record 3" or "letter.docx". */
export const placeInWords = ({ file, line, record }: Place): string =>
  line !== undefined ? `${file}, line ${line}` : record !== undefined ? `${file}, record ${record}` : file;

/** By which a place in a file is found again, whatever the column. */
export const placeKey = ({ file, line, record }: Place): string =>
  JSON.stringify([file, line ?? null, record ?? null]);
