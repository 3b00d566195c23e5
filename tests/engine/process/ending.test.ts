import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createEngine } from '../../../engine/process/client.ts';
import { CALL_LIMITS } from '../../../engine/process/limits.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { writeEndlessModel } from '../../support/endlessModel.ts';
import { BUSY_MS, goneWithin } from '../../support/gone.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const limits = {
  ...CALL_LIMITS,
  withoutProgressMs: { loading: 120_000, running: 1500, exporting: 120_000 },
  perByteMs: 0,
  patience: 2,
};
const texts = ['late', 'colour colour colour colour colour colour'];
const hypotheses = ['price'];

function setup(when: 'always' | 'long', own = limits) {
  const dir = join(temporaryFolder(), 'endless');
  writeEndlessModel(dir, when);
  const engine = createEngine({ limits: own });
  onTestFinished(() => engine.close());
  return { engine, dir };
}

const sentence = /^The model "endless" did not answer for \d\.\d s and was stopped\.$/;

test('a model that never answers is ended with a sentence and not tried again; others go on', async () => {
  const { engine, dir } = setup('always');
  const first = engine.openScorer({ dir, device: 'cpu', precision: 'fp32' });
  while (engine.pid === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
  const pid = engine.pid;
  await expect(first).rejects.toMatchObject({
    code: 'model_stopped',
    message: expect.stringMatching(sentence),
  });
  await goneWithin(pid, 1000);
  await expect(engine.describe({ dir })).rejects.toThrow(sentence);
  expect(engine.pid).toBeUndefined(); // It was refused without another process.

  const other = temporaryFolder();
  writeTinyModel(other);
  await expect(engine.describe({ dir: other })).resolves.toMatchObject({ modelType: 'bert' });
  writeTinyModel(dir);
  await expect(engine.describe({ dir })).resolves.toMatchObject({ modelType: 'bert' });
}, 180_000);

test('a model that answered before has a second chance, and no third', async () => {
  const { engine, dir } = setup('long');
  for (let i = 0; i < 2; i++) {
    const scorer = await engine.openScorer({ dir, device: 'cpu', precision: 'fp32' });
    await scorer.score([texts[0]!], hypotheses);
    await expect(scorer.score(texts, hypotheses)).rejects.toThrow(sentence);
    await scorer.close();
  }
  await expect(engine.openScorer({ dir, device: 'cpu', precision: 'fp32' })).rejects.toThrow(sentence);
}, 180_000);

test('suggesting, training and loading stop although the model never answers', async () => {
  const { engine, dir } = setup('long', CALL_LIMITS);
  const always = join(temporaryFolder(), 'endless');
  writeEndlessModel(always);
  const scorer = await engine.openScorer({ dir, device: 'cpu', precision: 'fp32' });
  const calls = [
    (signal: AbortSignal) => scorer.score(texts, hypotheses, { signal }),
    (signal: AbortSignal) =>
      engine.openScorer({ dir: always, device: 'cpu', precision: 'fp32' }, undefined, signal),
    (signal: AbortSignal) =>
      engine.train(
        {
          model: { dir: always },
          examples: [{ premise: texts[1]!, hypothesis: hypotheses[0]!, target: 'entailment' }],
          options: trainingOptions({ epochs: 1 }),
          device: 'cpu',
          heldOut: null,
          checkpoints: null,
        },
        { signal },
      ),
  ];
  for (const call of calls) {
    const stop = new AbortController();
    const answer = call(stop.signal);
    answer.catch(() => undefined);
    while (engine.pid === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    const { pid } = engine;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const asked = performance.now();
    stop.abort();
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - asked).toBeLessThan(2000 + BUSY_MS);
    await goneWithin(pid, 1000);
  }
}, 180_000);

test('an engine inside native code that never returns ends when its host is killed', async () => {
  const dir = temporaryFolder();
  writeEndlessModel(join(dir, 'endless'));
  const client = join(import.meta.dirname, '../../../engine/process/client.ts');
  const script = join(dir, 'host.mjs');
  writeFileSync(
    script,
    `import { createEngine } from ${JSON.stringify(client)};
     const engine = createEngine();
     const call = engine.describe({ dir: ${JSON.stringify(join(dir, 'endless'))} });
     setTimeout(() => console.log(engine.pid), 2500);
     await call;`,
  );
  const host = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [pid] = await once(host.stdout, 'data');
  host.kill('SIGKILL');
  await goneWithin(Number(String(pid)), 1000);
}, 180_000);
