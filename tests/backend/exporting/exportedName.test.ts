import { expect, test } from 'vitest';
import { exportedName } from '../../../backend/exporting/exportedName.ts';
import { exportFormats, tableFormats } from '../../../backend/exporting/index.ts';

test('an exported file says once what it is, and no two formats share a name', () => {
  const formats = [...tableFormats.values(), ...exportFormats.values()];
  const names = formats.map((format) => exportedName('Post', format));
  expect(names.slice(0, 4)).toEqual(expect.arrayContaining(['Post.xlsx', 'Post results.csv']));
  expect(names).toEqual(expect.arrayContaining(['Post.csv', 'Post hf.parquet', 'Post label-studio.json']));
  for (const name of names) expect(name).not.toMatch(/(\w+)\.\1$/);
  expect(new Set(names).size).toBe(names.length);
});
