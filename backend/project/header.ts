import { closeSync, lstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BackendError } from '../errors.ts';
import { answeredLength } from './answeredLength.ts';
import { LOG_ENDINGS, type LogReading, readLog } from './logFile.ts';
import { identityAt, isOpenHere } from './openHere.ts';
import { type SessionRow, sessionRow } from './sessionPage.ts';
import { APPLICATION_ID, CURRENT_VERSION } from './store/migrations.ts';

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
const AT = { pageSize: 16, userVersion: 60, applicationId: 68 } as const;

/**
 * `log_missing`: the file says that there is one. `log_cut`: it says that more of it was answered than there is.
 * `log_not_file`: a link, a folder or something else has its name.
 */
export const LOG_CODES = [
  'foreign_log',
  'log_damaged',
  'log_cut',
  'log_missing',
  'log_elsewhere',
  'log_not_file',
] as const;

/** A log beside a project and what is wrong with it. */
export interface LogProblem {
  readonly code: (typeof LOG_CODES)[number];
  readonly message: string;
  /** How much of the log is whole, in bytes, and the file's own; 0: it is not to be read. */
  readonly usable: number;
}

/** What the first look says: whether there is a log, and what is wrong with it. */
export interface FirstLook {
  readonly log: boolean;
  readonly problem: LogProblem | null;
}

/**
 * Looks at a file before SQLite opens it, so that a file that is not ours is not touched and no lock is lost. Must not
 * be called for a file that this process has open.
 *
 * Throws a sentence for what is no regular file, empty, not ours, or of a newer format.
 */
export function checkHeader(path: string): FirstLook {
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
  return lookAtLog(path, pageSizeOf(header));
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

/** What is under the name of a log and is none, whatever it leads to: it is neither followed nor opened. */
function notAFile(log: string, name: string): LogProblem | null {
  const info = lstatSync(log, { throwIfNoEntry: false });
  if (info === undefined || info.isFile()) return null;
  const what = info.isSymbolicLink() ? 'a link' : info.isDirectory() ? 'a folder' : 'not a regular file';
  return {
    code: 'log_not_file',
    message: `"${basename(log)}" beside "${name}" is ${what}, where only a file that Entail wrote may be.`,
    usable: 0,
  };
}

/** Whether the log beside a file belongs to this state of it; see docs/decisions/014-log-epoch.md. */
function lookAtLog(path: string, pageSize: number): FirstLook {
  const name = basename(path);
  const strange = LOG_ENDINGS.map((ending) => notAFile(path + ending, name)).find(
    (problem) => problem !== null,
  );
  if (strange !== undefined) return { log: true, problem: strange };
  const page = readStart(path, 2 * pageSize).subarray(pageSize);
  const own = sessionRow(page);
  const journal = statSync(`${path}-journal`, { throwIfNoEntry: false });
  if (journal && journal.size > 0) {
    return {
      log: true,
      problem: {
        code: 'foreign_log',
        message: `The file "${name}-journal" beside "${name}" was not made by Entail.`,
        usable: 0,
      },
    };
  }
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (!log) return { log: false, problem: own && own.logSince !== '' ? missing(path, own.logSince) : null };
  const reading = readLog(`${path}-wal`, pageSize);
  const belongs = fits(reading, own);
  if (reading.committedBytes > 0 && !belongs) {
    return {
      log: true,
      problem: {
        code: 'foreign_log',
        message: `The file "${name}-wal" beside "${name}" belongs to another project, or to an older or newer copy of this one.`,
        usable: 0,
      },
    };
  }
  if (!reading.damaged) return { log: true, problem: isCut(reading, own, page) ? cut(name, reading) : null };
  return {
    log: true,
    problem: {
      code: 'log_damaged',
      message: `The file "${name}-wal" beside "${name}", which has its last decisions, is damaged: ${
        reading.committedBytes > 0 ? 'only its first part can be read' : 'it can’t be read'
      }.`,
      usable: reading.committedBytes,
    },
  };
}

/**
 * A log fits the state that it was begun on, and each state that folding it made. A project of format 1 has no epochs:
 * its log is known by the mark alone. A file whose own row can't be read may be healed by its log.
 */
function fits({ sessions, startsWithSession }: LogReading, own: SessionRow | undefined): boolean {
  if (own === undefined) return true;
  const first = sessions[0];
  if (!startsWithSession || first === undefined || first.mark !== own.mark) return false;
  if (own.epoch === '' && first.base === '') return true;
  return first.base === own.epoch || sessions.some((session) => session?.epoch === own.epoch);
}

/** More of this very log was answered than there is: it ends at a transaction, but not at the last. */
function isCut({ sessions, committedBytes }: LogReading, own: SessionRow | undefined, page: Buffer): boolean {
  const answered = answeredLength(page);
  if (answered === undefined || committedBytes >= answered.bytes) return false;
  return committedBytes > 0 ? sessions[0]?.epoch === answered.first : own?.epoch === answered.base;
}

const cut = (name: string, { committedBytes }: LogReading): LogProblem => ({
  code: 'log_cut',
  message: `The file "${name}-wal" beside "${name}" lacks the last decisions that were saved: it was cut off, or copied at another moment than "${name}".`,
  usable: committedBytes,
});

function missing(path: string, since: string): LogProblem {
  const name = basename(path);
  const other = otherNameWithLog(path);
  if (other !== undefined) {
    return {
      code: 'log_elsewhere',
      message: `"${name}" is another name of "${other}", and the last decisions lie beside that one.`,
      usable: 0,
    };
  }
  return {
    code: 'log_missing',
    message: `The last decisions since ${since.slice(0, 16).replace('T', ' ')} UTC are not in "${name}": they are in a file that ends in "-wal", which is missing.`,
    usable: 0,
  };
}

/** Another name of the same file (a hard link) in its folder, with a log beside it. */
function otherNameWithLog(path: string): string | undefined {
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info || info.nlink < 2) return undefined;
  const folder = dirname(path);
  const names = readdirSync(folder);
  const logs = names.filter((name) => name.endsWith('-wal')).map((name) => name.slice(0, -'-wal'.length));
  const identity = identityAt(path);
  return logs.find(
    (name) => name !== basename(path) && names.includes(name) && identityAt(join(folder, name)) === identity,
  );
}

/** What tells a project from all others; undefined for a file that is gone, open, or not whole enough to have it. */
export function markOf(path: string): string | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile() || isOpenHere(path)) return undefined;
  const header = readStart(path, HEADER_BYTES);
  if (header.length < HEADER_BYTES || header.toString('latin1', 0, 16) !== MAGIC) return undefined;
  const size = pageSizeOf(header);
  return sessionRow(readStart(path, 2 * size).subarray(size))?.mark;
}

/** Whether opening it would bring it to a newer format, as far as the file itself tells; its log may have done so. */
export function isOlder(path: string): boolean {
  const header = readStart(path, HEADER_BYTES);
  return header.length === HEADER_BYTES && header.readUInt32BE(AT.userVersion) < CURRENT_VERSION;
}

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
