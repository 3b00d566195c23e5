import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeAllLeftovers } from '../../../backend/files/leftovers.ts';
import { createProject } from '../../../backend/project/file.ts';
import { ownerTag } from '../../../process/ownerTag.ts';
import { newBackend } from '../../support/backend.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** A process that was there and is gone. */
const gone = (): number => spawnSync(process.execPath, ['-e', '']).pid;

const HEX = '0123456789abcdef';

test('what dead processes left is removed; what living ones use and what is not ours stays', async () => {
  const home = temporaryFolder();
  const dead = ownerTag(gone());
  const alive = ownerTag();
  const left: string[] = [];
  const kept: string[] = [];
  const file = (list: string[], folder: string, name: string) => {
    mkdirSync(join(home, folder), { recursive: true });
    writeFileSync(join(home, folder, name), 'x');
    list.push(join(home, folder, name));
  };
  const folder = (list: string[], path: string) => {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'part'), 'x');
    list.push(path);
  };
  for (const [list, tag] of [
    [left, dead],
    [kept, alive],
  ] as const) {
    file(list, 'backups/reviews 12345678', `.entail-${tag}-${HEX}.partial`);
    file(list, 'backups/reviews 12345678', `.entail-${tag}-${HEX}.partial-wal`);
    file(list, 'exports', `.entail-${tag}-${HEX}.partial`);
    for (const cache of ['int8', 'checks', 'training-int8'])
      file(list, cache, `.entail-${tag}-${HEX}.partial`);
    folder(list, join(home, 'exports', `model.partial-${tag}-01234567`));
    folder(list, join(home, 'uploads', `${tag}-${HEX}01234567`));
    folder(list, mkdtempSync(join(tmpdir(), `entail-check-${tag}-`)));
  }
  // Of another machine, whose processes can't be asked for; and what only looks alike.
  file(kept, 'exports', `.entail-00000000-1-${HEX}.partial`);
  file(kept, 'exports', 'model.partial');
  file(kept, 'exports', `${dead}.csv`);
  file(kept, 'uploads', dead);
  folder(kept, join(home, 'exports', `.entail-${dead}-${HEX}.partial.mine`));
  onTestFinished(() => {
    for (const path of kept) rmSync(path, { recursive: true, force: true });
  });
  await removeAllLeftovers(home);
  expect(left.filter(existsSync)).toEqual([]);
  expect(kept.filter((path) => !existsSync(path))).toEqual([]);
  expect(readdirSync(tmpdir()).some((name) => name.startsWith(`entail-check-${alive}`))).toBe(true);
});

test('opening a project removes what dead processes left beside it, and nothing else', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'reviews.entail');
  createProject(path).close();
  const names = (tag: string) => [
    `.entail-${tag}-${HEX}.partial`,
    `.entail-${tag}-${HEX}.partial-wal`,
    `entail-check-${tag}-aB3_xY/`,
    `model.partial-${tag}-01234567/`,
  ];
  const kept = [...names(ownerTag()), 'entail-check-mine/', 'notes.partial'];
  const left = names(ownerTag(gone()));
  for (const name of [...left, ...kept]) {
    if (name.endsWith('/')) mkdirSync(join(folder, name));
    else writeFileSync(join(folder, name), 'x');
  }
  const backend = await newBackend();
  await backend.open(path);
  await expect
    .poll(() => left.filter((name) => existsSync(join(folder, name))), { timeout: 30_000 })
    .toEqual([]);
  expect(kept.filter((name) => !existsSync(join(folder, name)))).toEqual([]);
});
