import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { checkProject } from '../../../backend/project/check.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import { openProject } from '../../../backend/project/file.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { decide, done, expectRefused, hash, killedAfter, saved, state } from './logFiles.ts';

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

test('a project that is written to without a pause is folded all the same', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const project = openProject(saved());
  const copied = () => {
    const copy = join(temporaryFolder(), 'copy.entail');
    copyFileSync(project.path, copy);
    const other = openProject(copy);
    const count = done(other).length;
    other.close();
    return count;
  };
  // A decision each second, so that it is never idle for two.
  const missing: number[] = [];
  for (let i = 1; i <= 40; i++) {
    decide(project, i);
    missing.push(i - copied());
    vi.advanceTimersByTime(1000);
  }
  expect(Math.max(...missing)).toBeGreaterThan(10);
  expect(Math.max(...missing)).toBeLessThanOrEqual(21);
  project.close();
});

test('a commit is on the disk when it returns, and nothing in a file is trusted', () => {
  const project = openProject(saved());
  const settings = ['synchronous', 'journal_mode', 'locking_mode', 'trusted_schema', 'cell_size_check'];
  const read = () => settings.map((name) => project[DATABASE].pragma(name, { simple: true }));
  expect(read()).toEqual([2, 'wal', 'exclusive', 0, 1]);
  decide(project, 1);
  project.fold();
  expect(read()).toEqual([2, 'wal', 'exclusive', 0, 1]);
  expect(project[DATABASE].pragma('wal_autocheckpoint', { simple: true })).toBe(0);
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
