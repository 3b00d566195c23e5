/** Formulas of a sheet that have no value, as programs write them that don't compute. */
export interface Uncomputed {
  readonly count: number;
  /** "N4"; empty: the file does not say. */
  readonly first: string;
}

/** A cell with a formula and no value (ECMA-376 part 1, 18.3.1.4). */
const CELL =
  /<(?:[\w.-]+:)?c(\s[^>]*)?>\s*<(?:[\w.-]+:)?f(?:\s[^>]*)?(?:\/>|>[^<]*<\/(?:[\w.-]+:)?f>)\s*(?:<(?:[\w.-]+:)?v(?:\s[^>]*)?(?:\/>|>\s*<\/(?:[\w.-]+:)?v>)\s*)?<\/(?:[\w.-]+:)?c>/g;
/** A formula whose value is the empty text was computed. */
const TEXT = /\st=["']str["']/;
const PLACE = /\sr=["']([A-Z]{1,3}\d{1,7})["']/;
/** UTF-16 units that a cell with a formula may take: formulas have at most 8,192, and signs are spelt out. */
const LONGEST = 64 * 1024;

/** Counts them in the text of a sheet, which comes in pieces. */
export class UncomputedFinder {
  #rest = '';
  #count = 0;
  #first = '';

  add(piece: string): void {
    const text = this.#rest + piece;
    let end = 0;
    for (const match of text.matchAll(CELL)) {
      end = match.index + match[0].length;
      const attributes = match[1] ?? '';
      if (TEXT.test(attributes)) continue;
      if (this.#count === 0) this.#first = PLACE.exec(attributes)?.[1] ?? '';
      this.#count += 1;
    }
    this.#rest = text.slice(Math.max(end, text.length - LONGEST));
  }

  get found(): Uncomputed {
    return { count: this.#count, first: this.#first };
  }
}
