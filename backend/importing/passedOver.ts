import type { Note } from './format.ts';

const NAMED = 5;

/** That files in another one were not read, since no format has their endings. */
export const passedOver = (name: string, files: readonly string[]): Note => ({
  kind: 'note',
  place: { file: name },
  text: `${files.length === 1 ? 'One file' : `${files.length} files`} in it ${files.length === 1 ? 'was' : 'were'} not read, since nothing is known to read such files: ${files.slice(0, NAMED).join(', ')}${files.length > NAMED ? ' …' : ''}.`,
});
