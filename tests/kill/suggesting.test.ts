import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';

test('suggesting that is killed goes on where it was: nothing lost, nothing that was saved done again', () => {
  const script = join(import.meta.dirname, '../../bench/suggest-100k.ts');
  const args = [script, '--documents', '1000', '--labels', '4', '--kills', '2'];
  const env = { ...process.env, ENTAIL_HOME: temporaryFolder() };
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as { kills: number; runs: { total: number }[]; problems: string[] };
  expect({ status, kills: report.kills, problems: report.problems }).toEqual({
    status: 0,
    kills: 2,
    problems: [],
  });
  expect(report.runs.map(({ total }) => total < 1000)).toEqual([false, true, true]);
}, 240_000);
