import {
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { addDocuments } from '../../support/project.ts';

const ada = { annotator: 'ada' } as const;

async function withBackup() {
  const backend = await openBackend();
  const { workspace, home } = backend.session;
  const { project } = workspace.opened();
  addDocuments(project, ['the price is high', 'late']);
  const api = clientOf(backend);
  const backup = await api.backups.make();
  return { api, workspace, home, path: project.path, backup };
}

test('a backup that was asked for is listed, and opens as a project of its own beside the original', async () => {
  const { api, workspace, path, backup } = await withBackup();
  expect(await api.backups.list({ project: null })).toEqual([backup]);
  expect(backup).toMatchObject({ byHand: true });
  expect(backup.bytes).toBeGreaterThan(1000);
  await api.annotations.decide({ ...ada, documentIds: [1], values: [], note: 'after the backup' });

  const { project: name } = await api.backups.restore({ token: backup.token });
  expect(name).toMatch(/^test \(backup of \d{4}-\d\d-\d\d \d\d\.\d\d\)$/);
  const restored = workspace.opened().project;
  expect(dirname(restored.path)).toBe(dirname(path));
  expect((await api.annotations.get({ ...ada, id: 1 })).note).toBe('');
  expect((await api.project.summary(ada)).documents).toBe(2);
  // It has backups of its own.
  expect(await api.backups.list({ project: null })).toEqual([]);

  const original = (await api.projects.recent()).find((recent) => recent.name === 'test')!;
  await api.projects.open({ token: original.token });
  expect((await api.annotations.get({ ...ada, id: 1 })).note).toBe('after the backup');
});

test.skipIf(process.platform === 'win32')('a restored project is for its owner alone', async () => {
  const { api, backup, workspace, home } = await withBackup();
  const backups = readdirSync(join(home, 'backups'), { recursive: true, encoding: 'utf8' });
  for (const name of backups.filter((own) => own.endsWith('.entail')))
    chmodSync(join(home, 'backups', name), 0o644);
  await api.backups.restore({ token: backup.token });
  expect(statSync(workspace.opened().project.path).mode & 0o777).toBe(0o600);
});

test('restoring twice overwrites nothing', async () => {
  const { api, backup, path } = await withBackup();
  const first = await api.backups.restore({ token: backup.token });
  const second = await api.backups.restore({ token: backup.token });
  expect(second.project).toBe(`${first.project} (2)`);
  expect(readdirSync(dirname(path)).filter((name) => name.includes('partial'))).toEqual([]);
});

test('backups of a project that is damaged or gone are found by its place among the recent ones', async () => {
  const { api, path, home } = await withBackup();
  await api.projects.close();
  const recent = (await api.projects.recent())[0]!;
  const listed = () => api.backups.list({ project: recent.token });
  expect(await listed()).not.toEqual([]);
  mkdirSync(join(home, 'backups', 'test another'));
  truncateSync(path, 5000);
  const [damaged] = await listed();
  rmSync(path);
  const [gone] = await listed();
  expect(gone).toEqual(damaged);
  const { project } = await api.backups.restore({ token: gone!.token });
  expect(project).toMatch(/^test \(backup of/);
});

test('where the folder of the original is gone the host says where the project goes', async () => {
  const { api, workspace, path, home, backup } = await withBackup();
  await api.projects.close();
  renameSync(dirname(path), `${dirname(path)}-moved`);
  await api.backups.restore({ token: backup.token });
  expect(dirname(workspace.opened().project.path)).toBe(join(home, 'projects'));
  renameSync(`${dirname(path)}-moved`, dirname(path));
});

test('a damaged backup is refused in words, leaves nothing, and the open project stays', async () => {
  const { api, workspace, path, home, backup } = await withBackup();
  const [folder] = readdirSync(join(home, 'backups'));
  const [name] = readdirSync(join(home, 'backups', folder!));
  const file = join(home, 'backups', folder!, name!);
  truncateSync(file, 20_000);
  await expect(api.backups.restore({ token: backup.token })).rejects.toMatchObject({
    message: 'This backup is damaged.',
    data: { code: 'backup_damaged' },
  });
  rmSync(file);
  await expect(api.backups.restore({ token: backup.token })).rejects.toMatchObject({
    data: { code: 'backup_missing' },
  });
  expect(workspace.opened().project.path).toBe(path);
  expect(readdirSync(dirname(path)).filter((own) => own.startsWith('.') || own.includes('backup'))).toEqual(
    [],
  );
  expect(basename(path)).toBe('test.entail');
});

test('only files named as backups are listed, and a token that was not given opens nothing', async () => {
  const { api, home, backup } = await withBackup();
  const [folder] = readdirSync(join(home, 'backups'));
  for (const name of ['notes.txt', '2026-03-20T01-00-00Z.entail.partial', 'x.entail']) {
    writeFileSync(join(home, 'backups', folder!, name), 'x');
  }
  expect(await api.backups.list({ project: null })).toEqual([backup]);
  await expect(api.backups.restore({ token: 'A'.repeat(24) })).rejects.toMatchObject({
    data: { code: 'token_unknown' },
  });
});
