import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { entailHome } from '../../../engine/files/home.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { createRandom } from '../../../engine/random.ts';
import { type Example, encodeExamples } from '../../../engine/train/examples.ts';
import { cacheHidden, cutGraph } from '../../../engine/train/frozenPrefix.ts';
import { makeLayerFolder, removeLeftLayerFolders } from '../../../engine/train/layerFolder.ts';
import { frozenBoundary, layerOf } from '../../../engine/train/layers.ts';
import { fineTune } from '../../../engine/train/loop.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { createTrainables } from '../../../engine/train/trainables.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const model = await loadNliModel(join(import.meta.dirname, '../../../resources/models/entail-minilm-l6'));
const examples: Example[] = [
  'The parcel came late.',
  'Great value for the price, I would buy it again.',
].flatMap((premise, i) =>
  ['delivery', 'price', 'colour'].map((label, l) => ({
    premise,
    hypothesis: `This text is about ${label}.`,
    target: (i + l) % 2 === 0 ? ('entailment' as const) : ('contradiction' as const),
  })),
);
process.env.ENTAIL_HOME = mkdtempSync(join(tmpdir(), 'entail-home-'));
afterAll(() => rmSync(entailHome(), { recursive: true }));
const folder = join(entailHome(), 'training-layers');
const caches = () => (existsSync(folder) ? readdirSync(folder) : []).filter(ours);
const ours = (name: string) => name.startsWith(`${process.pid}-`);

test.each(['bert.encoder.layer.11.output.dense', 'transformer.layer.11.ffn.lin1', 'model.layers.11.mlp'])(
  'the layer of %s is 11',
  (name) => expect(layerOf(name)).toBe(11),
);

test.each([
  ['lora', 2],
  ['lora', 1],
  ['full', 2],
] as const)(
  '%s of the top %i layers: the losses with the cache are those without it',
  async (method, top) => {
    const options = trainingOptions({
      method,
      layers: `top:${top}`,
      precision: 'fp32',
      epochs: 3,
      batchSize: 3,
      learningRate: 1e-3,
    });
    const run = (layerCache?: 'none' | { memoryBytes: number; diskBytes: number }) =>
      fineTune(model, { examples, options, ...(layerCache && { layerCache }) });
    const plain = await run('none');
    const cached = await run();
    const spilled = await run({ memoryBytes: 50_000, diskBytes: 1e9 });
    expect(plain.losses).toHaveLength(6);
    for (const [step, loss] of cached.losses.entries()) expect(loss).toBeCloseTo(plain.losses[step]!, 4);
    expect(spilled.losses).toEqual(cached.losses);
    expect([...cached.values.keys()]).toEqual([...plain.values.keys()]);
    const layers = [...cached.values.keys()].flatMap((name) => layerOf(name) ?? []);
    expect(Math.min(...layers)).toBe(6 - top);
  },
  180_000,
);

test('the upper graph computes no lower layer, and the file is removed', async () => {
  const options = trainingOptions({ layers: 'top:2', precision: 'fp32' });
  const { training } = createTrainables(model.prepared, options, createRandom(1));
  const cut = cutGraph(model.prepared, training, frozenBoundary(model.prepared, 'top:2')!)!;
  expect(cut.upper.model.graph.nodes.length).toBeLessThan(0.8 * training.model.graph.nodes.length);
  expect(cut.upper.model.graph.initializers.has('bert.encoder.layer.3.output.dense.bias')).toBe(false);
  const before = caches();
  const encoded = encodeExamples(model, examples, 64);
  const cached = (await cacheHidden(encoded, cut, { limits: { memoryBytes: 0, diskBytes: 1e9 } }))!;
  const tokens = encoded.lengths.reduce((sum, length) => sum + length, 0);
  expect(cached.spilledBytes).toBe(tokens * 384 * 4);
  expect(caches().length).toBe(before.length + 1);
  cached.release();
  expect(caches().length).toBe(before.length);
});

test('more than memory and disk may take is computed in every epoch, and that is said', async () => {
  const notices: string[] = [];
  const options = trainingOptions({ layers: 'top:1', precision: 'fp32', epochs: 2, batchSize: 3 });
  const layerCache = { memoryBytes: 1000, diskBytes: 1000 };
  await fineTune(model, { examples, options, layerCache, onNotice: (text) => notices.push(text) });
  expect(notices.join()).toContain('computed in every epoch');
}, 180_000);

test('a model whose names tell no layers is refused in words', async () => {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const tiny = await loadNliModel(dir);
  await expect(
    fineTune(tiny, { examples, options: trainingOptions({ layers: 'top:1' }) }),
  ).rejects.toMatchObject({ code: 'option_invalid' });
  expect(() => trainingOptions({ layers: 'top:0' as 'top:1' })).toThrow('layers');
});

test('what a killed process left is removed, what a running one uses stays', () => {
  const own = makeLayerFolder();
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const left = join(folder, `${pid}-abc`);
  mkdirSync(left);
  writeFileSync(join(left, 'hidden.bin'), 'left');
  removeLeftLayerFolders();
  expect([existsSync(left), existsSync(own)]).toEqual([false, true]);
  rmSync(own, { recursive: true });
});
