import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createEngine } from '../../engine/process/client.ts';
import { GREED_MARK, type GreedLimits, greedLimits } from '../../process/greed.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { writeTinyModel } from '../support/tinyModel.ts';

test('a process may hold four fifths of the memory, and a quarter of it while less than 384 MiB are free', () => {
  expect(greedLimits(16e9)).toEqual({ most: 12.8e9, whenScarce: 4e9, reserve: 402_653_184 });
});

/** Takes up to so many bytes, for three seconds after that, and says how it ended. */
function holding(bytes: number, limits: GreedLimits) {
  const greed = JSON.stringify(join(import.meta.dirname, '..', '..', 'process', 'greed.ts'));
  const path = join(temporaryFolder(), 'greedy.ts');
  writeFileSync(
    path,
    `import { endWhenGreedy } from ${greed};
     endWhenGreedy(${JSON.stringify(limits)});
     const held = [];
     let until = Infinity;
     while (Date.now() < until) {
       if (held.length < ${bytes / 20e6}) held.push(new Uint8Array(20e6).fill(1));
       else if (until === Infinity) until = Date.now() + 3000;
     }`,
  );
  const { signal, status, stderr } = spawnSync(process.execPath, [path], { encoding: 'utf8' });
  return { ended: stderr.includes(GREED_MARK), signal, status };
}

const ENDED = { ended: true, ...(process.platform !== 'win32' && { signal: 'SIGKILL', status: null }) };
const LEFT = { ended: false, signal: null, status: 0 };
/** More than any machine has free. */
const ALWAYS_SCARCE = 2 ** 52;

test('a process that holds too much memory is ended from within, though its own thread never pauses', () => {
  expect(holding(600e6, { most: 300e6, whenScarce: 300e6, reserve: 0 })).toMatchObject(ENDED);
  expect(holding(100e6, { most: 900e6, whenScarce: 0, reserve: 0 })).toEqual(LEFT);
}, 60_000);

test.runIf(process.platform === 'linux')(
  'it is ended for less while next to nothing is free',
  () => {
    expect(holding(600e6, { most: 2 ** 52, whenScarce: 300e6, reserve: ALWAYS_SCARCE })).toMatchObject(ENDED);
    expect(holding(100e6, { most: 2 ** 52, whenScarce: 900e6, reserve: ALWAYS_SCARCE })).toEqual(LEFT);
  },
  60_000,
);

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
