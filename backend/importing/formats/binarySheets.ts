import { unzipSync, zipSync } from 'fflate';
import { streamIn } from './compoundFile.ts';

/** A workbook of binary records as its reader takes it, and which of its sheets are hidden. */
interface Readable {
  readonly bytes: Uint8Array;
  readonly hidden: ReadonlySet<number>;
}

const FORMULA = 0x06;
const EOF = 0x0a;
const BOUND_SHEET = 0x85;
const STRING = 0x207;
/** What may stand between a formula and its text: how it is shared, an array, a table (MS-XLS 2.1.7.20.6). */
const BETWEEN = new Set([0x4bc, 0x221, 0x236]);

/**
 * A BIFF8 workbook in which the text of each formula stands right behind it: where it is the first of a shared formula, or an
 * array, the reader does not find it.
 */
export function readableXls(file: Uint8Array): Readable {
  const bytes = Buffer.from(file);
  const pieces = streamIn(bytes, 'Workbook') ?? [];
  const stream = Buffer.concat(pieces);
  const hidden = new Set<number>();
  let sheets = 0;
  let inGlobals = true;
  for (const [first, second, third] of threes(recordsOf(stream))) {
    if (first.id === EOF) inGlobals = false;
    if (first.id === BOUND_SHEET && inGlobals) {
      if (((first.data[4] ?? 0) & 3) !== 0) hidden.add(sheets);
      sheets += 1;
    }
    if (first.id !== FORMULA || !second || !third || !BETWEEN.has(second.id) || third.id !== STRING) continue;
    const swapped = Buffer.concat([third.whole, second.whole]);
    swapped.copy(stream, second.at);
  }
  let at = 0;
  for (const piece of pieces) {
    stream.copy(piece, 0, at, at + piece.length);
    at += piece.length;
  }
  return { bytes, hidden };
}

interface Found {
  readonly id: number;
  readonly at: number;
  readonly data: Buffer;
  readonly whole: Buffer;
}

function* recordsOf(stream: Buffer): Iterable<Found> {
  for (let at = 0; at + 4 <= stream.length; ) {
    const id = stream.readUInt16LE(at);
    const end = at + 4 + stream.readUInt16LE(at + 2);
    if (id === 0 && end === at + 4) return;
    yield { id, at, data: stream.subarray(at + 4, end), whole: stream.subarray(at, end) };
    at = end;
  }
}

/** Each with the two behind it. */
function* threes<T>(all: Iterable<T>): Iterable<[T, T | undefined, T | undefined]> {
  let [first, second]: [T | undefined, T | undefined] = [undefined, undefined];
  for (const third of all) {
    if (first !== undefined) yield [first, second, third];
    [first, second] = [second, third];
  }
  if (first !== undefined) yield [first, second, undefined];
  if (second !== undefined) yield [second, undefined, undefined];
}

const ROW = 0;
/** Cells without their column, since they stand behind another: each has its long form eleven before it (MS-XLSB 2.4). */
const SHORT_CELLS = { first: 12, last: 18, before: 11 };
const BUNDLE_SHEET = 156;

/** An XLSB workbook whose cells all say in which column they are: those that don't are lost by the reader. */
export function readableXlsb(file: Uint8Array): Readable {
  const entries: Record<string, Uint8Array> = unzipSync(file);
  const hidden = new Set<number>();
  let sheets = 0;
  for (const { id, data } of binaryRecords(entries['xl/workbook.bin'] ?? new Uint8Array())) {
    if (id !== BUNDLE_SHEET) continue;
    if (((data[0] ?? 0) & 3) !== 0) hidden.add(sheets);
    sheets += 1;
  }
  let changed = false;
  for (const [name, bytes] of Object.entries(entries)) {
    if (!name.startsWith('xl/worksheets/') || !name.endsWith('.bin')) continue;
    const long = withColumns(bytes);
    if (long === null) continue;
    entries[name] = long;
    changed = true;
  }
  return { bytes: changed ? zipSync(entries, { level: 0 }) : file, hidden };
}

/** null: all cells have theirs. */
function withColumns(sheet: Uint8Array): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let changed = false;
  let column = -1;
  for (const { id, data, whole } of binaryRecords(sheet)) {
    if (id === ROW) column = -1;
    else if (id < SHORT_CELLS.first && data.length >= 4) column = Buffer.from(data).readUInt32LE(0);
    if (id < SHORT_CELLS.first || id > SHORT_CELLS.last) {
      parts.push(whole);
      continue;
    }
    column += 1;
    changed = true;
    const place = Buffer.alloc(4);
    place.writeUInt32LE(column);
    parts.push(Buffer.from([id - SHORT_CELLS.before, ...lengthOf(data.length + 4)]), place, data);
  }
  return changed ? Buffer.concat(parts) : null;
}

function* binaryRecords(bytes: Uint8Array): Iterable<{ id: number; data: Uint8Array; whole: Uint8Array }> {
  for (let at = 0; at < bytes.length; ) {
    const start = at;
    let id = bytes[at++] ?? 0;
    if ((id & 0x80) !== 0) id = (id & 0x7f) | (((bytes[at++] ?? 0) & 0x7f) << 7);
    let size = 0;
    for (let i = 0; i < 4; i++) {
      const byte = bytes[at++] ?? 0;
      size |= (byte & 0x7f) << (7 * i);
      if ((byte & 0x80) === 0) break;
    }
    yield { id, data: bytes.subarray(at, at + size), whole: bytes.subarray(start, at + size) };
    at += size;
  }
}

/** Seven bits a byte, the lowest first (MS-XLSB 2.1.4). */
function lengthOf(size: number): number[] {
  const bytes: number[] = [];
  let left = size;
  for (; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  return [...bytes, left];
}
