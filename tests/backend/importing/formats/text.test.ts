import { expect, test } from 'vitest';
import { fileWith, inShort } from './support.ts';

test('text: a document per line', async () => {
  expect((await inShort(fileWith('a.txt', 'first\n\nsecond\r\nthird'))).documents).toEqual([
    '- | first',
    '- | second',
    '- | third',
  ]);
});
