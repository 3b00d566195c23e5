import { expect, test } from 'vitest';
import { createRefreshJob } from '../../../backend/suggesting/job.ts';
import { createTrainingJob } from '../../../backend/training/job.ts';
import { train } from '../../../backend/training/train.ts';
import { type Engine, EngineError } from '../../../engine/index.ts';
import { annotatedProject } from '../../support/learning.ts';

const died = () => new EngineError('engine_died', 'The engine stopped unexpectedly (SIGSEGV).');

/** An engine with a GPU whose driver takes it along at the first use. */
function withBadDriver(engine: Engine): Engine {
  const choose: Engine['devices']['choose'] = async (_, purpose) => ({
    ...(await engine.devices.choose('cpu', purpose)),
    device: 'webgpu',
  });
  return {
    ...engine,
    devices: { ...engine.devices, choose },
    async openScorer(spec, onNotice) {
      const scorer = await engine.openScorer({ ...spec, device: 'cpu' }, onNotice);
      return spec.device === 'cpu' ? scorer : { ...scorer, score: () => Promise.reject(died()) };
    },
    train: (request, listener) =>
      request.device === 'cpu' ? engine.train(request, listener) : Promise.reject(died()),
  };
}

const NOTICE = 'The engine stopped on webgpu; the processor goes on.';

test('who follows suggesting is told when the device gave out, and all are suggested', async () => {
  const { project, engine } = annotatedProject(8);
  const events = [];
  for await (const event of createRefreshJob(project, withBadDriver(engine)).watch([])) events.push(event);
  expect(events.filter(({ notice }) => notice !== undefined)).toEqual([
    { done: 0, total: 8, notice: NOTICE },
  ]);
  expect(events.at(-1)).toEqual({ done: 8, total: 8 });
});

test('who follows training is told when the device gave out, and the run is done', async () => {
  const { project, engine } = annotatedProject(8);
  const job = createTrainingJob({ onEnd: () => undefined });
  await job.start((listener) =>
    train(project, withBadDriver(engine), {
      options: { method: 'lora', epochs: 1, seed: 1 },
      device: 'webgpu',
      listener,
    }),
  );
  const events = [];
  for await (const event of job.watch()) events.push(event);
  expect(events.filter(({ kind }) => kind === 'notice')).toEqual([{ kind: 'notice', text: NOTICE }]);
  expect(events.at(-1)).toEqual({ kind: 'done', run: 1 });
});
