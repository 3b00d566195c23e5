import { expect, test } from 'vitest';
import { doubtIn } from '../../../renderer/src/browse/doubt.ts';
import { de } from '../../../renderer/src/texts/de/index.ts';
import { en } from '../../../renderer/src/texts/en/index.ts';

const LABELS = [
  { labelId: 1, doubtful: true },
  { labelId: 2, doubtful: false },
];

test.each([en.browse.accept, en.export, de.browse.accept, de.export])(
  'accepting and exporting warn of the same: %#',
  (words) => {
    expect(doubtIn({ finished: 0, labels: LABELS }, words)).toBe(words.unfinished);
    expect(doubtIn({ finished: 3, labels: LABELS }, words)).toBe(words.doubtful(1));
    expect(doubtIn({ finished: 3, labels: LABELS.slice(1) }, words)).toBeNull();
    expect(doubtIn({ finished: 0, labels: [] }, words)).toBeNull();
  },
);
