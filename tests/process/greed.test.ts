import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createEngine } from '../../engine/process/client.ts';
import { GREED_MARK } from '../../process/greed.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { writeTinyModel } from '../support/tinyModel.ts';

test('a process that holds too much memory is ended from within, though its own thread never pauses', () => {
  const dir = temporaryFolder();
  const greed = JSON.stringify(join(import.meta.dirname, '..', '..', 'process', 'greed.ts'));
  const path = join(dir, 'greedy.ts');
  writeFileSync(
    path,
    `import { endWhenGreedy } from ${greed};
     endWhenGreedy(300e6);
     const held = [];
     const until = Date.now() + 20_000;
     while (Date.now() < until) if (held.length < 40) held.push(new Uint8Array(20e6).fill(1));`,
  );
  const { signal, stderr } = spawnSync(process.execPath, [path], { encoding: 'utf8' });
  expect(stderr).toContain(GREED_MARK);
  if (process.platform !== 'win32') expect(signal).toBe('SIGKILL');
}, 30_000);

test.runIf(process.platform === 'linux')(
  'where memory runs out Linux ends the engine first',
  async () => {
    const dir = temporaryFolder();
    writeTinyModel(dir);
    const engine = createEngine();
    onTestFinished(() => engine.close());
    expect(await engine.describe({ dir })).toMatchObject({ maxLength: 48 });
    expect(Number(readFileSync(`/proc/${engine.pid}/oom_score_adj`, 'utf8'))).toBeGreaterThanOrEqual(800);
  },
  60_000,
);
