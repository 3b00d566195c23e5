import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { newBackend } from '../../support/backend.ts';
import { clientOf } from '../../support/client.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** A closed project of three documents and four answers. */
function oldProject(): string {
  const project = newProject();
  addDocuments(project, ['One.', 'Two.', 'Three.']);
  annotate(project, 'Ada', [
    { ...decided(1, { yes: [1], no: [2] }), status: 'done' },
    { ...decided(2, { yes: [2], no: [] }), status: 'draft' },
  ]);
  annotate(project, 'Bob', [{ ...decided(1, { yes: [], no: [1] }), status: 'done' }]);
  project.close();
  return project.path;
}

/** A backend whose host has a trash: a folder. `takes`: what it takes of what it is given. */
async function withTrash(takes: (name: string) => boolean = () => true) {
  const trash = join(temporaryFolder(), 'trash');
  mkdirSync(trash);
  const moveToTrash = async (path: string) => {
    if (!takes(basename(path))) throw new Error('The trash is full.');
    renameSync(path, join(trash, basename(path)));
  };
  const backend = await newBackend({ host: { kind: 'electron', moveToTrash } });
  const client = clientOf(backend);
  /** The token of a project that was opened and closed. */
  const known = async (path: string) => {
    await backend.open(path);
    await client.projects.close();
    const [first] = await client.projects.recent();
    return first?.token ?? '';
  };
  return { backend, client, known, inTrash: () => readdirSync(trash).sort() };
}

test('a project goes to the trash with its logs and, where that is wanted, its backups, and off the list', async () => {
  const { client, known, inTrash } = await withTrash();
  const [path, other] = [oldProject(), oldProject()];
  const beside = 'test (log of 2026-01-02 03.04).entail-wal';
  writeFileSync(join(dirname(path), beside), 'old');
  writeFileSync(join(dirname(path), 'test (log of my own).txt'), 'mine');
  const kept = await known(other);
  const token = await known(path);
  // Who only opens it writes nothing that would be backed up.
  expect(await client.projects.holding({ token })).toEqual({
    file: 'test.entail',
    counts: { documents: 3, decisions: 4 },
    backups: 0,
  });
  const { recent, left } = await client.projects.trash({ token, backups: false });
  expect(left).toEqual([]);
  expect(recent.map((one) => one.token)).toEqual([kept]);
  expect(inTrash()).toEqual([beside, 'test.entail']);
  expect(readdirSync(dirname(path))).toEqual(['test (log of my own).txt']);
  expect(existsSync(other)).toBe(true);
});

test('backups stay unless they are to go, too', async () => {
  const { backend, client, known, inTrash } = await withTrash();
  const path = oldProject();
  await backend.open(path);
  await client.backups.make();
  const token = await known(path);
  expect((await client.projects.holding({ token })).backups).toBeGreaterThan(0);
  const folders = () => readdirSync(join(backend.session.home, 'backups'));
  expect(folders()).toHaveLength(1);
  await client.projects.trash({ token, backups: true });
  expect(folders()).toEqual([]);
  expect(inTrash()).toHaveLength(2);
});

test('a project that is open, here or in another process, is refused', async () => {
  const { backend, client, known, inTrash } = await withTrash();
  const path = oldProject();
  const token = await known(path);
  await backend.open(path);
  const refused = async (code: string) => {
    for (const ask of [
      () => client.projects.holding({ token }),
      () => client.projects.trash({ token, backups: true }),
    ])
      await expect(ask()).rejects.toMatchObject({ data: { code } });
  };
  await refused('project_open_already');
  await client.projects.close();
  const file = join(import.meta.dirname, '../../../backend/project/file.ts');
  const script = `
    const { openProject } = await import(${JSON.stringify(file)});
    const project = openProject(${JSON.stringify(path)});
    console.log('open');
    process.stdin.once('data', () => { project.close(); process.exit(); });`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', script]);
  onTestFinished(() => void other.kill());
  await once(other.stdout, 'data');
  await refused('project_open_elsewhere');
  other.stdin.write('close');
  await once(other, 'exit');
  expect(await client.projects.holding({ token })).toMatchObject({ counts: { documents: 3 } });
  expect(inTrash()).toEqual([]);
});

test('what the trash does not take is where it was, and told', async () => {
  const { client, known, inTrash } = await withTrash((name) => name === 'test.entail' && taking);
  let taking = false;
  const path = oldProject();
  const beside = 'test (log of 2026-01-02 03.04).entail-wal';
  writeFileSync(join(dirname(path), beside), 'old');
  const token = await known(path);
  const trash = () => client.projects.trash({ token, backups: false });
  await expect(trash()).rejects.toMatchObject({ data: { code: 'not_trashed' } });
  expect(existsSync(path)).toBe(true);
  expect(await client.projects.recent()).toHaveLength(1);
  taking = true;
  expect(await trash()).toEqual({ recent: [], left: [beside] });
  expect(inTrash()).toEqual(['test.entail']);
});

test('a damaged file can go, and nobody knows what is in it', async () => {
  const { client, known, inTrash } = await withTrash();
  const path = oldProject();
  const token = await known(path);
  writeFileSync(path, 'no project at all');
  expect(await client.projects.holding({ token })).toMatchObject({ counts: null, backups: 0 });
  await client.projects.trash({ token, backups: true });
  expect(inTrash()).toEqual(['test.entail']);
});

test('who only asks about a project of an older format leaves it as it is, and makes no backup', async () => {
  const { backend, client, known, inTrash } = await withTrash();
  const path = oldProject();
  const token = await known(path);
  const old = gunzipSync(readFileSync(join(import.meta.dirname, '../project/versions/10.entail.gz')));
  writeFileSync(path, old);
  expect(await client.projects.holding({ token })).toEqual({
    file: 'test.entail',
    counts: { documents: 3, decisions: 6 },
    backups: 0,
  });
  expect(readFileSync(path).equals(old)).toBe(true);
  expect(readdirSync(dirname(path))).toEqual(['test.entail']);
  expect(existsSync(join(backend.session.home, 'backups'))).toBe(false);
  await client.projects.trash({ token, backups: true });
  expect(inTrash()).toEqual(['test.entail']);
});

test('in the browser there is no trash', async () => {
  const backend = await newBackend();
  const client = clientOf(backend);
  const path = oldProject();
  await backend.open(path);
  await client.projects.close();
  const [own] = await client.projects.recent();
  const asked = client.projects.trash({ token: own?.token ?? '', backups: false });
  await expect(asked).rejects.toMatchObject({ data: { code: 'not_in_browser' } });
  expect(existsSync(path)).toBe(true);
});
