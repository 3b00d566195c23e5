import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRecentProjects } from '../../backend/machine/recent.ts';
import { resolveModel, wholeName } from '../../backend/models/resolve.ts';
import { isProjectName, projectsNamed } from '../../electron/openFile.ts';
import { isOnServer } from '../../process/serverPath.ts';
import { temporaryFolder } from '../support/temporary.ts';

const ON_SERVER = [
  '\\\\evil\\share\\a.entail',
  '//evil/share/a.entail',
  '\\/evil/share/a.entail',
  '/\\evil\\share\\a.entail',
  '\\\\?\\UNC\\evil\\share\\a.entail',
  '\\\\.\\pipe\\a.entail',
  '///evil/a.entail',
];

test.each(ON_SERVER)('%s is looked up by no argument, drop, list or name of a model', async (path) => {
  expect(isOnServer(path)).toBe(true);
  expect(isProjectName(path)).toBe(false);
  const named = (...words: string[]) =>
    projectsNamed({ argv: ['/opt/entail', ...words], cwd: '/tmp', packaged: true });
  expect(named(path)).toEqual([]);
  expect(named('--', path)).toEqual([]);
  await expect(resolveModel(path)).rejects.toMatchObject({ code: 'model_on_server' });
  expect(wholeName(path)).toBe(path);
  const home = temporaryFolder();
  const entry = { path, openedAt: '2026-01-01T00:00:00.000Z' };
  writeFileSync(join(home, 'recent.json'), JSON.stringify([entry]));
  expect(await (await createRecentProjects(home)).list()).toEqual([]);
});

test.each(['/home/a.entail', 'a.entail', 'C:\\a.entail', 'C:/a//b.entail', './a.entail'])(
  '%s is on this machine',
  (path) => {
    expect(isOnServer(path)).toBe(false);
    expect(isProjectName(path)).toBe(true);
  },
);

test('what is on a server is told in one place', () => {
  const root = join(import.meta.dirname, '..', '..');
  const found = ['process', 'engine', 'backend', 'electron', 'web', 'cli'].flatMap((layer) =>
    readdirSync(join(root, layer), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .filter((name) => readFileSync(join(root, layer, name), 'utf8').includes('^[\\\\/]{2}'))
      .map((name) => `${layer}/${name}`),
  );
  expect(found).toEqual(['process/serverPath.ts']);
});
