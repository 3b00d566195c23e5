import { expect, test } from 'vitest';
import { recordsOf, sidecarsOf, textOf } from '../output.ts';
import { annotation, exampleSource, sourceOf } from '../source.ts';

const source = exampleSource();
const everything = { includeUnfinished: true };

test('spacy: 1.0 and 0.0 for decided labels', () => {
  expect(textOf('spacy', source, everything).split('\n').slice(0, 3)).toEqual([
    '{"text":"The box came late, I want my money back.",' +
      '"cats":{"late delivery":1.0,"refund":1.0,"praise":0.0},"meta":{"id":"d1","source":"mail"}}',
    '{"text":"Closed on Monday.","cats":{"late delivery":0.0,"refund":0.0,"praise":0.0},"meta":{"id":"d2"}}',
    '{"text":"Kind people!","cats":{"praise":1.0},"meta":{"id":"d3"}}',
  ]);
  // The two annotators of d6 disagree on the refund.
  expect(recordsOf('spacy', source).at(-1)).toMatchObject({ cats: { 'late delivery': 1, praise: 0 } });
  expect(
    recordsOf('spacy', sourceOf(['a', 'b'], [{ text: 'x', annotations: [annotation('ada')] }])),
  ).toMatchObject([{ cats: { a: 0, b: 0 } }]);
  expect(sidecarsOf('spacy', source)[0]![1]).toContain('docs.to_disk');
});
