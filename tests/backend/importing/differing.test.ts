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
