import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { lockOut, readAlone } from './store/connection.ts';

/** Databases whose locks are held: one that nothing refers to would be collected, closed, and its lock be gone in silence. */
const held = new Set<Database.Database>();

/**
 * A lock that no other process holds, until it is let go; null: another one holds it. It is the system's own lock on a file
 * (SQLite takes it on every platform), so it ends with its process, however that ends. Throws what opening the file throws.
 */
export function exclusively(path: string): { release(): void } | null {
  for (;;) {
    // For the system's own error, which SQLite does not tell.
    closeSync(openSync(path, 'a', 0o600));
    const before = inode(path);
    const db = new Database(path, { timeout: 0 });
    try {
      lockOut(db);
    } catch {
      db.close();
      return null;
    }
    // Whoever held it may have removed the file meanwhile: then this one is locked under no name.
    if (before !== null && before === inode(path)) {
      held.add(db);
      return {
        release() {
          held.delete(db);
          // While it is locked still: nobody can take it in between.
          rmQuietly(path);
          db.close();
          // Windows removes no file that is open.
          if (process.platform === 'win32') rmQuietly(path);
        },
      };
    }
    db.close();
  }
}

/**
 * Whether another process has this file open as a project. Nothing is written, not beside it either; what is no database is
 * open nowhere. Not to be asked of one that is open here: who closes a file drops the locks that its process has on it.
 */
export function isOpenElsewhere(path: string): boolean {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: 0 });
    readAlone(db);
    return false;
  } catch (error) {
    return error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
  } finally {
    db?.close();
  }
}

const inode = (path: string): bigint | null =>
  statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;

function rmQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Another process looks at it: it removes it in its turn.
  }
}
