import { expect, test } from 'vitest';
import { howMeasured } from '../../../backend/exporting/togetherFacts.ts';

const evaluation = {
  on: 'held-out',
  documents: 12,
  atRandom: true,
  labels: [{ thresholdFrom: 'expected' }],
} as const;

test('the card says of which documents its figures are, and at which thresholds', () => {
  const how = howMeasured(evaluation);
  expect(how).toMatch(/^On 12 documents that the training had not learnt from/);
  expect(how).toMatch(/At each label's threshold, in percent\.$/);
  expect(howMeasured({ ...evaluation, on: 'before training' })).toBeNull();
});

test('the card says, as Evaluate does, where documents or thresholds were chosen', () => {
  expect(howMeasured({ ...evaluation, atRandom: false })).toContain('not picked at random but chosen');
  expect(
    howMeasured({
      ...evaluation,
      labels: [...evaluation.labels, { thresholdFrom: 'person' }],
    }),
  ).toMatch(
    /A person chose the threshold of 1 of 2 labels, perhaps by these very documents: expect a little less of it/,
  );
});
