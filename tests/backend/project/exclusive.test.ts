import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { exclusively } from '../../../backend/project/exclusive.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const MODULE = join(import.meta.dirname, '..', '..', '..', 'backend', 'project', 'exclusive.ts');

test('a lock is held by one, and free when it is let go', () => {
  const path = join(temporaryFolder(), 'a.lock');
  const lock = exclusively(path);
  expect(lock).not.toBeNull();
  expect(exclusively(path)).toBeNull();
  lock?.release();
  expect(existsSync(path)).toBe(false);
  const again = exclusively(path);
  expect(again).not.toBeNull();
  again?.release();
});

test('another process holds it until it is killed, whether or not it keeps what it was given', async () => {
  const path = join(temporaryFolder(), 'a.lock');
  const source = `import { exclusively } from ${JSON.stringify(MODULE)};
    const lock = exclusively(${JSON.stringify(path)}) === null ? 'busy' : 'held';
    // Twice, and with a turn of the loop between them: what nothing refers to is collected and finalized.
    gc(); setTimeout(() => { gc(); setTimeout(() => console.log(lock), 10); }, 10); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(String(said).trim()).toBe('held');
  expect(exclusively(path)).toBeNull();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = exclusively(path);
  expect(lock).not.toBeNull();
  lock?.release();
});

test('where no file can be, the system says why', () => {
  expect(() => exclusively(join(temporaryFolder(), 'no', 'a.lock'))).toThrow('ENOENT');
});
