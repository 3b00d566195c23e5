import { oneLine } from '../../process/oneLine.ts';
import type { Column } from './columns.ts';
import type { Note } from './format.ts';

const isMinusOne = (value: unknown): boolean =>
  value === -1 || (typeof value === 'string' && /^\s*-1(?:\.0)?\s*$/.test(value));

/**
 * Says where -1 stands beside yes and no. Programs write it where nobody decided, so it is read as that; in a column of
 * opinions it may be one.
 */
export function minusOneNotes(file: string, columns: readonly Column[]): Note[] {
  const found = columns.filter(
    ({ role, values }) => (role === 'label' || role === 'decision') && values.some(isMinusOne),
  );
  if (found.length === 0) return [];
  const names = found.map(({ name }) => `"${oneLine(name)}"`).join(', ');
  return [
    {
      kind: 'note',
      place: { file },
      text: `-1 under ${names} was read as undecided: where it stands for something else, write words in place of the numbers.`,
    },
  ];
}
