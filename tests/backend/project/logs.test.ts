import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { annotate, decided } from '../../../backend/annotating/annotating.ts';
import { checkProject } from '../../../backend/project/check.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import { openProject, type Project } from '../../../backend/project/file.ts';
import { createRandom } from '../../../engine/index.ts';
import { addDocuments, newProject } from '../../support/project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const hash = (path: string) =>
  existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'none';
const state = (path: string) => [hash(path), hash(`${path}-wal`), readdirSync(dirname(path)).join()];
const decide = (project: Project, id: number) =>
  annotate(project, 'ada', [decided(id, { yes: [1], no: [2] })]);
const done = (project: Project) =>
  project[DATABASE].prepare('SELECT DISTINCT document_id FROM decisions ORDER BY 1').pluck().all();

function saved(): string {
  const project = newProject();
  addDocuments(
    project,
    Array.from({ length: 40 }, (_, i) => `text ${i}`),
  );
  project.close();
  return project.path;
}

/** Decides on documents and is killed: the answered decisions are in the log. */
function killedAfter(path: string, first: number, count: number): void {
  const from = (file: string) => JSON.stringify(join(import.meta.dirname, '../../../backend', file));
  const script = `
    const { openProject } = await import(${from('project/file.ts')});
    const { annotate, decided } = await import(${from('annotating/annotating.ts')});
    const p = openProject(${JSON.stringify(path)});
    for (let i = 0; i < ${count}; i++) annotate(p, 'ada', [decided(${first} + i, { yes: [1], no: [2] })]);
    process.kill(process.pid, 'SIGKILL');`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
}

function expectRefused(path: string, code: string): void {
  const before = state(path);
  expect(() => openProject(path, { badLog: 'refuse' })).toThrow(expect.objectContaining({ code }));
  expect(state(path)).toEqual(before);
  checkProject(path);
  expect(state(path)).toEqual(before);
}

test('the log of an older copy is refused, and kept aside when the person goes on', () => {
  const a = saved();
  const b = join(temporaryFolder(), 'b.entail');
  copyFileSync(a, b);
  const other = openProject(b);
  decide(other, 20);
  other.close();
  killedAfter(a, 1, 3);
  const log = hash(`${a}-wal`);
  copyFileSync(b, a);
  expectRefused(a, 'foreign_log');
  expect(() => openProject(a)).toThrow('older or newer copy');
  expect(checkProject(a).problems.join()).toContain('older or newer copy');
  const project = openProject(a, { badLog: 'continue' });
  expect(done(project)).toEqual([20]);
  project.close();
  const kept = readdirSync(dirname(a)).filter((name) => name.includes('(log of '));
  expect(kept).toHaveLength(1);
  expect(hash(join(dirname(a), kept[0]!))).toBe(log);
  expect(checkProject(a).problems).toEqual([]);
});

test('an earlier part of a log is not applied to a file that has more of it', () => {
  const path = saved();
  killedAfter(path, 1, 2);
  copyFileSync(`${path}-wal`, `${path}.log`);
  const project = openProject(path);
  decide(project, 3);
  project.close();
  copyFileSync(`${path}.log`, `${path}-wal`);
  expectRefused(path, 'foreign_log');
});

test('a flipped bit anywhere in a log is refused, or every decision is there', () => {
  const path = saved();
  killedAfter(path, 1, 12);
  const main = readFileSync(path);
  const log = readFileSync(`${path}-wal`);
  const random = createRandom(5);
  const dir = temporaryFolder();
  const counts = { refused: 0, whole: 0 };
  const offsets = [
    ...Array.from({ length: 100 }, () => random.integer(log.length)),
    // Each byte of the last frame's header, which ends the last decision.
    ...Array.from({ length: 24 }, (_, i) => log.length - 4120 + i),
    ...Array.from({ length: 32 }, (_, i) => i),
  ];
  for (const [i, at] of offsets.entries()) {
    const copy = join(dir, `${i}.entail`);
    const flipped = Buffer.from(log);
    flipped[at]! ^= 1 << random.integer(8);
    writeFileSync(copy, main);
    writeFileSync(`${copy}-wal`, flipped);
    try {
      const project = openProject(copy);
      expect(done(project)).toHaveLength(12);
      project.close();
      counts.whole += 1;
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^(log_damaged|foreign_log)$/) });
      expect([hash(copy), hash(`${copy}-wal`)]).toEqual(
        [main, flipped].map((bytes) => createHash('sha256').update(bytes).digest('hex')),
      );
      counts.refused += 1;
    }
  }
  // Four bytes of the header are a number that means nothing here, but they are in the checksum.
  expect(counts).toEqual({ refused: offsets.length, whole: 0 });
});

