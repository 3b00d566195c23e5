import { createHash, randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import { DATABASE } from './database.ts';
import { markIn } from './store/session.ts';

/** What tells a project file, and the log that belongs to it, from all others (see `header.ts`). */
export const newMark = (): string => `entail-project-${randomBytes(16).toString('hex')}`;

/** The whole of a mark. */
export const MARK = /^entail-project-[0-9a-f]{32}$/;

/** Names a project in paths: hexadecimal digits that are made of its mark, whatever the file holds there. */
export function projectDigest(project: { readonly [DATABASE]: Database.Database }): string {
  const mark = String(markIn(project[DATABASE]));
  return createHash('sha256').update(mark).digest('hex').slice(0, 32);
}
