import { oneLine } from '../../process/oneLine.ts';
import { isUndecided } from './cells.ts';
import type { Column } from './columns.ts';
import type { Note } from './format.ts';

/** Finds columns that have a value only after all rows by which it is told what columns are: they may be labels. */
export interface LateValues {
  see(value: (name: string) => unknown): void;
  told(): Note[];
}

const MOST_NAMED = 20;

export function lateValues(file: string, columns: readonly Column[]): LateValues {
  const late: string[] = [];
  let empty = columns
    .filter(({ role, values }) => role === 'meta' && values.every(isUndecided))
    .map(({ name }) => name);
  return {
    see(value) {
      if (empty.length === 0) return;
      const begun = empty.filter((name) => !isUndecided(value(name)));
      if (begun.length === 0) return;
      late.push(...begun);
      empty = empty.filter((name) => !begun.includes(name));
    },
    told: () => (late.length === 0 ? [] : [noteOf(file, late)]),
  };
}

function noteOf(file: string, names: readonly string[]): Note {
  const shown = names.slice(0, MOST_NAMED).map((name) => `"${oneLine(name)}"`);
  const more = names.length > shown.length ? ' …' : '';
  const [have, were] =
    names.length === 1 ? ['has its first value', 'was'] : ['have their first values', 'were'];
  return {
    kind: 'note',
    place: { file },
    text: `${shown.join(', ')}${more} ${have} after the rows by which it is told what columns are, and ${were} kept beside the text; say it where these are labels.`,
  };
}