test('of a damaged log the first part is read when the person goes on, and the whole is kept', () => {
  const path = saved();
  killedAfter(path, 1, 12);
  const log = readFileSync(`${path}-wal`);
  log[Math.floor(log.length / 2)]! ^= 4;
  writeFileSync(`${path}-wal`, log);
  const project = openProject(path, { badLog: 'continue' });
  expect(project.notices.join(' ')).toMatch(/damaged: only its first part.*is kept as "/);
  const ids = done(project);
  expect(ids.length).toBeGreaterThan(2);
  expect(ids.length).toBeLessThan(12);
  project.close();
  expect(checkProject(path).problems).toEqual([]);
});

test('a log that was cut anywhere is refused while anything that was answered is missing in it', () => {
  const path = saved();
  killedAfter(path, 1, 8);
  const main = readFileSync(path);
  const log = readFileSync(`${path}-wal`);
  const ends = commitEnds(log);
  expect(ends.length).toBeGreaterThan(8);
  const dir = temporaryFolder();
  const cuts = [0, 1, 31, 32, 2000, ...ends, ...ends.map((end) => end - 1), ...ends.map((end) => end + 40)];
  for (const [i, at] of cuts.entries()) {
    const copy = join(dir, `${i}.entail`);
    writeFileSync(copy, main);
    writeFileSync(`${copy}-wal`, log.subarray(0, at));
    if (at >= log.length) {
      const project = openProject(copy, { badLog: 'refuse' });
      expect(done(project)).toHaveLength(8);
      expect(project.notices).toEqual([]);
      project.close();
      continue;
    }
    expectRefused(copy, 'log_cut');
    expect(checkProject(copy).problems.join()).toContain('lacks the last decisions');
    const project = openProject(copy);
    expect(project.notices.join(' ')).toMatch(/lacks the last decisions.*is kept as "/);
    // The first transaction is the session's alone.
    const whole = ends.filter((end) => end <= at).length;
    expect(done(project)).toEqual(Array.from({ length: Math.max(0, whole - 1) }, (_, k) => k + 1));
    project.close();
    expect(checkProject(copy)).toMatchObject({ problems: [], notes: [] });
    const again = openProject(copy, { badLog: 'refuse' });
    expect(again.notices).toEqual([]);
    again.close();
  }
});

/** Where each transaction of a log ends, in bytes: its last frame has the number of pages. */
function commitEnds(log: Buffer): number[] {
  const size = 24 + log.readUInt32BE(8);
  const frames = Array.from({ length: Math.floor((log.length - 32) / size) }, (_, i) => 32 + i * size);
  return frames.filter((at) => log.readUInt32BE(at + 4) !== 0).map((at) => at + size);
}

test('what was taken back is not missed, and neither is what was answered after the note', () => {
  const path = saved();
  const project = openProject(path);
  decide(project, 1);
  const early = join(temporaryFolder(), 'early.entail');
  // In another process, which takes no lock away.
  spawnSync('cp', [path, early]);
  expect(() =>
    project.write(() => {
      project[DATABASE].pragma('cache_size = 10');
      for (let i = 0; i < 400; i++)
        project.stores.documents.add(
          {
            externalId: `t${i}`,
            text: `${i} ${'x'.repeat(20_000)}`,
            meta: new Map(),
            split: null,
            source: 'test',
          },
          '2026-01-01T00:00:00.000Z',
        );
      throw new Error('taken back');
    }),
  ).toThrow('taken back');
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(4_000_000);
  decide(project, 2);
  const late = join(temporaryFolder(), 'late.entail');
  spawnSync('cp', [path, late]);
  spawnSync('cp', [`${path}-wal`, `${late}-wal`]);
  // Killed between a commit and the note of it: the file is older than its log.
  spawnSync('cp', [`${path}-wal`, `${early}-wal`]);
  project.close();
  for (const copy of [early, late]) {
    const other = openProject(copy, { badLog: 'refuse' });
    expect(done(other)).toEqual([1, 2]);
    other.close();
    expect(checkProject(copy)).toMatchObject({ problems: [], notes: [] });
  }
});

test('a note that is torn, of another log, or not there refuses nothing', () => {
  const path = saved();
  killedAfter(path, 1, 3);
  const main = readFileSync(path);
  const log = readFileSync(`${path}-wal`);
  const at = main.indexOf('entail-log-bytes');
  expect(at).toBe(4096 + 512);
  const changes: ((bytes: Buffer) => void)[] = [
    (bytes) => bytes.fill(0, at, at + 72),
    (bytes) => bytes.fill(7, at + 48, at + 72),
    (bytes) => bytes.fill(255, at + 54, at + 56),
  ];
  for (const [i, change] of changes.entries()) {
    const copy = join(temporaryFolder(), `${i}.entail`);
    const bytes = Buffer.from(main);
    change(bytes);
    writeFileSync(copy, bytes);
    writeFileSync(`${copy}-wal`, log);
    const project = openProject(copy, { badLog: 'refuse' });
    expect(done(project)).toEqual([1, 2, 3]);
    project.close();
  }
  // The next log begins where the note still tells of the one before.
  openProject(path).close();
  const old = readFileSync(path).subarray(4096, 8192);
  killedAfter(path, 4, 1);
  const next = readFileSync(path);
  old.copy(next, 4096 + 512, 512, 512 + 72);
  writeFileSync(path, next);
  const project = openProject(path, { badLog: 'refuse' });
  expect(done(project)).toEqual([1, 2, 3, 4]);
  project.close();
});

test('what a kill left half written is no damage', () => {
  const path = saved();
  killedAfter(path, 1, 3);
  const log = readFileSync(`${path}-wal`);
  writeFileSync(`${path}-wal`, Buffer.concat([log, log.subarray(32, 1000)]));
  const project = openProject(path, { badLog: 'refuse' });
  expect(done(project)).toEqual([1, 2, 3]);
  project.close();
});

test('a file without its log says so, opens, and says so no more once it is the project', () => {
  const path = saved();
  killedAfter(path, 1, 3);
  const moved = join(temporaryFolder(), 'moved.entail');
  renameSync(path, moved);
  expectRefused(moved, 'log_missing');
  expect(checkProject(moved)).toMatchObject({
    problems: [],
    notes: [expect.stringContaining('last decisions since')],
  });
  const project = openProject(moved);
  expect(project.notices).toEqual([expect.stringContaining('last decisions since')]);
  decide(project, 9);
  project.close();
  expect(checkProject(moved).notes).toEqual([]);
});

test('a hard link does not hide the log that lies beside the other name', () => {
  const path = saved();
  const link = join(dirname(path), 'link.entail');
  linkSync(path, link);
  killedAfter(path, 1, 3);
  expectRefused(link, 'log_elsewhere');
  expect(() => openProject(link)).toThrow('another name of "test.entail"');
  const project = openProject(path);
  expect(done(project)).toEqual([1, 2, 3]);
  project.close();
  const other = openProject(link);
  expect(other.notices).toEqual([]);
  other.close();
});

test('a damaged or altered project with a log is refused without a change to either', () => {
  const path = saved();
  killedAfter(path, 1, 3);
  const bytes = readFileSync(path);
  let refused = 0;
  for (let page = 2; page * 4096 < bytes.length; page += 3) {
    writeFileSync(path, Buffer.from(bytes).fill(0, page * 4096, (page + 1) * 4096));
    const before = state(path);
    try {
      checkProject(path);
    } catch (error) {
      expect(error).toMatchObject({ name: 'BackendError' });
    }
    expect(state(path)).toEqual(before);
    try {
      openProject(path).close();
      break;
    } catch (error) {
      expect(error).toMatchObject({ name: 'BackendError' });
      expect(state(path)).toEqual(before);
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(3);
});

test.each([
  ['deleted', (path: string) => rmSync(path)],
  ['moved', (path: string) => renameSync(path, `${path}.moved`)],
  [
    'replaced',
    (path: string) => {
      writeFileSync(`${path}.new`, 'other');
      renameSync(`${path}.new`, path);
    },
  ],
])('a project that is %s while it is open: no decision is answered, all before is saved beside', (_, act) => {
  const project = openProject(saved());
  onTestFinished(() => {
    try {
      project.close();
    } catch {
      // It says once more that it was moved.
    }
  });
  decide(project, 1);
  decide(project, 2);
  act(project.path);
  expect(() => decide(project, 3)).toThrow(expect.objectContaining({ code: 'project_moved' }));
  expect(() => decide(project, 3)).toThrow('is saved in');
  const folder = dirname(project.path);
  const rescued = readdirSync(folder).filter((name) => name.includes('(rescued '));
  expect(rescued).toHaveLength(1);
  const other = openProject(join(folder, rescued[0]!), { badLog: 'refuse' });
  expect(done(other)).toEqual([1, 2]);
  other.close();
});

test('a project whose folder was moved while it was open is saved in Entail’s own', () => {
  const home = temporaryFolder();
  const before = process.env.ENTAIL_HOME;
  process.env.ENTAIL_HOME = home;
  onTestFinished(() => {
    if (before === undefined) delete process.env.ENTAIL_HOME;
    else process.env.ENTAIL_HOME = before;
  });
  const folder = join(temporaryFolder(), 'inner');
  mkdirSync(folder);
  const path = join(folder, 'x.entail');
  copyFileSync(saved(), path);
  const project = openProject(path);
  decide(project, 1);
  renameSync(folder, `${folder}2`);
  expect(() => project.close()).toThrow(expect.objectContaining({ code: 'project_moved' }));
  const rescued = readdirSync(join(home, 'projects'));
  expect(rescued).toHaveLength(1);
  const other = openProject(join(home, 'projects', rescued[0]!));
  expect(done(other)).toEqual([1]);
  other.close();
});

test('a log that is removed while it is open: what is answered then is in the file', () => {
  const project = openProject(saved());
  decide(project, 1);
  rmSync(`${project.path}-wal`);
  decide(project, 2);
  const copy = join(temporaryFolder(), 'copy.entail');
  // In another process, which takes no lock away.
  spawnSync('cp', [project.path, copy]);
  const other = openProject(copy, { badLog: 'refuse' });
  expect(done(other)).toEqual([1, 2]);
  other.close();
  project.close();
});

test('a copy of an idle project has every decision, and says nothing of a log', async () => {
  const project = openProject(saved());
  for (let i = 1; i <= 5; i++) decide(project, i);
  const copy = join(temporaryFolder(), 'copy.entail');
  await expect
    .poll(
      () => {
        spawnSync('cp', [project.path, copy]);
        const other = openProject(copy);
        const found = { done: done(other).length, notices: other.notices.length };
        other.close();
        return found;
      },
      { timeout: 20_000, interval: 500 },
    )
    .toEqual({ done: 5, notices: 0 });
  decide(project, 6);
  await delay(10);
  spawnSync('cp', [project.path, copy]);
  const other = openProject(copy);
  expect(other.notices).toHaveLength(1);
  other.close();
  project.close();
});

test('a large step within another is one transaction, whatever the size of the log', () => {
  const project = openProject(saved());
  const large = 'x'.repeat(200_000);
  project.write(() => {
    for (let i = 0; i < 60; i++) {
      project.write(() => project.stores.settings.set('annotator', `${i}${large}`));
      project.stores.documents.add(
        { externalId: `e${i}`, text: `${i} ${large}`, meta: new Map(), split: null, source: 'test' },
        '2026-01-01T00:00:00.000Z',
      );
    }
  });
  expect(project.stores.documents.count()).toBe(100);
  project.close();
});
