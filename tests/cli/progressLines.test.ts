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
