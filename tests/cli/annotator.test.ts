import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createPreferences } from '../../backend/machine/preferences.ts';
import { openProject } from '../../backend/project/file.ts';
import { workplace } from './support.ts';

test('labels that the command line imports are those of whom the app is on this machine, and shown to them', async () => {
  const { dir, env, json, run, write } = workplace();
  write('docs.csv', 'text,labels\nit came late,shipping\nmuch too dear,price\nnice colour,\n');
  const app = await createPreferences(env.ENTAIL_HOME);
  const begunBy = (annotator: string) => {
    const project = openProject(join(dir, 'p.entail'));
    try {
      return project.stores.annotations.countOf(annotator, 'draft');
    } finally {
      project.close();
    }
  };
  json('new', 'p.entail');
  const told = run(['import', 'p.entail', 'docs.csv']).out;
  expect(told).toContain(`it is ${app.get().annotator}: --as for another name.`);
  expect(begunBy(app.get().annotator)).toBe(2);

  await app.change({ annotator: 'Maria' });
  write('more.csv', 'text,labels\nthe parcel is broken,shipping\n');
  write('bea.csv', 'text,labels\nso cheap,price\n');
  json('import', 'p.entail', 'more.csv');
  expect(run(['import', 'p.entail', 'bea.csv', '--as', 'Bea']).out).not.toContain('--as');
  expect([begunBy('Maria'), begunBy('Bea'), begunBy('import')]).toEqual([1, 1, 0]);
  json('export-data', 'p.entail', '--format', 'jsonl', '--to', 'out.jsonl', '--unfinished');
  expect(readFileSync(join(dir, 'out.jsonl'), 'utf8')).toContain('"annotator":"Maria"');
});
