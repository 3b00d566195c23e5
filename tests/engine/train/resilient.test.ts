import { expect, test } from 'vitest';
import { EngineError } from '../../../engine/errors.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { createAdamW } from '../../../engine/optim/adamw.ts';
import { createRandom } from '../../../engine/random.ts';
import type { Device } from '../../../engine/runtime/session.ts';
import { encodeExamples } from '../../../engine/train/examples.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { createResilientUpdater } from '../../../engine/train/resilient.ts';
import { createTrainables } from '../../../engine/train/trainables.ts';
import { createHostUpdater, type Updater } from '../../../engine/train/update.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const PREMISES = ['the parcel came late', 'the price is high', 'nice colour'];
const STEPS = 12;
const BATCH = Array.from({ length: 12 }, (_, i) => i);

async function parts() {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const model = await loadNliModel(dir);
  const examples = BATCH.map((i) => ({
    premise: PREMISES[i % 3]!,
    hypothesis: 'this is about price .',
    target: i % 3 === 1 ? ('entailment' as const) : ('contradiction' as const),
  }));
  const { training, parameters } = createTrainables(model.prepared, trainingOptions({}), createRandom(1));
  const encoded = encodeExamples(model, examples, 32);
  return { training, parameters, optimizer: createAdamW(parameters), encoded, clipNorm: 1 };
}

type Parts = Awaited<ReturnType<typeof parts>>;
type Fault = (call: { step: number; sizes: readonly number[] }) => string | undefined;

/**
 * A "device" that is the CPU with its state kept apart, as on a GPU: parameters and optimizer see it only when read
 * back. `fault` says what a step fails with.
 */
async function faultyDevice(own: Parts, fault: Fault, onReadBack?: () => string | undefined) {
  const parameters = own.parameters.map((p) => ({ ...p, values: p.values.slice() }));
  const optimizer = createAdamW(parameters);
  const inner = await createHostUpdater({ ...own, parameters, optimizer });
  let step = 0;
  const failing = (reason: string | undefined) => {
    if (reason !== undefined) throw new EngineError('run_failed', `ONNX Runtime stopped: ${reason}`);
  };
  return {
    ...inner,
    async step(slices, rate) {
      failing(fault({ step, sizes: slices.map((slice) => slice.length) }));
      step += 1;
      return inner.step(slices, rate);
    },
    async readBack() {
      failing(onReadBack?.());
      own.parameters.forEach((p, i) => {
        p.values.set(parameters[i]!.values);
        own.optimizer.state.first[i]!.set(optimizer.state.first[i]!);
        own.optimizer.state.second[i]!.set(optimizer.state.second[i]!);
      });
      own.optimizer.state.step = optimizer.state.step;
    },
  } satisfies Updater;
}

/** Trains as the loop does: losses, what people are told, where it ended. */
async function train(device: (own: Parts) => Promise<Updater>) {
  const own = await parts();
  const notices: string[] = [];
  const open = (where: Device) => (where === 'webgpu' ? device(own) : createHostUpdater(own));
  const updater = await createResilientUpdater({
    device: 'webgpu',
    open,
    onNotice: (text) => notices.push(text),
    readBackEvery: 4,
  });
  const losses: number[] = [];
  while (losses.length < STEPS) {
    const result = await updater.step([BATCH], 1e-2);
    if (result === 'rewound') losses.length = own.optimizer.state.step;
    else if (result !== 'aborted') losses.push(result.loss);
  }
  const ended = await updater.readBack();
  if (ended === 'rewound') losses.length = own.optimizer.state.step;
  await updater.release();
  return { losses, notices, device: updater.device, values: own.parameters.map((p) => [...p.values]) };
}

const undisturbed = () => train((own) => faultyDevice(own, () => undefined));

test('53: a device lost at step 7 costs the steps since its state was read back, and the CPU does them again', async () => {
  const whole = await undisturbed();
  const lost = await train((own) =>
    faultyDevice(own, ({ step }) => (step === 6 ? 'DXGI_ERROR_DEVICE_REMOVED' : undefined)),
  );
  expect(lost.losses).toEqual(whole.losses);
  expect(lost.values).toEqual(whole.values);
  expect(lost.device).toBe('cpu');
  expect(lost.notices).toEqual([expect.stringMatching(/DEVICE_REMOVED.*processor/)]);
});

test('53: memory that runs out splits the batch, and the sums stay those of the whole batch', async () => {
  const whole = await undisturbed();
  const small = await train((own) =>
    faultyDevice(own, ({ sizes }) => (Math.max(...sizes) > 3 ? 'out of memory' : undefined)),
  );
  expect(small.device).toBe('webgpu');
  expect(small.notices).toHaveLength(2);
  for (const [i, loss] of small.losses.entries()) expect(loss).toBeCloseTo(whole.losses[i]!, 5);
});

test('53: a device without room for a single example is left for the CPU', async () => {
  const whole = await undisturbed();
  const none = await train((own) => faultyDevice(own, () => 'CUDA error: out of memory'));
  expect(none.device).toBe('cpu');
  expect(none.losses).toEqual(whole.losses);
});

test('53: a device that fails while its state is read back is left for the CPU', async () => {
  const whole = await undisturbed();
  let copies = 0;
  const lost = await train((own) =>
    faultyDevice(
      own,
      () => undefined,
      () => (++copies === 2 ? 'device lost' : undefined),
    ),
  );
  expect(lost.device).toBe('cpu');
  expect(lost.losses).toEqual(whole.losses);
  expect(lost.values).toEqual(whole.values);
});

test('53: a device that cannot load the model says so, and the CPU trains', async () => {
  const refused = await train(() =>
    Promise.reject(new EngineError('model_refused', 'ONNX Runtime cannot load the model: no adapters')),
  );
  expect(refused.device).toBe('cpu');
  expect(refused.notices).toEqual([expect.stringMatching(/no adapters.*processor/)]);
});

test('a mistake of ours is no device failure: it is not hidden behind the CPU', async () => {
  await expect(train(() => Promise.reject(new TypeError('bug')))).rejects.toThrow('bug');
});
