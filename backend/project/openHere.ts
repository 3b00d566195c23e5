import { type BigIntStats, statSync } from 'node:fs';

/**
 * Files that this process has open as projects. To open such a file once more and close it would drop SQLite's locks
 * (POSIX), so nothing may read it but SQLite.
 */
const open = new Set<string>();

export const identityOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`;

/** Which file a path leads to; undefined: none. Asking is harmless to locks. */
export function identityAt(path: string): string | undefined {
  const info = statSync(path, { throwIfNoEntry: false, bigint: true });
  return info && identityOf(info);
}

export const opened = (identity: string): void => void open.add(identity);
export const closed = (identity: string): void => void open.delete(identity);

export function isOpenHere(path: string): boolean {
  const identity = identityAt(path);
  return identity !== undefined && open.has(identity);
}
