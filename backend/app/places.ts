import { join } from 'node:path';
import { logFolder } from '../../process/home.ts';
import { shortened } from '../machine/recent.ts';

/** Where Entail keeps things, for people. */
export function placesOf(home: string, project: string | null): { what: string; where: string }[] {
  const own = (what: string, name: string) => ({ what, where: shortened(join(home, name)) });
  return [
    ...(project === null ? [] : [{ what: 'this project', where: shortened(project) }]),
    own('downloaded models', 'models'),
    own('backups of projects', 'backups'),
    own('preferences', 'preferences.json'),
    { what: 'the log of what went wrong', where: shortened(logFolder(home)) },
  ];
}
