import { expect, test } from 'vitest';
import { createAdamW, type Parameter } from '../../../engine/optim/adamw.ts';
import { clipGlobalNorm } from '../../../engine/optim/clip.ts';
import { optimizerGraph, SCALARS, stepScalars } from '../../../engine/optim/graph.ts';
import { createRandom } from '../../../engine/random.ts';
import { createSession, type Feeds, floats, floatsOf } from '../../../engine/runtime/session.ts';

const random = createRandom(3);
const normals = (count: number, scale = 1) =>
  Float32Array.from({ length: count }, () => random.normal() * scale);

const makeParameters = (): Parameter[] => [
  { name: 'matrix', dims: [5, 7], values: normals(35), decays: true },
  { name: 'bias', dims: [7], values: normals(7), decays: false },
  { name: 'scalar', dims: [], values: normals(1), decays: true },
];

test.each([
  { case: 'clipped', size: 3, clipNorm: 0.5, lossScale: 1 },
  { case: 'within bounds', size: 0.01, clipNorm: 10, lossScale: 1 },
  { case: 'with a scaled loss', size: 0.2, clipNorm: 1, lossScale: 1024 },
  { case: 'all zero', size: 0, clipNorm: 1, lossScale: 1 },
])(
  'the optimizer graph changes weights as the plain optimizer does: $case',
  async ({ size, clipNorm, lossScale }) => {
    const parameters = makeParameters();
    const own = parameters.map((p) => ({ ...p, values: p.values.slice() }));
    const plain = createAdamW(own);
    const { model, norm, names } = optimizerGraph(parameters);
    const session = await createSession(model);
    const feeds: Feeds = {};
    parameters.forEach(({ values, dims }, p) => {
      const { weight, first, second } = names[p]!.inputs;
      feeds[weight] = floats(values, dims);
      feeds[first] = floats(new Float32Array(values.length), dims);
      feeds[second] = floats(new Float32Array(values.length), dims);
    });
    for (let step = 1; step <= 5; step++) {
      const learningRate = 0.01 / step;
      const gradients = parameters.map(({ values }) => normals(values.length, size));
      parameters.forEach(({ dims }, p) => {
        const scaled = gradients[p]!.map((g) => g * lossScale);
        feeds[names[p]!.inputs.gradient] = floats(scaled, dims);
      });
      const scalars = stepScalars(step, { learningRate, clipNorm, lossScale });
      for (const name of SCALARS) feeds[name] = floats(Float32Array.of(scalars[name]), []);
      const found = await session.run(feeds);
      const expectedNorm = clipGlobalNorm(gradients, clipNorm);
      plain.step(gradients, learningRate);
      expect(floatsOf(found[norm])[0]).toBeCloseTo(expectedNorm, 5);
      names.forEach(({ inputs, outputs }, p) => {
        for (const part of ['weight', 'first', 'second'] as const)
          feeds[inputs[part]] = found[outputs[part]]!;
        const actual = floatsOf(found[outputs.weight]);
        own[p]!.values.forEach((value, i) => {
          expect(actual[i]).toBeCloseTo(value, 5);
        });
      });
    }
    await session.release();
  },
);

test.each([Number.NaN, Number.POSITIVE_INFINITY])(
  'a gradient of %s shows in the norm, so that the caller keeps the old weights',
  async (bad) => {
    const parameters = makeParameters();
    const { model, norm, names } = optimizerGraph(parameters);
    const session = await createSession(model);
    const feeds: Feeds = {};
    parameters.forEach(({ values, dims }, p) => {
      for (const name of Object.values(names[p]!.inputs)) feeds[name] = floats(values.map(Math.abs), dims);
    });
    feeds[names[1]!.inputs.gradient] = floats(Float32Array.of(0, 0, bad, 0, 0, 0, 0), [7]);
    const scalars = stepScalars(1, { learningRate: 0.1, clipNorm: 1 });
    for (const name of SCALARS) feeds[name] = floats(Float32Array.of(scalars[name]), []);
    expect(Number.isFinite(floatsOf((await session.run(feeds))[norm])[0])).toBe(false);
    await session.release();
  },
);
