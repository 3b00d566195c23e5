import { BackendError } from '../errors.ts';

/** How far a packed file may unpack, all files within it and within those together. */
export interface Budget {
  /** Throws `file_inflates` when so many bytes are too many, alone or with those that were claimed before. */
  claim(bytes: number): void;
  /** Throws `file_inflates` when so many bytes of one file are too many. */
  check(bytes: number): void;
  /**
   * Counts a row that was read, of so many characters. Throws `file_inflates` when there are too many of either: a few
   * bytes can name one text, or one row, millions of times.
   */
  row(characters: number): void;
}

/** Bytes that any file may unpack to. */
const FREE = 64 * 1024 * 1024;
/** Times its size that a larger one may. */
const MAX_RATIO = 100;
/** Rows that any file may have; a larger one has as many as bytes. */
const FREE_ROWS = 100_000;

export function budgetOf(name: string, packed: number): Budget {
  const most = Math.max(FREE, MAX_RATIO * packed);
  let claimed = 0;
  let rows = 0;
  let characters = 0;
  const check = (bytes: number) => {
    if (bytes > most) throw inflates(name);
  };
  return {
    check,
    claim(bytes) {
      claimed += bytes;
      check(claimed);
    },
    row(own) {
      rows += 1;
      characters += own;
      check(characters);
      if (rows > Math.max(FREE_ROWS, packed)) throw multiplies(name);
    },
  };
}

const inflates = (name: string) =>
  new BackendError(
    'file_inflates',
    `"${name}" unpacks to more than ${MAX_RATIO} times its size.`,
    'It may be made to fill the disk. If it is in order, unpack it and import the folder.',
    undefined,
    { name },
  );

const multiplies = (name: string) =>
  new BackendError(
    'file_inflates',
    `"${name}" has more rows than bytes.`,
    'It may be made to fill the disk. If it is in order, save it as CSV or JSONL.',
    undefined,
    { name },
  );
