import { expect, test } from 'vitest';
import { progressLines } from '../../cli/progressLines.ts';

test('into a file, long work tells each tenth and at least every half a minute; short work nothing', () => {
  let now = 0;
  const lines: string[] = [];
  const { update, tick } = progressLines(
    'Suggesting',
    (line) => lines.push(line),
    () => now,
  );
  now = 4000;
  update(50, 100);
  expect(lines).toEqual([]);
  now = 6000;
  update(51, 100);
  now = 7000;
  update(55, 100);
  now = 8000;
  update(61, 100);
  expect(lines).toEqual(['Suggesting: 51 of 100 (51 %)', 'Suggesting: 61 of 100 (61 %)']);
  now = 30_000;
  tick();
  expect(lines).toHaveLength(2);
  now = 38_000;
  tick();
  expect(lines.at(-1)).toBe('Suggesting: 61 of 100 (61 %)');
  expect(lines).toHaveLength(3);
  now = 39_000;
  tick();
  expect(lines).toHaveLength(3);
});

test('the last line says what the work came to, also where a file was read to its end before it was worked on', () => {
  let now = 6000;
  const lines: string[] = [];
  const { update, end } = progressLines(
    'Predicting',
    (line) => lines.push(line),
    () => now,
  );
  now = 12_000;
  update(900, 900, '64 documents');
  update(900, 900, '87 documents');
  end();
  expect(lines).toEqual(['Predicting: 64 documents (100 %)', 'Predicting: 87 documents (100 %)']);

  const short: string[] = [];
  const quick = progressLines(
    'Suggesting',
    (line) => short.push(line),
    () => 0,
  );
  quick.update(1, 1);
  quick.end();
  expect(short).toEqual([]);
});
