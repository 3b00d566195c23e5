import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { BackendError } from '../errors.ts';
import { APPLICATION_ID, CURRENT_VERSION } from './migrations.ts';

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
const AT = { pageSize: 16, userVersion: 60, applicationId: 68 } as const;
/** Offsets in the log's header and in each frame's (https://www.sqlite.org/fileformat2.html#walformat). */
const WAL = { header: 32, frameHeader: 24 } as const;
const MARK = /entail-project-[0-9a-f]{32}/;

/**
 * Looks at a file before SQLite opens it, so that a file that is not ours is not touched and no lock is lost.
 *
 * Throws a sentence for what is no regular file, empty, not ours, or of a newer format; and when the log beside the
 * file (`-wal`) belongs to another project, which SQLite would apply.
 */
export function checkHeader(path: string): void {
  const name = basename(path);
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info)
    throw new BackendError(
      'project_missing',
      `There is no project "${path}".`,
      'Check the name.',
      undefined,
      { name: basename(path) },
    );
  if (!info.isFile()) throw notOurs(name, 'it is not a regular file');
  if (info.size === 0) throw notOurs(name, 'it is empty');
  const header = readStart(path, HEADER_BYTES);
  if (header.length < HEADER_BYTES || header.toString('latin1', 0, 16) !== MAGIC) {
    throw notOurs(name, 'it is not a database');
  }
  if (header.readUInt32BE(AT.applicationId) !== APPLICATION_ID) {
    throw notOurs(name, 'it is a database of another program');
  }
  const version = header.readUInt32BE(AT.userVersion);
  if (version > CURRENT_VERSION) throw newer(name, version);
  requireOwnLog(path, pageSizeOf(header));
}

export const newer = (name: string, version: number) =>
  new BackendError(
    'project_newer',
    `"${name}" was made by a newer Entail (format ${version}, this one knows ${CURRENT_VERSION}).`,
    'Update Entail to open it; the file was not changed.',
    undefined,
    { name },
  );

const notOurs = (name: string, why: string) =>
  new BackendError(
    'not_a_project',
    `"${name}" is not an Entail project: ${why}.`,
    'Choose a file that ends in .entail.',
    undefined,
    { name },
  );

/** The page size is a big-endian 16-bit number, 1 standing for 65,536. */
function pageSizeOf(header: Buffer): number {
  const size = header.readUInt16BE(AT.pageSize);
  return size === 1 ? 65_536 : size;
}

function requireOwnLog(path: string, pageSize: number): void {
  const log = `${path}-wal`;
  const info = statSync(log, { throwIfNoEntry: false });
  if (!info || info.size < WAL.header + WAL.frameHeader + pageSize) return;
  const own = markIn(readStart(path, 2 * pageSize).subarray(pageSize));
  const first = readStart(log, WAL.header + WAL.frameHeader + pageSize);
  const page = first.readUInt32BE(WAL.header);
  const other = page === 2 ? markIn(first.subarray(WAL.header + WAL.frameHeader)) : undefined;
  // A project that was killed while it was made has no mark in its main file yet; its log is its own.
  if (own === undefined || own === other) return;
  throw new BackendError(
    'foreign_log',
    `The file "${basename(log)}" beside "${basename(path)}" belongs to another project.`,
    'Move it away, or put back the one that belongs here; nothing was changed.',
  );
}

/** What tells a project from all others; undefined for a file that is gone, or not whole enough to have it. */
export function markOf(path: string): string | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const header = readStart(path, HEADER_BYTES);
  if (header.length < HEADER_BYTES || header.toString('latin1', 0, 16) !== MAGIC) return undefined;
  const size = pageSizeOf(header);
  return markIn(readStart(path, 2 * size).subarray(size));
}

const markIn = (page: Buffer): string | undefined => MARK.exec(page.toString('latin1'))?.[0];

function readStart(path: string, bytes: number): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    throw new BackendError(
      'project_unreadable',
      `"${basename(path)}" cannot be read.`,
      'Check its permissions.',
      error,
      { name: basename(path) },
    );
  }
  try {
    const buffer = Buffer.alloc(bytes);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, bytes, 0));
  } finally {
    closeSync(descriptor);
  }
}
