import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nameOfProject } from '../../../backend/app/naming.ts';
import { openProject } from '../../../backend/project/file.ts';
import { newBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { newProject } from '../../support/project.ts';

test('a project is renamed open or not; its file stays, and the list names both', async () => {
  const backend = await newBackend();
  const { path, close } = newProject();
  close();
  await backend.open(path);
  const client = clientOf(backend);
  const [listed] = await client.projects.recent();
  expect(listed?.name).toBe('test');
  await client.projects.rename({ token: listed!.token, name: ' What customers say ' });
  expect(await client.app.state()).toMatchObject({ project: 'What customers say' });
  expect(await client.project.summary({ annotator: 'ada' })).toMatchObject({ name: 'What customers say' });
  await client.projects.close();
  expect(await client.projects.recent()).toMatchObject([
    { name: 'What customers say', where: expect.stringContaining('test.entail') },
  ]);
  expect(existsSync(path)).toBe(true);
  expect(await client.projects.rename({ token: listed!.token, name: 'Reviews' })).toMatchObject([
    { name: 'Reviews' },
  ]);
  // The project carries its name with it.
  const project = openProject(path);
  expect(nameOfProject(project)).toBe('Reviews');
  project.close();
  // Its file's own name is no other name.
  expect(await client.projects.rename({ token: listed!.token, name: 'test' })).toMatchObject([
    { name: 'test', where: expect.not.stringContaining('test.entail') },
  ]);
  await client.projects.open({ token: listed!.token });
  expect(await client.app.state()).toMatchObject({ project: 'test' });
});

test('a restored backup is called as its file, not as the original', async () => {
  const backend = await newBackend();
  const { path, close } = newProject();
  close();
  await backend.open(path);
  const client = clientOf(backend);
  const [listed] = await client.projects.recent();
  await client.projects.rename({ token: listed!.token, name: 'Reviews' });
  const backup = await client.backups.make();
  const { project } = await client.backups.restore({ token: backup.token });
  expect(project).toMatch(/^test \(backup of /);
});
