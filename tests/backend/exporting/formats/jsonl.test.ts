import { expect, test } from 'vitest';
import { recordsOf, textOf } from '../output.ts';
import { AT, exampleSource } from '../source.ts';

const source = exampleSource();
const everything = { includeUnfinished: true };

test('jsonl: a row per document and annotator carries everything', () => {
  expect(textOf('jsonl', source).split('\n')[0]).toBe(
    '{"id":"d1","text":"The box came late, I want my money back.","labels":["late delivery","refund"],' +
      '"rejected":["praise"],"status":"done","annotator":"ada","meta":{"source":"mail"},"suggestions":[' +
      '{"label":"late delivery","score":0.97,"model":"base"},{"label":"refund","score":0.91,"model":"base"},' +
      `{"label":"praise","score":0.02,"model":"base"}],"seconds":3.4,"at":"${AT}"}`,
  );
  const short = (rows: Record<string, unknown>[]) => rows.map(({ id, status }) => `${id} ${status ?? 'new'}`);
  expect(short(recordsOf('jsonl', source))).toEqual([
    'd1 done',
    'd2 done',
    'd5 skipped',
    'd6 done',
    'd6 done',
  ]);
  expect(short(recordsOf('jsonl', source, everything)).slice(2, 4)).toEqual(['d3 draft', 'd4 new']);
  expect(recordsOf('jsonl', source, everything)[2]).toMatchObject({
    labels: ['praise'],
    rejected: [],
    split: 'test',
  });
  expect(recordsOf('jsonl', source)[2]).toMatchObject({ labels: [], rejected: [], comment: 'odd' });
});
