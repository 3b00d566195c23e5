/** What was found in the XML of a sheet. */
export interface FoundInSheet {
  readonly count: number;
  /** Where the first stands; empty: the file does not say. */
  readonly first: string;
}

interface LookedFor {
  /** Finds it, and its attributes as the first group. */
  readonly pattern: RegExp;
  /** UTF-16 units that it may take. */
  readonly longest: number;
  /** Where it stands, by its attributes; '': the file does not say. null: it does not count. */
  placeOf(attributes: string): string | null;
}

/** Counts something in the text of a sheet, which comes in pieces. */
export class SheetFinder {
  readonly #wanted: LookedFor;
  #rest = '';
  #count = 0;
  #first = '';

  constructor(wanted: LookedFor) {
    this.#wanted = wanted;
  }

  add(piece: string): void {
    const { pattern, longest, placeOf } = this.#wanted;
    const text = this.#rest + piece;
    let end = 0;
    for (const { index, 0: all, 1: attributes = '' } of text.matchAll(pattern)) {
      end = index + all.length;
      const place = placeOf(attributes);
      if (place === null) continue;
      if (this.#count === 0) this.#first = place;
      this.#count += 1;
    }
    this.#rest = text.slice(Math.max(end, text.length - longest));
  }

  get found(): FoundInSheet {
    return { count: this.#count, first: this.#first };
  }
}
