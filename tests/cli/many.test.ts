import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { many } from '../../cli/many.ts';

test('one of something is not told as several', () => {
  expect([many(1, 'row'), many(3, 'row'), many(0, 'row')]).toEqual(['1 row', '3 rows', '0 rows']);
  expect(many(1, 'row was', 'rows were')).toBe('1 row was');
  expect(many(2, 'row was', 'rows were')).toBe('2 rows were');
});

test('what the command line counts goes through one piece', () => {
  const root = resolve(import.meta.dirname, '../../cli');
  const counted = /`\$\{[\w.]+\} (?:documents|rows|answers|suggestions|labels)\b[^`]*`/g;
  const left = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => readFileSync(join(root, name), 'utf8').match(counted) ?? []);
  expect(left).toEqual([]);
});
