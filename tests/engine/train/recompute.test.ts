import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import type { Example } from '../../../engine/train/examples.ts';
import { fineTune } from '../../../engine/train/loop.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const embedded = join(import.meta.dirname, '../../../resources/models/entail-minilm-l6');
const examples: Example[] = ['the parcel came late', 'the price is high'].flatMap((premise, i) =>
  ['this is about shipping .', 'this is about price .'].map((hypothesis, l) => ({
    premise,
    hypothesis,
    target: i === l ? ('entailment' as const) : ('contradiction' as const),
  })),
);

test.each([
  { model: 'tiny', method: 'lora', precision: 'fp32' },
  { model: 'tiny', method: 'full', precision: 'fp32' },
  { model: 'embedded', method: 'lora', precision: 'int8' },
  { model: 'embedded', method: 'full', precision: 'int8' },
  { model: 'embedded', method: 'full', precision: 'fp32' },
  { model: 'embedded', method: 'full', precision: 'fp32', layers: 'top:2' },
] as const)(
  '%o: what is computed again gives the same weights to the last bit',
  async ({ model: name, ...how }) => {
    const dir = name === 'tiny' ? temporaryFolder() : embedded;
    if (name === 'tiny') writeTinyModel(dir);
    const model = await loadNliModel(dir);
    const train = (recompute: boolean) =>
      fineTune(model, {
        examples,
        options: trainingOptions({ ...how, recompute, epochs: 3, batchSize: 2 }),
      });
    const [kept, again] = [await train(false), await train(true)];
    expect(again.losses).toEqual(kept.losses);
    for (const [weight, values] of kept.values) expect(again.values.get(weight), weight).toEqual(values);
  },
  180_000,
);
