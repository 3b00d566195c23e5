import fc from 'fast-check';
import { expect, test } from 'vitest';
import { excelSafe, excelUnsafe } from '../../../backend/files/csvSafety.ts';
import { textOf } from './output.ts';
import { exampleSource } from './source.ts';

test.each([
  ['=1+1', "'=1+1"],
  ['+cmd', "'+cmd"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['\rx', "'\rx"],
  [' =x', "' =x"],
  ['\u00a0=x', "'\u00a0=x"],
  ['\u3000\u200b\ufeff=x', "'\u3000\u200b\ufeff=x"],
  ['a\n=x', "a\n'=x"],
  ['a\r\n  =x\n@y', "a\r\n'  =x\n'@y"],
  ['＝1', "'＝1"],
  ['＋1', "'＋1"],
  ['－x', "'－x"],
  ['＠x', "'＠x"],
  ["'=x", "''=x"],
  ['\u0001=x', "'\u0001=x"],
])('61: %j is written as %j', (text, safe) => {
  expect(excelSafe(text)).toBe(safe);
  expect(excelUnsafe(safe)).toBe(text);
});

test.each([
  '-3.5',
  '+4',
  '1e-7',
  '-0,5',
  'plain',
  'a=b',
  'a -b',
  "it's",
  "'quoted'",
  '',
  '" =x"',
  'a\nb',
  '5',
])('61: %j stays as it is', (text) => {
  expect(excelSafe(text)).toBe(text);
  expect(excelUnsafe(text)).toBe(text);
});

const risky = fc
  .array(
    fc.constantFrom('=', '+', '-', '@', '＝', '\t', '\r', '\n', ' ', '\u00a0', '\u200b', "'", 'a', '1', '"'),
  )
  .map((parts) => parts.join(''));

test('61: no line of a safe cell begins with a formula, and the exact text comes back', () => {
  fc.assert(
    fc.property(fc.oneof(risky, fc.string({ unit: 'binary' })), (text) => {
      const safe = excelSafe(text);
      expect(excelUnsafe(safe)).toBe(text);
      if (/^[+-]?\d+([.,]\d+)?(e[+-]?\d+)?$/i.test(safe)) return;
      expect(safe).not.toMatch(/^[\t\r]/);
      for (const line of safe.split(/[\n\r]/)) expect(line.trim()).not.toMatch(/^[=+\-@＝＋－＠]/);
    }),
    { numRuns: 2000 },
  );
});

test('61: a million tabs or apostrophes take no time', () => {
  const started = performance.now();
  for (const part of ['\t', "'", ' ', "'\n", '\u200b']) excelUnsafe(excelSafe(`${part.repeat(1e6)}x`));
  expect(performance.now() - started).toBeLessThan(5000);
});

test('61: a table for spreadsheets: header and cells are safe, and the mark says that it is UTF-8', () => {
  const source = exampleSource(['=1+1', '-3.5'], ['=A1', 'b', 'c']);
  const safe = textOf('csv', source, { excelSafe: true });
  expect(safe.startsWith("\uFEFFid,text,split,status,annotator,comment,'=A1,b,c,source\n")).toBe(true);
  expect(safe).toContain("\nd7,'=1+1,");
  expect(safe).toContain('\nd8,-3.5,');
  const exact = textOf('csv', source);
  expect(exact.startsWith('id,text,split,status,annotator,comment,=A1,b,c,source\n')).toBe(true);
  expect(exact).toContain('\nd7,=1+1,');
});
