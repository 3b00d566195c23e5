/** Rows of a sheet that are hidden, or filtered away. */
export interface HiddenRows {
  readonly count: number;
  /** The number of the first; empty: the file does not say. */
  readonly first: string;
}

/** A row with something in it that is not shown (ECMA-376 part 1, 18.3.1.73). */
const ROW = /<(?:[\w.-]+:)?row(\s(?:[^<>]*?\s)?hidden=["'](?:1|true)["'][^<>]*)>\s*<(?:[\w.-]+:)?c[\s>/]/g;
const PLACE = /\sr=["'](\d{1,7})["']/;
/** UTF-16 units that the beginning of a row may take. */
const LONGEST = 4096;

/** Counts them in the text of a sheet, which comes in pieces. */
export class HiddenRowsFinder {
  #rest = '';
  #count = 0;
  #first = '';

  add(piece: string): void {
    const text = this.#rest + piece;
    let end = 0;
    for (const { index, 0: row, 1: attributes = '' } of text.matchAll(ROW)) {
      end = index + row.length;
      if (this.#count === 0) this.#first = PLACE.exec(attributes)?.[1] ?? '';
      this.#count += 1;
    }
    this.#rest = text.slice(Math.max(end, text.length - LONGEST));
  }

  get found(): HiddenRows {
    return { count: this.#count, first: this.#first };
  }
}
