import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { BackendError } from '../../backend/errors.ts';
import { checkProject } from '../../backend/project/check.ts';
import { openProject } from '../../backend/project/file.ts';

/** An answer of the host, and when it came (ms). */
interface Entry {
  readonly at: number;
  /** How many undos had been answered, this one too. */
  readonly undo?: number;
  readonly revision?: number;
  readonly documents?: readonly number[];
  readonly labelId?: number;
  readonly value?: string;
  readonly prefix?: string;
  readonly added?: number;
}

/** What the host answered, to be found again in every file. */
export class Ledger {
  readonly entries: Entry[] = [];
  undos = 0;
  decisions = 0;

  decided(revision: number, documents: readonly number[], labelId: number, value: string): void {
    this.entries.push({ at: Date.now(), revision, documents, labelId, value });
    this.decisions += documents.length;
  }

  undone(): void {
    this.undos += 1;
    this.entries.push({ at: Date.now(), undo: this.undos });
  }

  imported(prefix: string, added: number): void {
    this.entries.push({ at: Date.now(), prefix, added });
  }

  /** Answers from before `until` that a file has not. */
  missing(path: string, until = Number.POSITIVE_INFINITY): number {
    const db = new Database(path, { readonly: true });
    try {
      const known = db.prepare('SELECT 1 FROM revisions WHERE id = ?').pluck();
      // An answer that was there already is not written again: what held at that revision counts.
      const held = db
        .prepare(
          `SELECT value FROM decisions WHERE document_id = ? AND label_id = ? AND revision_id <= ?
           ORDER BY revision_id DESC LIMIT 1`,
        )
        .pluck();
      const documents = db.prepare("SELECT count(*) FROM documents WHERE external_id GLOB ? || '-*'").pluck();
      const undone = db.prepare("SELECT count(*) FROM revisions WHERE kind = 'undo'").pluck().get() as number;
      return this.entries.filter(({ at, ...entry }) => {
        if (at > until) return false;
        if (entry.undo !== undefined) return undone < entry.undo;
        if (entry.prefix !== undefined) return documents.get(entry.prefix) !== entry.added;
        if (known.get(entry.revision) === undefined) return true;
        return !entry.documents!.every((id) => held.get(id, entry.labelId, entry.revision) === entry.value);
      }).length;
    } finally {
      db.close();
    }
  }
}

export interface CopyReport {
  readonly taken: number;
  /** Copies with their log where the log had been folded in between: the file alone was used. */
  logNotFitting: number;
  /** Each a sentence. */
  readonly unsound: string[];
  /** Of files alone: answers that are older than 30 s and missing. */
  tooOld: number;
  /** Of files with their logs: answers from before the copy that are missing. */
  missing: number;
  oldest: number;
}

/** Copies a file as people do while it is open, alone or with its log, and looks at the copy afterwards. */
export function takeCopy(
  path: string,
  copy: string,
  withLog: boolean,
): { at: number; copy: string; withLog: boolean } {
  const at = Date.now();
  execFileSync('cp', [path, copy]);
  if (withLog && existsSync(`${path}-wal`)) {
    try {
      copyFileSync(`${path}-wal`, `${copy}-wal`);
    } catch {
      // Gone meanwhile.
    }
  }
  return { at, copy, withLog };
}

export function judgeCopy(
  ledger: Ledger,
  { at, copy, withLog }: { at: number; copy: string; withLog: boolean },
  report: CopyReport,
): void {
  let hasLog = withLog && existsSync(`${copy}-wal`);
  try {
    try {
      openProject(copy).close();
    } catch (error) {
      if (!(error instanceof BackendError) || error.code !== 'foreign_log') throw error;
      report.logNotFitting += 1;
      hasLog = false;
      openProject(copy, { badLog: 'continue' }).close();
    }
    const { problems } = checkProject(copy);
    report.unsound.push(...problems);
    const age = ageOf(ledger, copy, at);
    report.oldest = Math.max(report.oldest, age);
    if (hasLog) report.missing += ledger.missing(copy, at);
    report.tooOld += ledger.missing(copy, at - 30_000);
  } catch (error) {
    report.unsound.push(error instanceof Error ? error.message : String(error));
  } finally {
    rmSync(copy, { force: true });
    rmSync(`${copy}-wal`, { force: true });
  }
}

/** How much earlier than the copy the first answer came that is missing in it, in ms. */
function ageOf(ledger: Ledger, copy: string, at: number): number {
  const db = new Database(copy, { readonly: true });
  try {
    const has = db.prepare('SELECT 1 FROM revisions WHERE id = ?');
    const lost = ledger.entries.find(
      (entry) => entry.at <= at && entry.revision !== undefined && has.get(entry.revision) === undefined,
    );
    return lost === undefined ? 0 : at - lost.at;
  } finally {
    db.close();
  }
}
