import type { Place } from '../records.ts';

/** By which a place in a file is found again, whatever the column. */
export const placeKey = ({ file, line, record }: Place): string =>
  JSON.stringify([file, line ?? null, record ?? null]);
