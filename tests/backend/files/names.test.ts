import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeFileName } from '../../../backend/files/names.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test.each([
  ['late delivery', 'late delivery'],
  ['../../x', '_.._x'],
  ['/etc/passwd', '_etc_passwd'],
  ['C:\\x', 'C__x'],
  ['a:b', 'a_b'],
  ['a*?"<>|b', 'a______b'],
  ['a.', 'a'],
  ['a . .', 'a'],
  ['.hidden', 'hidden'],
  ['..', '_'],
  ['', '_'],
  [' \t', '_'],
  ['CON', '_CON'],
  ['nul.txt', '_nul.txt'],
  ['Com1', '_Com1'],
  ['lpt²', '_lpt²'],
  ['console', 'console'],
  ['a\nb\0c', 'a_b_c'],
  ['abc\u202Etxt.exe', 'abc_txt.exe'],
  ['zero\u200Bwidth', 'zero_width'],
  ['e\u0301', '\u00e9'],
  ['\ud800x', '_x'],
])('62: %j becomes the file name %j', (text, name) => {
  expect(safeFileName(text)).toBe(name);
});

test('62: 300 bytes become at most 120, and no character is cut', () => {
  expect(safeFileName('ä'.repeat(150))).toBe('ä'.repeat(60));
  expect(safeFileName(`${'x'.repeat(118)}😀`)).toBe('x'.repeat(118));
  expect(safeFileName(`${'x'.repeat(119)}. and more`)).toBe('x'.repeat(119));
});

test('62: any text gives the name of a file in its folder', () => {
  const folder = temporaryFolder();
  let run = 0;
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 20 }), (texts) => {
      const dir = join(folder, String(run++));
      mkdirSync(dir);
      const names = texts.map(safeFileName);
      for (const name of names) {
        expect(name).toBe(basename(name));
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(120);
        expect(name).toBe(name.normalize('NFC'));
        expect(name).toMatch(/^[^\s.].*$/u);
        expect(name).not.toMatch(/[\s.]$/u);
        writeFileSync(join(dir, name), '');
      }
      expect(new Set(readdirSync(dir))).toEqual(new Set(names));
    }),
    { numRuns: 200 },
  );
});
