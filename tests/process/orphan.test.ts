import { execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BUSY_MS } from '../support/gone.ts';
import { temporaryFolder } from '../support/temporary.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The number of a process that is gone. */
const gone = (): number => spawnSync(process.execPath, ['--version']).pid;

/** Loaded before the entry: says when the thread that looks for the parent was begun. */
const TELLS = `data:text/javascript,${encodeURIComponent(`
  import { syncBuiltinESMExports, createRequire } from 'node:module';
  import { writeSync } from 'node:fs';
  const threads = createRequire('file:///x.js')('node:worker_threads');
  threads.Worker = class extends threads.Worker {
    constructor(...given) { super(...given); writeSync(1, 'looks'); }
  };
  syncBuiltinESMExports();
`)}`;

/** Starts `entry` as a child whose parent was killed before it could look; it must be ended within a second of looking. */
async function orphan(entry: string): Promise<void> {
  const child = fork(entry, [`--parent=${gone()}`], {
    execArgv: ['--import', TELLS],
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([, signal]) => ({ signal, at: performance.now() }));
  await once(child.stdout!, 'data');
  const looks = performance.now();
  const { signal, at } = await ended;
  expect(signal).toBe('SIGKILL');
  expect(at - looks).toBeLessThan(1000 + BUSY_MS);
}

test('a process whose parent was gone before it looked ends, also in a loop that never returns', async () => {
  const script = join(temporaryFolder(), 'busy.ts');
  const own = JSON.stringify(join(ROOT, 'process/orphan.ts'));
  writeFileSync(
    script,
    `const { endWithParent } = await import(${own}); endWithParent(); await new Promise((r) => setTimeout(r, 300)); for (;;);`,
  );
  await orphan(script);
}, 60_000);

test.each(['backend/importing/reader/main.ts', 'engine/process/main.ts'])(
  '%s ends when its parent was gone before it looked',
  async (entry) => {
    await orphan(join(ROOT, entry));
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
    await once(child, 'exit', { signal: AbortSignal.timeout(1000 + BUSY_MS) });
  },
  60_000,
);
