import { execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The number of a process that is gone. */
const gone = (): number => spawnSync(process.execPath, ['--version']).pid;

/** Starts `entry` as a child whose parent was killed before it could look, and says how it ended. */
async function orphan(entry: string): Promise<unknown> {
  const child = fork(entry, [`--parent=${gone()}`], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [, signal] = await once(child, 'exit');
  return signal;
}

test('a process whose parent was gone before it looked ends, also in a loop that never returns', async () => {
  const script = join(temporaryFolder(), 'busy.ts');
  const own = JSON.stringify(join(ROOT, 'process/orphan.ts'));
  writeFileSync(
    script,
    `const { endWithParent } = await import(${own}); endWithParent(); await new Promise((r) => setTimeout(r, 300)); for (;;);`,
  );
  expect(await orphan(script)).toBe('SIGKILL');
}, 60_000);

test.each(['backend/importing/reader/main.ts', 'engine/process/main.ts'])(
  '%s ends when its parent was gone before it looked',
  async (entry) => {
    expect(await orphan(join(ROOT, entry))).toBe('SIGKILL');
  },
  60_000,
);

test.runIf(process.platform !== 'win32')(
  'a process whose channel closed ends while one of its threads waits for a file that never comes',
  async () => {
    const folder = temporaryFolder();
    const [script, pipe] = [join(folder, 'waiting.ts'), join(folder, 'pipe')];
    execFileSync('mkfifo', [pipe]);
    const at = (file: string) => JSON.stringify(join(ROOT, file));
    writeFileSync(
      script,
      `import { readFile } from 'node:fs';
       import { endWithParent } from ${at('process/orphan.ts')};
       import { hostChannel } from ${at('engine/process/hostChannel.ts')};
       endWithParent();
       const { post } = hostChannel();
       readFile(${JSON.stringify(pipe)}, () => {});
       setTimeout(() => post('waits'), 300);`,
    );
    const child = fork(script, [`--parent=${process.pid}`], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'message');
    child.disconnect();
    await once(child, 'exit', { signal: AbortSignal.timeout(10_000) });
  },
  60_000,
);
