import { expect, test } from 'vitest';
import { readLabelsFile } from '../../../backend/importing/labelsFile.ts';
import { fileWith } from './formats/support.ts';

test('labels.json: names, sentences, and what is wrong with it in a sentence', async () => {
  const labels = (json: unknown) => readLabelsFile(fileWith('labels.json', JSON.stringify(json)));
  expect(
    await labels([
      'a',
      { name: '$&', hypothesis: 'It is $&.', threshold: 0.4 },
      { name: 'b', description: 'B' },
    ]),
  ).toEqual([
    { name: 'a', description: '', hypotheses: ['This text is about a.'], threshold: null },
    { name: '$&', description: '', hypotheses: ['It is $&.'], threshold: 0.4 },
    { name: 'b', description: 'B', hypotheses: ['This text is about b.'], threshold: null },
  ]);
  await expect(labels([])).rejects.toThrow('"labels.json" is no list of labels: it has no label.');
  await expect(labels(['a', 3])).rejects.toThrow('entry 2');
  await expect(labels({})).rejects.toThrow('no list of labels');
  await expect(readLabelsFile(fileWith('labels.json', '{'))).rejects.toThrow('not valid JSON');
});
