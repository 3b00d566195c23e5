import { expect, test } from 'vitest';
import { fileWith, formatIn, found, jsonl } from './support.ts';

test('jobs of Ground Truth: classes by their names, of one or several; what its model labelled is no decision', async () => {
  const job = (source: string, job: unknown, more: object) => ({
    source,
    job,
    'job-metadata': more,
    ticket: 7,
  });
  const human = { 'human-annotated': 'yes', confidence: 0.9, 'creation-date': '2024-05-01T10:00:00' };
  const path = fileWith(
    'output.manifest.jsonl',
    jsonl(
      job('It came late.', 0, { ...human, 'class-name': 'late' }),
      job('Too dear.', [1, 2], { ...human, 'class-map': { 1: 'price', 2: 'tone' } }),
      job('It was wet.', 1, { ...human, 'class-name': 'price', 'human-annotated': 'no' }),
      { source: 'Nobody looked.' },
      { 'source-ref': 's3://a/b.txt' },
    ),
  );
  expect(await formatIn(path)).toBe('ground-truth');
  expect((await found(path)).told).toEqual([
    'output.manifest.jsonl:5: Its text lies in another place, which is not read.',
  ]);
  expect((await found(path)).documents).toEqual([
    { id: null, text: 'It came late.', meta: { ticket: 7 }, labels: { late: 'yes' } },
    { id: null, text: 'Too dear.', meta: { ticket: 7 }, labels: { price: 'yes', tone: 'yes' } },
    { id: null, text: 'It was wet.', meta: { ticket: 7 } },
    { id: null, text: 'Nobody looked.' },
  ]);
});
