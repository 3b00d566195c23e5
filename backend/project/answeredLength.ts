import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { identityOf } from './openHere.ts';
import { sessionRow } from './sessionPage.ts';
import { pageSizeOf, rootOfSession } from './store/session.ts';

/** How much of a log was answered, as its file tells. */
export interface AnsweredLength {
  /** The epoch that the file had when this log was begun. */
  readonly base: string;
  /** The epoch of the log's first page. */
  readonly first: string;
  /** Bytes of the log, from its start to the end of the last transaction that was answered. */
  readonly bytes: number;
}

/**
 * Where the record lies in page 2, whose one short row is at the page's end: in one sector, so that no torn write
 * reaches the row, and in space that SQLite neither reads nor checks
 * (https://www.sqlite.org/fileformat2.html#b_tree_pages, "unallocated region").
 */
const AT = 512;
const MAGIC = Buffer.from('entail-log-bytes');
const EPOCH_BYTES = 16;
const SUM_BYTES = 16;
const RECORD = MAGIC.length + 2 * EPOCH_BYTES + 8 + SUM_BYTES;

/** The record in page 2 of a file; undefined where there is none, or only a part. It is true of one log alone. */
export function answeredLength(page: Buffer): AnsweredLength | undefined {
  const record = page.subarray(AT, AT + RECORD);
  if (record.length < RECORD || !record.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const content = record.subarray(0, RECORD - SUM_BYTES);
  if (!sumOf(content).equals(record.subarray(RECORD - SUM_BYTES))) return undefined;
  const epochs = content.subarray(MAGIC.length).toString('hex');
  const [base, first] = [epochs.slice(0, 2 * EPOCH_BYTES), epochs.slice(2 * EPOCH_BYTES, 4 * EPOCH_BYTES)];
  return { base, first, bytes: Number(content.readBigUInt64BE(content.length - 8)) };
}

function recordOf({ base, first, bytes }: AnsweredLength): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(bytes));
  const content = Buffer.concat([MAGIC, Buffer.from(base + first, 'hex'), length]);
  return Buffer.concat([content, sumOf(content)]);
}

const sumOf = (content: Buffer): Buffer =>
  createHash('sha256').update(content).digest().subarray(0, SUM_BYTES);

/** Notes in a project's file how much of its log was answered. */
export interface LengthKeeper {
  /** A log was begun: the file's epoch, and that of the log's first page. null: what is not known can't be noted. */
  begin(log: { readonly base: string; readonly first: string } | null): void;
  /** Everything in the log up to here is on the disk. Never fails. */
  note(bytes: number): void;
  /** After the connection: closing any descriptor of a file drops SQLite's locks on it (POSIX). */
  close(): void;
}

/**
 * Writes past SQLite, by a descriptor of its own that is open as long as the connection. The record is not synced: it
 * may say less than there is, never more. Where the file can't be written in this way nothing is noted.
 */
export function createLengthKeeper(db: Database.Database, path: string, identity: string): LengthKeeper {
  const pageSize = pageSizeOf(db);
  let descriptor = rootOfSession(db) === 2 ? openSame(path, identity) : undefined;
  let log = descriptor === undefined ? undefined : noted(descriptor, pageSize);
  return {
    begin(next) {
      log = next === null ? undefined : { ...next, bytes: 0 };
    },
    note(bytes) {
      if (log === undefined || descriptor === undefined) return;
      try {
        // SQLite may have written this page when it folded.
        if (!hasRoom(readPage(descriptor, pageSize))) return;
        writeSync(descriptor, recordOf({ ...log, bytes }), 0, RECORD, pageSize + AT);
      } catch {
        // What was decided is in the log; that it could not be noted is no reason to refuse it.
      }
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

/** A descriptor of the file that is open as `identity`; undefined: there is another one now, or it can't be had. */
function openSame(path: string, identity: string): number | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r+');
    if (identityOf(fstatSync(descriptor, { bigint: true })) === identity) return descriptor;
  } catch {
    // Nothing is noted then.
  }
  if (descriptor !== undefined) closeSync(descriptor);
  return undefined;
}

/** What the file said when it was opened: it holds on for a log that was left and could not be folded. */
function noted(descriptor: number, pageSize: number): AnsweredLength | undefined {
  try {
    return answeredLength(readPage(descriptor, pageSize));
  } catch {
    return undefined;
  }
}

function readPage(descriptor: number, pageSize: number): Buffer {
  const page = Buffer.alloc(pageSize);
  return page.subarray(0, readSync(descriptor, page, 0, pageSize, pageSize));
}

/** The page is the session's, and its row begins after the record. */
function hasRoom(page: Buffer): boolean {
  if (sessionRow(page) === undefined) return false;
  const start = page.readUInt16BE(5);
  return page.length >= AT + RECORD && (start === 0 ? 65_536 : start) >= AT + RECORD;
}
