import { expect, test } from 'vitest';
import { must, mustGet } from '../../process/must.ts';

test('what is there is given, also where it is little', () => {
  expect(mustGet(new Map([[3, 'c']]), 3, 'letter')).toBe('c');
  expect([must(0, 'number'), must('', 'text'), must(false, 'answer')]).toEqual([0, '', false]);
});

test('what is missing is named, with its number but never with a text', () => {
  expect(() => mustGet(new Map<number, string>(), 7, 'document')).toThrow('there is no document 7');
  expect(() => mustGet(new Map<string, string>(), 'a secret text', 'vector')).toThrow(/there is no vector$/);
  expect(() => must([].at(-1), 'last row')).toThrow('there is no last row');
  expect(() => must(null, 'backup')).toThrow('there is no backup');
});
