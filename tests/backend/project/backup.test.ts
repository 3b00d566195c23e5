import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { createBackupJob } from '../../../backend/project/backingUp.ts';
import { backUp, outdated } from '../../../backend/project/backup.ts';
import { checkProject } from '../../../backend/project/check.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('a backup has everything that was saved, also while the project is written to', async () => {
  const project = newProject();
  const ids = addDocuments(
    project,
    Array.from({ length: 3000 }, (_, i) => `text ${i} ${'word '.repeat(50)}`),
  );
  annotate(project, 'ada', [decided(ids[0]!, { yes: [1], no: [2] })]);
  const folder = join(temporaryFolder(), 'backups');
  const copying = backUp(project, folder);
  for (const id of ids.slice(1, 20)) annotate(project, 'ada', [decided(id, { yes: [2], no: [1] })]);
  const report = checkProject(join(folder, await copying));
  expect(report).toMatchObject({ documents: 3000, problems: [] });
  expect(report.decisions).toBeGreaterThanOrEqual(2);
});

test('of backups three of today, one of other days and ten in all stay', () => {
  const name = (day: number, hour: number) =>
    `2026-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}-00-00Z.entail`;
  const names = Array.from({ length: 20 }, (_, day) =>
    [1, 2, 3, 4, 5].map((hour) => name(day + 1, hour)),
  ).flat();
  const gone = new Set(outdated(names, new Date('2026-03-20T12:00:00Z')));
  expect(names.filter((own) => !gone.has(own)).reverse()).toEqual([
    name(20, 5),
    name(20, 4),
    name(20, 3),
    ...[19, 18, 17, 16, 15, 14, 13].map((day) => name(day, 5)),
  ]);
});

test('backups that someone asked for stay when others go, ten of them', () => {
  const today = Array.from({ length: 6 }, (_, i) => `2026-03-20T0${i}-00-00Z.entail`);
  const asked = Array.from(
    { length: 12 },
    (_, i) => `2026-03-${String(i + 1).padStart(2, '0')}T00-00-00Z kept.entail`,
  );
  expect(outdated([...today, ...asked], new Date('2026-03-20T12:00:00Z')).sort()).toEqual([
    ...asked.slice(0, 2),
    ...today.slice(0, 3),
  ]);
});

test('a copy is checked while annotating goes on', async () => {
  const project = newProject();
  const ids = addDocuments(
    project,
    Array.from({ length: 10_000 }, (_, i) => `text ${i} ${'word '.repeat(50)}`),
  );
  let ended = false;
  let turns = 0;
  const copying = backUp(project, join(temporaryFolder(), 'backups')).then(() => {
    ended = true;
  });
  while (!ended) {
    annotate(project, 'ada', [decided(ids[turns % ids.length]!, { yes: [1], no: [2] })]);
    turns += 1;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await copying;
  expect(turns).toBeGreaterThan(10);
});

test('the thread that checks a copy names what is damaged', async () => {
  const project = newProject();
  addDocuments(
    project,
    Array.from({ length: 200 }, (_, i) => `text ${i} ${'word '.repeat(50)}`),
  );
  const folder = join(temporaryFolder(), 'backups');
  const path = join(folder, await backUp(project, folder));
  const answer = async () => {
    const thread = new Worker(join(import.meta.dirname, '../../../backend/project/damageThread.ts'), {
      workerData: path,
    });
    // On a busy machine it ends in the turn in which its message is heard.
    const [[found]] = await Promise.all([once(thread, 'message'), once(thread, 'exit')]);
    return found;
  };
  expect(await answer()).toBe(null);
  const bytes = readFileSync(path);
  bytes.fill(0xff, 8 * 4096, 9 * 4096);
  writeFileSync(path, bytes);
  expect(await answer()).toMatch(/page|malformed|btree/i);
});

test('closing makes a backup only where something changed', async () => {
  const project = newProject();
  const folder = join(temporaryFolder(), 'backups');
  await createBackupJob(project, folder).finish();
  const job = createBackupJob(project, folder);
  addDocuments(project, ['one']);
  await job.finish();
  expect(readdirSync(folder)).toHaveLength(1);
});
