import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rightsOf } from '../../../engine/process/rights.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** What a process with an engine's rights can do: a word for each of these tries. */
function tries(purpose: 'compute' | 'export') {
  const dir = temporaryFolder();
  const home = join(dir, 'home');
  mkdirSync(home);
  const script = join(dir, 'tries.mjs');
  writeFileSync(
    script,
    `import { readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
const name = (work) => { try { work(); return 'done'; } catch (error) { return error.code ?? error.name; } };
console.log(JSON.stringify({
  read: name(() => readFileSync(${JSON.stringify(script)})),
  home: name(() => writeFileSync(${JSON.stringify(join(home, 'x'))}, '')),
  elsewhere: name(() => writeFileSync(${JSON.stringify(join(dir, 'x'))}, '')),
  spawn: name(() => { const { error } = spawnSync(process.execPath, ['--version']); if (error) throw error; }),
  code: name(() => new Function('return 1')()),
  proto: String(({}).__proto__),
}));`,
  );
  const { stdout } = spawnSync(process.execPath, [...rightsOf(purpose, home), script], { encoding: 'utf8' });
  return { did: JSON.parse(stdout), elsewhere: existsSync(join(dir, 'x')) };
}

test('an engine that computes reads, writes in Entail’s home, and can do nothing else', () => {
  expect(tries('compute')).toEqual({
    did: {
      read: 'done',
      home: 'done',
      elsewhere: 'ERR_ACCESS_DENIED',
      spawn: 'ERR_ACCESS_DENIED',
      code: 'EvalError',
      proto: 'undefined',
    },
    elsewhere: false,
  });
});

test('one that exports may write where a person chose', () => {
  expect(tries('export').did).toMatchObject({ elsewhere: 'done', code: 'EvalError' });
});
