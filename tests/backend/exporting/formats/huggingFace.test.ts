import { expect, test } from 'vitest';
import { recordsOf, sidecarsOf, textOf } from '../output.ts';
import { annotation, exampleSource, sourceOf } from '../source.ts';

const source = exampleSource();
const everything = { includeUnfinished: true };

test('hf: names of labels; the test sample is a file of its own', () => {
  const done = exampleSource();
  expect(recordsOf('hf', done)).toEqual([
    {
      id: 'd1',
      text: 'The box came late, I want my money back.',
      labels: ['late delivery', 'refund'],
      split: 'train',
      source: 'mail',
    },
    { id: 'd2', text: 'Closed on Monday.', labels: [], split: 'train', source: null },
    { id: 'd6', text: 'Two opinions.', labels: ['late delivery'], split: 'train', source: null },
  ]);
  // The only document of the test sample is a draft.
  expect(sidecarsOf('hf', done)).toEqual([]);
  const row = '{"id":"d3","text":"Kind people!","labels":["praise"],"split":"test","source":null}\n';
  for (const [to, test] of [
    ['folder/data.jsonl', 'folder/data-test.jsonl'],
    ['folder/train.jsonl', 'folder/test.jsonl'],
    ['my-train.v2.jsonl', 'my-test.v2.jsonl'],
    ['constraint', 'constraint-test'],
  ])
    expect(sidecarsOf('hf', done, { ...everything, to: to! })).toEqual([[test, row]]);
  const plain = sourceOf(['a'], [{ text: 'x', annotations: [annotation('ada')] }]);
  expect(textOf('hf', plain)).toBe('{"id":"d1","text":"x","labels":[]}\n');
});

test('hf: zeros and ones, floats for Trainer, and the order of the names beside them', () => {
  const lines = (multiHot: 'label' | 'labels') => textOf('hf', source, { multiHot }).split('\n')[0]!;
  expect(lines('labels')).toContain('"labels":[1.0,1.0,0.0]');
  expect(lines('label')).toContain('"label":[1,1,0]');
  expect(sidecarsOf('hf', source, { multiHot: 'label' })).toEqual([
    ['folder/data.x.labels.json', '["late delivery","refund","praise"]\n'],
  ]);
});
