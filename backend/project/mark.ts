import { randomBytes } from 'node:crypto';

/** What tells a project file, and the log that belongs to it, from all others (see `header.ts`). */
export const newMark = (): string => `entail-project-${randomBytes(16).toString('hex')}`;
