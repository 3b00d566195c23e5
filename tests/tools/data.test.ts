import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readNliFile, readTextSet } from '../../tools/nli/readData.ts';
import { readRecipe } from '../../tools/nli/recipe.ts';
import { openLog } from '../../tools/nli/trainingLog.ts';
import { temporaryFolder } from '../support/temporary.ts';

const lines = (rows: unknown[]) => gzipSync(`${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
const RECIPE = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../tools/recipes/minilm-l6.json'), 'utf8'),
) as Record<string, never> & { heldOut: { sets: { set: string }[] }; zeroShot: { sets: { set: string }[] } };

test('a line separator inside a string does not end a row', async () => {
  const path = join(temporaryFolder(), 'a.jsonl.gz');
  const row = { premise: 'one\u2028two', hypothesis: 'b', label: 'neutral' };
  writeFileSync(path, lines([row, row]));
  expect(await readNliFile(path)).toEqual([row, row]);
});

test('a broken row is named by file and line, a missing file by its path', async () => {
  const path = join(temporaryFolder(), 'b.jsonl.gz');
  writeFileSync(
    path,
    lines([
      { premise: 'a', hypothesis: 'b', label: 'neutral' },
      { premise: 'a', label: 'maybe' },
    ]),
  );
  await expect(readNliFile(path)).rejects.toThrow(/b\.jsonl\.gz, line 2/);
  await expect(readNliFile(`${path}x`)).rejects.toMatchObject({ code: 'data_invalid' });
});

test('labels of texts become indices; an unknown one is refused', async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'set'));
  const label = (name: string) => ({ name, description: name, hypothesis: name });
  writeFileSync(join(dir, 'set/labels.json'), JSON.stringify([label('x'), label('y')]));
  writeFileSync(join(dir, 'set/train.jsonl.gz'), lines([{ text: 't', labels: ['y'] }]));
  writeFileSync(join(dir, 'set/test.jsonl.gz'), lines([{ text: 't', labels: ['z'] }]));
  expect((await readTextSet(dir, 'set', 'train')).texts).toEqual([{ text: 't', labels: [1] }]);
  await expect(readTextSet(dir, 'set', 'test')).rejects.toThrow(/not in its labels.json/);
});

test('the recipe of the shipped model is valid and keeps its held-out sets out', () => {
  const recipe = readRecipe(join(import.meta.dirname, '../../tools/recipes/minilm-l6.json'));
  const trained = recipe.zeroShot.sets.map(({ set }) => set);
  expect(recipe.heldOut.sets.length).toBeGreaterThanOrEqual(2);
  for (const { set } of recipe.heldOut.sets) expect(trained).not.toContain(set);
});

test.each([
  [
    'a held-out set',
    { zeroShot: { ...RECIPE.zeroShot, sets: [{ set: RECIPE.heldOut.sets[0]!.set, share: 1 }] } },
  ],
  ['a test file', { nli: { share: 0.5, files: [{ file: 'nli/mnli.test.jsonl.gz', share: 1 }] } }],
  ['an unknown field', { sedd: 1 }],
])('a recipe with %s in the training data or form is refused', (_, change) => {
  const path = join(temporaryFolder(), 'recipe.json');
  writeFileSync(path, JSON.stringify({ ...RECIPE, ...change }));
  expect(() => readRecipe(path)).toThrow(/recipe\.json/);
});

test('a resumed log keeps the lines up to the checkpoint and drops later and broken ones', () => {
  const path = join(temporaryFolder(), 'log.jsonl');
  writeFileSync(path, '{"step":1}\n{"step":2}\n{"step":3}\n{"st');
  openLog(path, 2)({ step: 3 });
  expect(readFileSync(path, 'utf8')).toBe('{"step":1}\n{"step":2}\n{"step":3}\n');
});
