import { SheetFinder } from './sheetFinder.ts';

/** A row with something in it that is not shown (ECMA-376 part 1, 18.3.1.73). */
const ROW = /<(?:[\w.-]+:)?row(\s(?:[^<>]*?\s)?hidden=["'](?:1|true)["'][^<>]*)>\s*<(?:[\w.-]+:)?c[\s>/]/g;
const PLACE = /\sr=["'](\d{1,7})["']/;
/** UTF-16 units that the beginning of a row may take. */
const LONGEST = 4096;

/** Counts rows that are hidden, or filtered away; where they stand is their number. */
export const hiddenRowsFinder = (): SheetFinder =>
  new SheetFinder({
    pattern: ROW,
    longest: LONGEST,
    placeOf: (attributes) => PLACE.exec(attributes)?.[1] ?? '',
  });
