import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBackupJob } from '../../../backend/jobs/backingUp.ts';
import { backUp, outdated } from '../../../backend/project/backup.ts';
import { checkProject } from '../../../backend/project/check.ts';
import { annotate, decided } from '../../../backend/services/annotating.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('a backup has everything that was saved, also while the project is written to', async () => {
  const project = newProject();
  const ids = addDocuments(
    project,
    Array.from({ length: 3000 }, (_, i) => `text ${i} ${'word '.repeat(50)}`),
  );
  annotate(project, 'ada', [decided(ids[0]!, { yes: [1], no: [2] })]);
  const copying = backUp(project, join(temporaryFolder(), 'backups'));
  for (const id of ids.slice(1, 20)) annotate(project, 'ada', [decided(id, { yes: [2], no: [1] })]);
  const report = checkProject(await copying);
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

test('closing makes a backup only where something changed', async () => {
  const project = newProject();
  const folder = join(temporaryFolder(), 'backups');
  await createBackupJob(project, folder).finish();
  const job = createBackupJob(project, folder);
  addDocuments(project, ['one']);
  await job.finish();
  expect(readdirSync(folder)).toHaveLength(1);
});
