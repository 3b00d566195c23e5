import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addLabels } from '../../backend/labels/labels.ts';
import { createProject } from '../../backend/project/file.ts';
import { addDocuments } from '../support/project.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Whom nothing belongs to: who runs this as root may write everything. */
const NOBODY = 65_534;

/** A project that nobody may write, as a file or as its folder, and the program run by someone without special rights. */
function protectedProject(what: 'file' | 'folder') {
  const dir = mkdtempSync(join(tmpdir(), 'entail-read-'));
  const home = join(dir, 'home');
  const share = join(dir, 'share');
  for (const folder of [home, share]) mkdirSync(folder);
  const project = createProject(join(share, 'p.entail'));
  addLabels(project, [{ name: 'late', hypotheses: ['this is late .'] }]);
  addDocuments(project, ['the parcel came late', 'too dear']);
  project.close();
  const path = join(share, 'p.entail');
  chmodSync(dir, 0o755);
  chmodSync(home, 0o777);
  chmodSync(path, what === 'file' ? 0o444 : 0o666);
  chmodSync(share, what === 'file' ? 0o777 : 0o555);
  onTestFinished(() => {
    chmodSync(share, 0o777);
    rmSync(dir, { recursive: true, force: true });
  });
  const id = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'cli', 'entail.js'), ...args],
      {
        ...id,
        cwd: home,
        encoding: 'utf8',
        env: { ...process.env, ENTAIL_HOME: home, TMPDIR: home, HOME: home },
      },
    );
    return { code: status, out: stdout, err: stderr };
  };
  return { run, path, home, share };
}

test.each(['file', 'folder'] as const)(
  'a project in a %s that can not be written is read, exported and checked; what would change it is refused in one sentence',
  (what) => {
    const { run, path, home, share } = protectedProject(what);
    const before = readFileSync(path);
    expect(run('check', path)).toMatchObject({ code: 0 });
    for (const [format, file] of [
      ['results-csv', 'out.csv'],
      ['results-jsonl', 'out.jsonl'],
    ] as const) {
      const exported = run('export-data', path, '--format', format, '--to', join(home, file));
      expect(exported).toMatchObject({ code: 0 });
      expect(exported.err).toContain('"p.entail" can only be read: nothing can be changed in it.');
      expect(readFileSync(join(home, file), 'utf8')).toContain('the parcel came late');
    }
    expect(run('next', path, '--limit', '2').out).toContain('the parcel came late');
    const refused = run('delete', path, '#1', '--as', 'ada');
    expect(refused.code).not.toBe(0);
    expect(refused.err).toMatch(/"p\.entail" cannot be written\./);
    expect(refused.err.trim().split('\n')).toHaveLength(1);
    const rule = run('disagreements', path, '--rule', 'latest');
    expect(rule.code).not.toBe(0);
    expect(rule.err).toContain('"p.entail" can only be read, so nothing can be changed in it.');
    // Nothing of it changed, and no copy is left.
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(share)).toEqual(['p.entail']);
    expect(readdirSync(home).filter((name) => name.startsWith('entail-check'))).toEqual([]);
    expect(existsSync(`${path}-wal`)).toBe(false);
  },
);
