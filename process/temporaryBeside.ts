import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { ownerTag } from './ownerTag.ts';

/**
 * A name beside the target that nothing has yet, short whatever the target's. It tells whose it is: when a kill left it,
 * the next start removes it.
 */
export const temporaryBeside = (path: string): string =>
  join(dirname(path), `.entail-${ownerTag()}-${randomBytes(8).toString('hex')}.partial`);
