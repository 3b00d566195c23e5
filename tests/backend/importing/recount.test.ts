import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importFiles } from '../../../backend/importing/importing.ts';
import { recount } from '../../../backend/importing/recount.ts';
import { newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function setting() {
  const project = newProject(['Billing']);
  const path = join(temporaryFolder(), 'a.csv');
  writeFileSync(path, 'text,labels\none two,Biling\nthree four,Login\n');
  const at = new Date(2026, 1);
  utimesSync(path, at, at);
  const count = (names: { from: string; to: string | null }[]) =>
    recount(project, { files: [path], reading: { names }, annotator: 'ada', longerThan: 2000 });
  /** Other documents in a file that looks the same from outside. */
  const swap = () => {
    writeFileSync(path, 'text,labels\none two,Biling\none two,Kogin!!!\n');
    utimesSync(path, at, at);
  };
  return { project, path, count, swap };
}

test('what labels are called is counted anew without reading the file again', async () => {
  const { path, count, swap } = setting();
  expect(await count([])).toMatchObject({ fresh: 2, labels: [{ kind: 'new' }, { kind: 'new' }] });
  swap();
  expect(await count([{ from: 'Biling', to: 'Billing' }])).toMatchObject({
    fresh: 2,
    labels: [
      { from: 'Biling', to: 'Billing', kind: 'known' },
      { from: 'Login', to: 'Login', kind: 'new' },
    ],
  });
  // A file that was saved since is read.
  utimesSync(path, new Date(), new Date(2020, 1));
  expect(await count([])).toMatchObject({ fresh: 1, labels: [{ from: 'Biling' }, { from: 'Kogin!!!' }] });
});

test('where answers may contradict those of the project, and after an import, it is read', async () => {
  const { project, path, count, swap } = setting();
  await count([]);
  await importFiles(project, { files: [path], annotator: 'ada' });
  expect(await count([])).toMatchObject({ fresh: 0, duplicate: 2 });
  swap();
  expect(await count([])).toMatchObject({ labels: [{ from: 'Biling' }, { from: 'Kogin!!!' }] });
});
