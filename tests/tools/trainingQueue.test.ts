import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exclusively } from '../../backend/project/exclusive.ts';
import { toFloat32 } from '../../engine/graph/tensor.ts';
import { openModelFolder } from '../../engine/model/folder.ts';
import { readModel } from '../../engine/onnx/read.ts';
import { writeModel } from '../../engine/onnx/write.ts';
import { averageModels } from '../../tools/nli/averageModels.ts';
import { readRecipe } from '../../tools/nli/recipe.ts';
import { keepRecipe, lockQueue, readQueue, snapshotsOf, stepsOf } from '../../tools/nli/trainingQueue.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { writeTinyModel } from '../support/tinyModel.ts';

const RUN = { name: 'one', recipe: 'r.json', base: 'base', snapshotEvery: 10, average: 2 };

function queue(files: Record<string, unknown>): string {
  const dir = temporaryFolder();
  for (const [file, run] of Object.entries(files)) writeFileSync(join(dir, file), JSON.stringify(run));
  return dir;
}

test('runs come in the order of their files, with recipes relative to them', () => {
  const dir = queue({ '2.json': { ...RUN, name: 'two', base: 'run:one' }, '1.json': RUN });
  expect(readQueue(dir)).toEqual([
    { ...RUN, recipe: join(dir, 'r.json') },
    { ...RUN, name: 'two', base: 'run:one', recipe: join(dir, 'r.json') },
  ]);
});

test('a broken run is refused by file and field, as are a name twice and a base that comes later', () => {
  expect(() => readQueue(queue({ '1.json': { ...RUN, average: -1 } }))).toThrow(/1\.json: field average/);
  expect(() => readQueue(queue({ '1.json': { ...RUN, name: '../out' } }))).toThrow(/1\.json: field name/);
  expect(() => readQueue(queue({ '1.json': RUN, '2.json': RUN }))).toThrow(/2\.json: .*"one" too/);
  const later = { '1.json': { ...RUN, name: 'zero', teacher: 'run:one' }, '2.json': RUN };
  expect(() => readQueue(queue(later))).toThrow(/1\.json: no run before it has the name "one"/);
});

test('the runs that are shipped are read, and so are their recipes', () => {
  const runs = readQueue(join(import.meta.dirname, '../../tools/recipes/queue'));
  expect(runs.length).toBeGreaterThan(0);
  for (const run of runs) expect(readRecipe(run.recipe).steps).toBeGreaterThan(0);
});

test('a run trains, then measures; copies are averaged when there are several', () => {
  const out = temporaryFolder();
  const where = { bases: '/bases', out };
  const tools = (snapshots: string[]) => stepsOf(RUN, { ...where, snapshots }).map(({ tool }) => tool);
  const measuring = ['fit-combination.ts', 'evaluate-zero-shot.ts'];
  expect(tools([])).toEqual(['train-nli.ts', ...measuring]);
  expect(tools(['a'])).toEqual(['train-nli.ts', ...measuring]);
  expect(tools(['a', 'b', 'c'])).toEqual(['train-nli.ts', ...measuring, 'average-models.ts', ...measuring]);
  const steps = stepsOf(RUN, { ...where, snapshots: ['a', 'b', 'c'] });
  expect(steps[3]!.args.join(' ')).toBe(`--models b c --out ${join(out, 'one', 'averaged')}`);
  expect(new Set(steps.map(({ result }) => result)).size).toBe(steps.length);
  // A run on an earlier one takes its averaged model where there is one.
  const args = () => stepsOf({ ...RUN, base: 'run:zero' }, { ...where, snapshots: [] })[0]!.args.join(' ');
  expect(args()).toContain(`--model ${join(out, 'zero', 'model')} `);
  mkdirSync(join(out, 'zero', 'averaged', 'onnx'), { recursive: true });
  writeFileSync(join(out, 'zero', 'averaged', 'onnx', 'model.onnx'), '');
  expect(args()).toContain(`--model ${join(out, 'zero', 'averaged')} `);
});

test('a run goes on with its own recipe or with more steps of it, not with another', () => {
  const dir = join(temporaryFolder(), 'run');
  const recipe = join(temporaryFolder(), 'recipe.json');
  const write = (value: object) => writeFileSync(recipe, JSON.stringify(value));
  write({ steps: 10, seed: 1 });
  keepRecipe(dir, recipe);
  write({ steps: 20, seed: 1 });
  keepRecipe(dir, recipe);
  write({ steps: 20, seed: 2 });
  expect(() => keepRecipe(dir, recipe)).toThrow('begun with another recipe');
});

test('two queues do not work in one folder; the lock of a dead process, or what is no lock, holds nobody up', () => {
  const out = temporaryFolder();
  const path = join(out, 'queue.lock');
  const lock = lockQueue(out, 1_000_000_000);
  // The queue is gone, but what it started lives on: this very process.
  lock.holdFor(process.pid);
  expect(() => lockQueue(out, 1_000_000_001)).toThrow(`Process ${process.pid} works on the runs`);
  writeFileSync(path, '1000000000 1000000002');
  lockQueue(out, 1_000_000_001);
  expect(readFileSync(path, 'utf8')).toBe('1000000001');
  writeFileSync(path, 'nonsense');
  lockQueue(out).release();
  expect(() => readFileSync(path)).toThrow();
});

test('while one queue looks who works in a folder no other does', () => {
  const out = temporaryFolder();
  const turn = exclusively(join(out, 'queue.lock.turn'))!;
  expect(() => lockQueue(out)).toThrow('Another queue begins');
  expect(existsSync(join(out, 'queue.lock'))).toBe(false);
  turn.release();
  lockQueue(out).release();
  expect(readdirSync(out)).toEqual([]);
});

test('copies come in the order of their steps', () => {
  const dir = temporaryFolder();
  for (const name of ['1000', '500', 'other']) mkdirSync(join(dir, 'snapshots', name), { recursive: true });
  expect(snapshotsOf(dir)).toEqual(['500', '1000'].map((step) => join(dir, 'snapshots', step)));
  expect(snapshotsOf(join(dir, 'none'))).toEqual([]);
});

test('an averaged model has the means of the weights; models of other kinds are not averaged', async () => {
  const dirs = [1, 2, 3].map((seed) => {
    const dir = temporaryFolder();
    writeTinyModel(dir, seed);
    return dir;
  });
  const folders = await Promise.all(dirs.map(openModelFolder));
  const out = temporaryFolder();
  averageModels(folders, out);
  const weights = (dir: string) => readModel(dir).graph.initializers;
  const averaged = weights((await openModelFolder(out)).onnxPath);
  const all = folders.map(({ onnxPath }) => weights(onnxPath));
  const query = 'encoder.query.weight';
  const values = toFloat32(averaged.get(query)!);
  for (const [i, value] of values.entries()) {
    const mean = all.reduce((sum, one) => sum + toFloat32(one.get(query)!)[i]! / 3, 0);
    expect(value).toBeCloseTo(mean, 6);
  }
  expect(values).not.toEqual(toFloat32(all[2]!.get(query)!));
  const [first, second] = folders;
  const other = { ...first!, onnxPath: join(temporaryFolder(), 'model.onnx') };

  const changed = readModel(second!.onnxPath);
  changed.graph.initializers.delete(query);
  writeFileSync(other.onnxPath, writeModel(changed));
  expect(() => averageModels([other, first!], out)).toThrow('not copies of one model');
});
