import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkProject } from '../../../backend/project/check.ts';
import { openProject } from '../../../backend/project/file.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { hash, killedAfter } from './logFiles.ts';

const BLOCK = 512;

interface Told {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
}

/** A closed project of about a megabyte. */
function large(): string {
  const project = newProject();
  addDocuments(
    project,
    Array.from({ length: 300 }, (_, i) => `${i} ${'and again '.repeat(300)}`),
  );
  project.close();
  expect(statSync(project.path).size).toBeGreaterThan(900_000);
  return project.path;
}

/** What `work` throws in a process whose files may have so many bytes; null: nothing. */
function limitedTo(
  bytes: number | null,
  work: string,
  { tmp = temporaryFolder() }: { tmp?: string } = {},
): Told | null {
  const from = (file: string) => JSON.stringify(join(import.meta.dirname, '../../../backend', file));
  const script = `
    const { checkProject } = await import(${from('project/check.ts')});
    const { openProject, createProject } = await import(${from('project/file.ts')});
    const { openOrRead } = await import(${from('project/reading.ts')});
    const { writeAtomically } = await import(${from('files/atomic.ts')});
    const { failureOf } = await import(${from('failures.ts')});
    const { describeError } = await import(${JSON.stringify(join(import.meta.dirname, '../../../cli/errors.ts'))});
    try { ${work}; console.log('null'); } catch (e) {
      console.log(JSON.stringify({ name: e.name, code: e.code, message: e.message }));
    }`;
  const limit = bytes === null ? '' : `ulimit -f ${Math.floor(bytes / BLOCK)};`;
  const { stdout, stderr } = spawnSync(
    'sh',
    ['-c', `${limit} exec "$0" --input-type=module -e "$1"`, process.execPath, script],
    { encoding: 'utf8', env: { ...process.env, TMPDIR: tmp, ENTAIL_HOME: temporaryFolder() } },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Told | null;
}

const NO_COPY = (name: string) => ({
  name: 'BackendError',
  code: 'file_too_large',
  message: `"${name}" is looked at in a copy, which can’t be made: the system allows this program no file of its size.`,
});
const NOT_SAVED = (name: string) => ({
  name: 'BackendError',
  code: 'file_too_large',
  message: `"${name}" can’t be saved: the system allows this program no file of that size.`,
});

test.skipIf(process.platform === 'win32')('a copy that the system allows no room for is told as that', () => {
  const path = large();
  const before = hash(path);
  expect(limitedTo(200_000, `checkProject(${JSON.stringify(path)})`)).toEqual(NO_COPY('test.entail'));
  expect(hash(path)).toBe(before);
  killedAfter(path, 1, 2);
  expect(limitedTo(200_000, `openProject(${JSON.stringify(path)})`)).toEqual(NO_COPY('test.entail'));
  expect(readdirSync(dirname(path)).sort()).toEqual(['test.entail', 'test.entail-wal']);
  const project = openProject(path);
  expect(project.stores.documents.count()).toBe(300);
  project.close();
});

test.skipIf(process.platform === 'win32')('a database that may not grow is no failing disk', () => {
  const path = large();
  const add = `const p = openProject(${JSON.stringify(path)});
    p.write(() => { for (let i = 0; i < 300; i++) p.stores.documents.add(
      { externalId: null, text: i + ' ' + 'new and '.repeat(300), meta: new Map(), split: null, source: 'x' }, ''); })`;
  expect(limitedTo(1_000_000, add)).toEqual(NOT_SAVED('test.entail'));
  expect(checkProject(path)).toMatchObject({ documents: 300, problems: [] });
  const created = join(temporaryFolder(), 'new.entail');
  expect(limitedTo(50_000, `createProject(${JSON.stringify(created)})`)).toEqual(NOT_SAVED('new.entail'));
  expect(readdirSync(dirname(created))).toEqual([]);
});

test.skipIf(process.platform === 'win32')(
  'a log that outgrew its project and is gone again is told as the limit, too',
  () => {
    const path = large();
    const failing = (bytes: number) =>
      limitedTo(
        bytes,
        `const { describeFailure } = await import(${JSON.stringify(join(import.meta.dirname, '../../../backend/project/failures.ts'))});
         const { default: Database } = await import('better-sqlite3');
         throw describeFailure(new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_WRITE'), ${JSON.stringify(path)})`,
      );
    expect(failing(70_000_000)).toEqual(NOT_SAVED('test.entail'));
    expect(failing(1_000_000_000)).toMatchObject({ code: 'disk_failed' });
  },
);

test.skipIf(process.platform === 'win32')('an export that may not be so large is told as that, too', () => {
  const target = join(temporaryFolder(), 'out.csv');
  const write = `await writeAtomically(${JSON.stringify(target)}, ['x'.repeat(200_000)], { overwrite: false })`;
  expect(limitedTo(100_000, write)).toMatchObject({
    code: 'not_written',
    message: '"out.csv" can\'t be written: the system allows this program no file of that size.',
  });
});

test.skipIf(process.platform === 'win32')(
  'hosts have words for what the system refuses where nobody nearer has',
  () => {
    const error = "Object.assign(new Error('EFBIG: raw'), { code: 'EFBIG', path: '/folder/x.bin' })";
    expect(limitedTo(null, `throw new Error(failureOf(${error}).message)`)?.message).toBe(
      '"x.bin" can\'t be used: the system allows this program no file of that size.',
    );
    expect(limitedTo(null, `throw new Error(describeError(${error}))`)?.message).toBe(
      '"/folder/x.bin": the system allows this program no file of that size.',
    );
  },
);

test.skipIf(process.platform === 'win32')(
  'without a folder for temporary files copies are made beside the project',
  () => {
    const path = large();
    const tmp = join(temporaryFolder(), 'gone');
    expect(limitedTo(null, `checkProject(${JSON.stringify(path)})`, { tmp })).toBeNull();
    expect(readdirSync(dirname(path))).toEqual(['test.entail']);
  },
);

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'where no copy can be made at all it says what to do',
  () => {
    const path = large();
    const tmp = join(temporaryFolder(), 'gone');
    const folder = dirname(path);
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o500);
    try {
      expect(limitedTo(null, `checkProject(${JSON.stringify(path)})`, { tmp })).toMatchObject({
        code: 'no_temporary_folder',
      });
    } finally {
      chmodSync(folder, 0o700);
    }
  },
);
