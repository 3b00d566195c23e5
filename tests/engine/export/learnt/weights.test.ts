import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layersOf, weightsBetween, withWeights } from '../../../../engine/export/learnt/weights.ts';
import type { Model } from '../../../../engine/graph/graph.ts';
import { toFloat32 } from '../../../../engine/graph/tensor.ts';
import { readTrained, type Trained, writeTrained } from '../../../../engine/lora/file.ts';
import { loadNliModel, type NliModel } from '../../../../engine/model/nliModel.ts';
import { createRandom } from '../../../../engine/random.ts';
import { mergeTrained } from '../../../../engine/train/trainables.ts';

const FAMILIES = join(import.meta.dirname, '../../../fixtures/families');
const random = createRandom(5);
const noise = (count: number) => Float32Array.from({ length: count }, () => random.normal() / 10);

/** Adapters of some layers, and whole weights of others. */
function trained(
  { prepared: { linears, model } }: NliModel,
  { rank, alpha, adapted, whole }: { rank: number; alpha: number; adapted: number; whole: number },
): Trained {
  const values = new Map<string, Float32Array>();
  const dims = new Map<string, readonly number[]>();
  for (const { module, inFeatures, outFeatures } of linears.slice(0, adapted)) {
    values
      .set(`${module}.lora_A`, noise(inFeatures * rank))
      .set(`${module}.lora_B`, noise(rank * outFeatures));
    dims.set(`${module}.lora_A`, [inFeatures, rank]).set(`${module}.lora_B`, [rank, outFeatures]);
  }
  for (const { weight } of whole === 0 ? [] : linears.slice(-whole)) {
    const tensor = model.graph.initializers.get(weight)!;
    values.set(weight, noise(toFloat32(tensor).length));
    dims.set(weight, tensor.dims);
  }
  return { values, dims, rank, alpha };
}

function farthest(one: Model, other: Model): number {
  let most = 0;
  for (const [name, tensor] of one.graph.initializers) {
    if (tensor.dtype !== 'float32') continue;
    const [a, b] = [toFloat32(tensor), toFloat32(other.graph.initializers.get(name)!)];
    a.forEach((value, i) => {
      most = Math.max(most, Math.abs(value - b[i]!));
    });
  }
  return most;
}

/** Layers of all, of one kind; GPT-2's are stored otherwise, ALBERT's are shared. */
test.each(['bert', 'gpt2', 'albert', 'deberta-v3'])(
  'of the trained %s the model before it and the one that embeds are made, by the app and by the files alone',
  async (family) => {
    const nli = await loadNliModel(join(FAMILIES, family));
    const { prepared } = nli;
    const run = trained(nli, { rank: 4, alpha: 8, adapted: 6, whole: 1 });
    const tuned = trained(nli, { rank: 2, alpha: 6, adapted: 4, whole: 0 });
    const exported = mergeTrained(prepared, run);
    expect(farthest(exported, prepared.model)).toBeGreaterThan(0.05);
    for (const [to, wanted] of [
      [null, prepared.model],
      [tuned, mergeTrained(prepared, tuned)],
    ] as const) {
      const between = readTrained(writeTrained(weightsBetween(prepared, run, to)), 'file');
      // The exported file, as who loads it has it.
      const loaded = { ...prepared, model: exported };
      expect(farthest(mergeTrained(loaded, between), wanted)).toBeLessThan(1e-6);
      expect(farthest(withWeights(exported, between, layersOf(prepared, [between])), wanted)).toBeLessThan(
        1e-6,
      );
    }
  },
);

test('after training all weights they are kept whole, and what is tuned is in them', async () => {
  const nli = await loadNliModel(join(FAMILIES, 'bert'));
  const { prepared } = nli;
  const run = trained(nli, { rank: 1, alpha: 1, adapted: 0, whole: prepared.linears.length });
  const tuned = trained(nli, { rank: 2, alpha: 6, adapted: 4, whole: 0 });
  const between = weightsBetween(prepared, run, tuned);
  expect([...between.values.keys()].some((name) => name.includes('lora'))).toBe(false);
  const exported = mergeTrained(prepared, run);
  expect(farthest(withWeights(exported, between, {}), mergeTrained(prepared, tuned))).toBe(0);
});

test('weights of another model are refused, naming the first', async () => {
  const nli = await loadNliModel(join(FAMILIES, 'bert'));
  const own = trained(nli, { rank: 2, alpha: 2, adapted: 1, whole: 0 });
  const [name] = own.values.keys();
  expect(() => withWeights(nli.prepared.model, own, {})).toThrow(`"${name}" beside the model`);
  const other = { ...own, values: new Map([['nowhere', Float32Array.of(1)]]) };
  expect(() => withWeights(nli.prepared.model, other, {})).toThrow('"nowhere" beside the model');
});
