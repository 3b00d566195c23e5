import type { ImportItem } from '../records.ts';

/** "reviews.xlsx: The sheet …" */
export const noteInWords = ({ place, text }: Extract<ImportItem, { kind: 'note' }>): string =>
  `${place.file}: ${text}`;
