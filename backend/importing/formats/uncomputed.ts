import { SheetFinder } from './sheetFinder.ts';

/** A cell with a formula and no value (ECMA-376 part 1, 18.3.1.4). */
const CELL =
  /<(?:[\w.-]+:)?c(\s[^>]*)?>\s*<(?:[\w.-]+:)?f(?:\s[^>]*)?(?:\/>|>[^<]*<\/(?:[\w.-]+:)?f>)\s*(?:<(?:[\w.-]+:)?v(?:\s[^>]*)?(?:\/>|>\s*<\/(?:[\w.-]+:)?v>)\s*)?<\/(?:[\w.-]+:)?c>/g;
/** A formula whose value is the empty text was computed. */
const TEXT = /\st=["']str["']/;
const PLACE = /\sr=["']([A-Z]{1,3}\d{1,7})["']/;
/** UTF-16 units that a cell with a formula may take: formulas have at most 8,192, and signs are spelt out. */
const LONGEST = 64 * 1024;

/** Counts formulas without a value, as programs write them that don't compute; where they stand is a cell: "N4". */
export const uncomputedFinder = (): SheetFinder =>
  new SheetFinder({
    pattern: CELL,
    longest: LONGEST,
    placeOf: (attributes) => (TEXT.test(attributes) ? null : (PLACE.exec(attributes)?.[1] ?? '')),
  });
