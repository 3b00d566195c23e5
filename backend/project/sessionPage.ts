import { MARK } from './mark.ts';

/** What the one row of `session` says, read from its page without SQLite. */
export interface SessionRow {
  readonly mark: string;
  /** '' in files of format 1. */
  readonly epoch: string;
  readonly base: string;
  readonly logSince: string;
}

const EPOCH = /^([0-9a-f]{32})?$/;
const SINCE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)?$/;
const LEAF = 0x0d;

/**
 * Reads page 2: a table's leaf with one cell (https://www.sqlite.org/fileformat2.html#b_tree_pages). undefined for
 * anything else; nothing in it is trusted.
 */
export function sessionRow(page: Buffer): SessionRow | undefined {
  try {
    if (page[0] !== LEAF || page.readUInt16BE(3) !== 1) return undefined;
    const fields = recordAt(page, page.readUInt16BE(8));
    // id, mark, writes, epoch, base, log_since
    const [, mark, , epoch = '', base = '', logSince = ''] = fields;
    if (mark === undefined || !MARK.test(mark)) return undefined;
    if (!EPOCH.test(epoch) || !EPOCH.test(base) || !SINCE.test(logSince)) return undefined;
    return { mark, epoch, base, logSince };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The texts of a record; numbers and what else there is are ''. */
function recordAt(page: Buffer, cell: number): string[] {
  let at = cell;
  const next = () => {
    const [value, length] = varint(page, at);
    at += length;
    return value;
  };
  const payload = next();
  next();
  const start = at;
  const body = start + next();
  const sizes: { readonly text: boolean; readonly bytes: number }[] = [];
  while (at < body) {
    const type = next();
    const text = type >= 13 && type % 2 === 1;
    sizes.push({ text, bytes: type >= 12 ? Math.floor((type - 12) / 2) : (NUMBERS[type] ?? 0) });
  }
  let offset = body;
  return sizes.map(({ text, bytes }) => {
    if (offset + bytes > page.length || offset + bytes > start + payload)
      throw new RangeError('past the page');
    const value = text ? page.toString('latin1', offset, offset + bytes) : '';
    offset += bytes;
    return value;
  });
}

/** Bytes of the serial types 0 to 9. */
const NUMBERS = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

/** Of the nine bytes that one may have, four are enough for what fits on a page. */
function varint(page: Buffer, at: number): [value: number, length: number] {
  let value = 0;
  for (let length = 1; length <= 4; length++) {
    const byte = page.readUInt8(at + length - 1);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, length];
  }
  throw new RangeError('a number that no page holds');
}
