import { expect, test } from 'vitest';
import { differingFinder } from '../../../backend/importing/differing.ts';
import type { ImportItem, Place } from '../../../backend/records.ts';

/** A row that says yes to these labels. */
const row = (place: Place, labels: readonly string[]): Extract<ImportItem, { kind: 'document' }> => ({
  kind: 'document',
  place,
  document: {
    ...{ externalId: null, text: 'one', meta: new Map(), split: null, suggestions: [] },
    annotations: [
      {
        ...{ annotator: null, status: 'done', absence: 'open' },
        decisions: new Map(labels.map((label) => [label, 'yes'])),
      },
    ],
  },
});

test.each([{ file: 'a.csv', line: 2 }, { file: 'a.parquet', record: 1 }, { file: 'a.docx' }])(
  'what differs is told with the place of the row before: %j',
  (place) => {
    const differing = differingFinder();
    const again = { file: 'b.csv', line: 9 };
    expect(differing(7, row(place, ['late', 'price']))).toBeNull();
    expect(differing(7, row(again, ['price', 'late']))).toBeNull();
    expect(differing(8, row(again, ['late']))).toBeNull();
    expect(differing(7, row(again, ['late']))).toEqual({
      ...{ start: 'one', places: [place, again], contradicted: [] },
    });
  },
);

test('rows that say yes or no to one label each differ where they contradict each other only', () => {
  const says = (line: number, label: string, value: 'yes' | 'no') => {
    const { document, ...rest } = row({ file: 'a.csv', line }, []);
    const annotations = document.annotations.map((found) => ({
      ...found,
      absence: 'said' as const,
      decisions: new Map([[label, value]]),
    }));
    return { ...rest, document: { ...document, annotations } };
  };
  const differing = differingFinder();
  expect(differing(7, says(2, 'late', 'yes'))).toBeNull();
  expect(differing(7, says(3, 'price', 'no'))).toBeNull();
  expect(differing(7, says(4, 'wet', 'yes'))).toBeNull();
  expect(differing(7, says(5, 'late', 'no'))?.contradicted).toEqual(['late']);
  // What another row than the first one said counts, too.
  expect(differing(7, says(6, 'price', 'yes'))?.contradicted).toEqual(['price']);
});
