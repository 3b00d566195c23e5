import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkProject } from '../../../backend/project/check.ts';
import { DATABASE } from '../../../backend/project/database.ts';
import { openProject } from '../../../backend/project/file.ts';
import { createRandom } from '../../../engine/index.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { decide, done, expectRefused, hash, killedAfter, saved } from './logFiles.ts';

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
