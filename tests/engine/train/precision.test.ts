import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadNliModel, type NliModel } from '../../../engine/model/nliModel.ts';
import { type Example, encodeExamples } from '../../../engine/train/examples.ts';
import { fineTune } from '../../../engine/train/loop.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { testGradients, trainingPrecision } from '../../../engine/train/precision.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const embedded = join(import.meta.dirname, '../../../resources/models/entail-minilm-l6');
const premises = [
  'The parcel arrived two weeks late, and nobody answered my e-mails about it.',
  'Great value for the price.',
  'The handle broke on the second day; they sent another one without asking questions.',
  'It is the wrong colour.',
];
const examples: Example[] = premises.flatMap((premise, i) =>
  ['delivery', 'price'].map((label, l) => ({
    premise,
    hypothesis: `This text is about ${label}.`,
    target: (i + l) % 2 === 0 ? ('entailment' as const) : ('contradiction' as const),
  })),
);
const encode = (model: NliModel) => encodeExamples(model, examples, 64);

test.each([{ targets: 'qv' }, { targets: 'all' }, { method: 'full' }] as const)(
  '%o: 8-bit gradients point where float32 ones do',
  async (how) => {
    const model = await loadNliModel(embedded);
    const { cosine } = await testGradients(model.prepared, encode(model), trainingOptions(how));
    expect(cosine).toBeGreaterThan(0.95);
    expect(cosine).toBeLessThan(0.99999); // it did compute in another precision
  },
  180_000,
);

test.each(['lora', 'full'] as const)(
  '%s: 8-bit training is deterministic to the last bit, and its loss falls as in float32',
  async (method) => {
    const model = await loadNliModel(embedded);
    const run = async (precision: 'int8' | 'fp32') => {
      const options = trainingOptions({ method, precision, targets: 'qv', epochs: 6, batchSize: 8 });
      return fineTune(model, { examples, options });
    };
    const first = await run('int8');
    expect(first.precision).toBe('int8');
    expect((await run('int8')).losses).toEqual(first.losses);
    const float = await run('fp32');
    expect(first.losses.at(-1)!).toBeLessThan(first.losses[0]!);
    expect(Math.abs(first.losses.at(-1)! - float.losses.at(-1)!)).toBeLessThan(0.2);
  },
  180_000,
);

test('8-bit training that was stopped and resumed equals one that was never interrupted', async () => {
  const model = await loadNliModel(embedded);
  const options = trainingOptions({ precision: 'int8', targets: 'qv', maxSteps: 5, epochs: 5, batchSize: 4 });
  const whole = await fineTune(model, { examples, options });
  const checkpoints = { dir: temporaryFolder(), every: 2 };
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }) => (step === 3 ? stop.abort() : undefined);
  await expect(
    fineTune(model, { examples, options, checkpoints, onStep, signal: stop.signal }),
  ).rejects.toMatchObject({ code: 'cancelled' });
  const steps: number[] = [];
  const resumed = await fineTune(model, {
    examples,
    options,
    checkpoints,
    onStep: ({ step }) => steps.push(step),
  });
  expect(steps[0]).toBe(4);
  expect(resumed.losses).toEqual(whole.losses);
  expect(bytesOf(resumed.values)).toEqual(bytesOf(whole.values));
}, 180_000);

const bytesOf = (values: ReadonlyMap<string, Float32Array>) =>
  [...values].map(([name, floats]) => [name, Buffer.from(floats.slice().buffer).toString('base64')]);

test('"auto" keeps small models, other devices and full fine-tuning in float32 without a test', async () => {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const tiny = await loadNliModel(dir);
  const home = temporaryFolder();
  const decide = (method: 'lora' | 'full', device: 'cpu' | 'webgpu') =>
    trainingPrecision(tiny.prepared, encode(tiny), { options: trainingOptions({ method }), device, home });
  expect(await decide('lora', 'cpu')).toBe('fp32');
  expect(await decide('lora', 'webgpu')).toBe('fp32');
  expect(await decide('full', 'cpu')).toBe('fp32');
  expect(readdirSync(home)).toEqual([]);
});

test('"auto" tests a model once per machine and remembers the verdict', async () => {
  const model = await loadNliModel(embedded);
  const home = temporaryFolder();
  const options = trainingOptions({ targets: 'qv' });
  const decide = () => trainingPrecision(model.prepared, encode(model), { options, device: 'cpu', home });
  const first = await decide();
  const [file] = readdirSync(join(home, 'training-int8'));
  expect(file).toMatch(/^[0-9a-f]{64}\.json$/);
  expect(await decide()).toBe(first);
}, 180_000);
