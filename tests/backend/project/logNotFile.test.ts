import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkProject } from '../../../backend/project/check.ts';
import { openProject } from '../../../backend/project/file.ts';
import { openOrRead } from '../../../backend/project/reading.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { done, hash, killedAfter, saved } from './logFiles.ts';

const KINDS: Readonly<Record<string, readonly [what: string, make: (path: string) => void]>> = {
  'a link to a file of somebody': ['a link', (path) => symlinkSync(victim(), path)],
  'a link that leads nowhere': ['a link', (path) => symlinkSync(join(temporaryFolder(), 'none'), path)],
  'a link to a log of this project': [
    'a link',
    (path) => {
      const other = join(temporaryFolder(), 'other.entail');
      copyFileSync(path.replace(/-(wal|journal)$/, ''), other);
      killedAfter(other, 1, 2);
      symlinkSync(`${other}-wal`, path);
    },
  ],
  'a folder': ['a folder', (path) => mkdirSync(path)],
  'a pipe': ['not a regular file', (path) => execFileSync('mkfifo', [path])],
};

function victim(): string {
  const path = join(temporaryFolder(), 'victim.txt');
  writeFileSync(path, 'mine');
  return path;
}

const CASES = Object.keys(KINDS).flatMap((kind) =>
  ['-wal', '-journal'].map((ending) => [kind, ending] as const),
);

test.skipIf(process.platform === 'win32').each(CASES)(
  '%s in the place of the log (%s) is told, not followed and not written',
  (kind, ending) => {
    const [what, make] = KINDS[kind]!;
    const path = saved();
    const log = path + ending;
    make(log);
    const folder = dirname(path);
    const before = () => [hash(path), lstatSync(log).ino, lstatSync(log).mtimeMs, readdirSync(folder).join()];
    const then = before();
    const message = `"${basename(log)}" beside "test.entail" is ${what}, where only a file that Entail wrote may be.`;
    for (const open of [openProject, openOrRead])
      expect(() => open(path)).toThrow(expect.objectContaining({ code: 'log_not_file', message }));
    expect(checkProject(path).problems).toEqual([message]);
    expect(before()).toEqual(then);
  },
);

test.skipIf(process.platform === 'win32')(
  'who goes on has the project, and what lay there is kept as it was',
  () => {
    const path = saved();
    const target = victim();
    symlinkSync(target, `${path}-wal`);
    mkdirSync(`${path}-journal`);
    const project = openProject(path, { badLog: 'continue' });
    expect(done(project)).toEqual([]);
    project.close();
    const kept = readdirSync(dirname(path)).filter((name) => name.includes('(log of '));
    expect(kept).toHaveLength(2);
    expect(kept.map((name) => lstatSync(join(dirname(path), name)).isSymbolicLink()).sort()).toEqual([
      false,
      true,
    ]);
    expect(readFileSync(target, 'utf8')).toBe('mine');
    expect(checkProject(path).problems).toEqual([]);
  },
);
