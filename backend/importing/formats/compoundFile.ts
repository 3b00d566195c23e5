/** Pieces of a stream, in their order, within the bytes of its file. */
type Pieces = readonly Buffer[];

const END = 0xfffffffa;
/** Of a header (MS-CFB 2.2). */
const HEADER = 512;
const ENTRY = 128;

/**
 * Where a stream lies in a compound file, whose bytes they share: who writes to the pieces writes to the file. null: there is
 * no such stream, or the file is damaged.
 */
export function streamIn(file: Buffer, name: string): Pieces | null {
  try {
    return piecesOf(file, name);
  } catch (error) {
    // What a damaged file points at lies behind its end.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function piecesOf(file: Buffer, name: string): Pieces | null {
  const sized = `${file.readUInt16LE(0x1e)} ${file.readUInt16LE(0x20)}`;
  if (sized !== '9 6' && sized !== '12 6') return null;
  const size = 1 << file.readUInt16LE(0x1e);
  const mini = 1 << file.readUInt16LE(0x20);
  const cutoff = file.readUInt32LE(0x38);
  const sector = (index: number) =>
    file.subarray(HEADER * (size / 512) + index * size, HEADER * (size / 512) + (index + 1) * size);
  const fat = fatOf(file, sector, size);
  const chain = (first: number, next: Buffer): number[] => {
    const all: number[] = [];
    for (let at = first; at < END && all.length <= file.length / mini; at = next.readUInt32LE(at * 4))
      all.push(at);
    return all;
  };
  const whole = (first: number) => chain(first, fat).map(sector);
  const entries = Buffer.concat(whole(file.readUInt32LE(0x30)));
  const root = entries.subarray(0, ENTRY);
  for (let at = 0; at + ENTRY <= entries.length; at += ENTRY) {
    const entry = entries.subarray(at, at + ENTRY);
    const length = Math.max(0, entry.readUInt16LE(64) - 2);
    if (entry.toString('utf16le', 0, Math.min(length, 62)) !== name) continue;
    const first = entry.readUInt32LE(116);
    const bytes = entry.readUInt32LE(120);
    if (bytes >= cutoff) return cut(whole(first), bytes);
    const container = whole(root.readUInt32LE(116));
    const miniFat = Buffer.concat(whole(file.readUInt32LE(0x3c)));
    const small = chain(first, miniFat).map((index) => {
      const from = (index * mini) % size;
      return container[Math.floor((index * mini) / size)]?.subarray(from, from + mini) ?? Buffer.alloc(0);
    });
    return cut(small, bytes);
  }
  return null;
}

/** Which sector follows which: named in the header, and in sectors of their own beyond 109 (MS-CFB 2.5). */
function fatOf(file: Buffer, sector: (index: number) => Buffer, size: number): Buffer {
  const places: number[] = [];
  const add = (list: Buffer) => {
    for (let at = 0; at + 4 <= list.length; at += 4)
      if (list.readUInt32LE(at) < END) places.push(list.readUInt32LE(at));
  };
  add(file.subarray(0x4c, HEADER));
  let more = file.readUInt32LE(0x44);
  for (let count = file.readUInt32LE(0x48); count > 0 && more < END; count--) {
    const list = sector(more);
    add(list.subarray(0, size - 4));
    more = list.readUInt32LE(size - 4);
  }
  return Buffer.concat(places.map(sector));
}

function cut(pieces: Pieces, bytes: number): Pieces {
  let left = bytes;
  return pieces.map((piece) => {
    const part = piece.subarray(0, left);
    left -= part.length;
    return part;
  });
}
