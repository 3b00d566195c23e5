import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type SessionRow, sessionRow } from './sessionPage.ts';

/** What SQLite keeps beside a database has its name and one of these. */
export const LOG_ENDINGS = ['-wal', '-journal'] as const;

/** A log (`-wal`) as its bytes say, read without SQLite. */
export interface LogReading {
  /** Whole transactions end here, in bytes; 0: there are none. */
  readonly committedBytes: number;
  /** The session row each time that it was written, of whole transactions; undefined where it can't be read. */
  readonly sessions: readonly (SessionRow | undefined)[];
  /** The first page of the log is the session's. */
  readonly startsWithSession: boolean;
  /** Something after the last whole transaction was once one: it was damaged after it was written. */
  readonly damaged: boolean;
}

/** Sizes and offsets (https://www.sqlite.org/fileformat2.html#walformat). */
const HEADER = 32;
const FRAME_HEADER = 24;
const MAGIC = 0x377f0682;

/**
 * Checks every frame as SQLite does: its salts, and the checksum over all frames up to it. Where SQLite stops at the
 * first that fails and forgets the rest, this says whether the rest was more than a write that a kill cut short: a
 * transaction is answered only after its last frame is on the disk, so whatever has such a frame was answered.
 *
 * One exception stays: a power failure may tear the last transaction before it was answered in a way that looks
 * the same. It is then called damaged; nothing is lost by that.
 */
export function readLog(path: string, pageSize: number): LogReading {
  // What became a link or a pipe since it was looked at is not followed, and not waited for; Windows has no such flags.
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    return readFrames(descriptor, fstatSync(descriptor).size, pageSize);
  } finally {
    closeSync(descriptor);
  }
}

function readFrames(descriptor: number, size: number, pageSize: number): LogReading {
  const sessions: (SessionRow | undefined)[] = [];
  const reading = { committedBytes: 0, sessions, startsWithSession: false, damaged: false };
  if (size < HEADER) return reading;
  const header = Buffer.alloc(HEADER);
  readSync(descriptor, header, 0, HEADER, 0);
  const frameBytes = FRAME_HEADER + pageSize;
  const frames = Math.floor((size - HEADER) / frameBytes);
  const magic = header.readUInt32BE(0);
  const bigEndian = magic === MAGIC + 1;
  let sum = checksum(header.subarray(0, 24), [0, 0], bigEndian);
  const sound =
    (magic === MAGIC || bigEndian) &&
    header.readUInt32BE(8) === pageSize &&
    matches(sum, header.readUInt32BE(24), header.readUInt32BE(28));
  if (!sound) return { ...reading, damaged: frames > 0 };
  const salts = [header.readUInt32BE(16), header.readUInt32BE(20)] as const;
  const frame = Buffer.alloc(frameBytes);
  const pending: (SessionRow | undefined)[] = [];
  for (let i = 0; i < frames; i++) {
    readSync(descriptor, frame, 0, frameBytes, HEADER + i * frameBytes);
    const next = sumOfFrame(frame, sum, bigEndian);
    const own = frame.readUInt32BE(8) === salts[0] && frame.readUInt32BE(12) === salts[1];
    if (!own || !matches(next, frame.readUInt32BE(16), frame.readUInt32BE(20))) {
      const lost = onceCommitted(frame, salts, sum, bigEndian);
      return { ...reading, damaged: lost || commitsAfter(descriptor, i + 1, { frames, frameBytes, salts }) };
    }
    sum = next;
    if (frame.readUInt32BE(0) === 2) {
      pending.push(sessionRow(frame.subarray(FRAME_HEADER)));
      if (i === 0) reading.startsWithSession = true;
    }
    if (frame.readUInt32BE(4) !== 0) {
      sessions.push(...pending.splice(0));
      reading.committedBytes = HEADER + (i + 1) * frameBytes;
    }
  }
  return reading;
}

/**
 * A frame that fails where it once ended a transaction: it says so with at least one salt right, or it would if one
 * bit of the number that says so were another. Frames that a transaction left which was taken back never do.
 */
function onceCommitted(
  frame: Buffer,
  salts: readonly [number, number],
  before: Sum,
  bigEndian: boolean,
): boolean {
  const right = [8, 12].filter((at, i) => frame.readUInt32BE(at) === salts[i]).length;
  if (right === 0) return false;
  if (frame.readUInt32BE(4) !== 0) return true;
  if (right < 2) return false;
  const copy = Buffer.from(frame);
  for (let bit = 0; bit < 32; bit++) {
    copy.writeUInt32BE((1 << bit) >>> 0, 4);
    const sum = sumOfFrame(copy, before, bigEndian);
    if (matches(sum, frame.readUInt32BE(16), frame.readUInt32BE(20))) return true;
  }
  return false;
}

function commitsAfter(
  descriptor: number,
  from: number,
  log: { frames: number; frameBytes: number; salts: readonly [number, number] },
): boolean {
  const header = Buffer.alloc(FRAME_HEADER);
  for (let i = from; i < log.frames; i++) {
    readSync(descriptor, header, 0, FRAME_HEADER, HEADER + i * log.frameBytes);
    const own = header.readUInt32BE(8) === log.salts[0] && header.readUInt32BE(12) === log.salts[1];
    if (own && header.readUInt32BE(4) !== 0) return true;
  }
  return false;
}

type Sum = readonly [number, number];

const matches = (sum: Sum, one: number, two: number): boolean => sum[0] === one && sum[1] === two;

/** Over page number, size and content; not over salts and checksum. */
const sumOfFrame = (frame: Buffer, before: Sum, bigEndian: boolean): Sum =>
  checksum(frame.subarray(FRAME_HEADER), checksum(frame.subarray(0, 8), before, bigEndian), bigEndian);

/** https://www.sqlite.org/fileformat2.html#checksum_algorithm */
function checksum(bytes: Buffer, before: Sum, bigEndian: boolean): Sum {
  let [one, two] = before;
  for (let at = 0; at < bytes.length; at += 8) {
    const a = bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
    const b = bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4);
    one = (one + a + two) >>> 0;
    two = (two + b + one) >>> 0;
  }
  return [one, two];
}
