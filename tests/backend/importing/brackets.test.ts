import { expect, test } from 'vitest';
import { walkBrackets } from '../../../backend/importing/brackets.ts';

test.each([
  ['{"a": [1]}', 0, false],
  ['{"a": [', 2, false],
  ['{"a": "[}{', 1, true],
  ['{"a\\"": "\\\\"', 1, false],
  ['"\\"', 0, true],
  ['', 0, false],
])('%j leaves %i brackets open, in a string: %s', (text, depth, inString) => {
  expect(walkBrackets(text, 0)).toEqual({ depth, inString });
});

test('it begins where it is told and ends where it is asked to', () => {
  const seen: [number, number][] = [];
  walkBrackets('}{"}": [1]} [', 1, (at, depth) => {
    seen.push([at, depth]);
    return depth === 0;
  });
  expect(seen).toEqual([
    [1, 1],
    [7, 2],
    [9, 1],
    [10, 0],
  ]);
});
