import { join } from 'node:path';
import { safeFileName } from '../files/names.ts';
import { projectName } from '../machine/recent.ts';
import { MARK } from './mark.ts';

/** The folder of a project's backups: its name for people, and a piece of its mark. */
export const folderOf = (path: string, mark: string, home: string) =>
  join(
    home,
    'backups',
    `${safeFileName(projectName(path))} ${MARK.test(mark) ? mark.slice(-8) : '00000000'}`,
  );

/** The name of a backup that is made now. */
export const nameAt = (now: Date, byHand: boolean): string =>
  `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z${byHand ? ' kept' : ''}.entail`;
