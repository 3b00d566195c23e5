import { expect, test } from 'vitest';
import { scoreTexts } from '../../../engine/inference/score.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import type { Example } from '../../../engine/train/examples.ts';
import { keepBase } from '../../../engine/train/keep.ts';
import { fineTune } from '../../../engine/train/loop.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { mergeTrained } from '../../../engine/train/trainables.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const texts = ['the parcel came late', 'the price is high', 'nice colour'];
const hypotheses = ['this is about shipping .', 'this is about price .'];
const examples: Example[] = texts.flatMap((premise, i) =>
  hypotheses.map((hypothesis, label) => ({
    premise,
    hypothesis,
    target: i === label ? ('entailment' as const) : ('contradiction' as const),
  })),
);

async function tiny() {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  return loadNliModel(dir);
}

test.each(['lora', 'full'] as const)(
  '%s: a share of the base is kept, from none to nearly all',
  async (method) => {
    const model = await tiny();
    const options = trainingOptions({ method, epochs: 10, batchSize: 2, learningRate: 1e-2 });
    const { rank, alpha } = options;
    const { values } = await fineTune(model, { examples, options });
    const oddsAt = async (keep: number) => {
      const merged = mergeTrained(model.prepared, {
        values: keepBase(model.prepared, values, keep),
        rank,
        alpha,
      });
      return (await scoreTexts(model, { texts, hypotheses }, merged)).flatMap(({ odds }) => [...odds]);
    };
    const base = (await scoreTexts(model, { texts, hypotheses })).flatMap(({ odds }) => [...odds]);
    const trained = await oddsAt(0);
    const far = (odds: readonly number[]) => odds.reduce((sum, x, i) => sum + Math.abs(x - base[i]!), 0);
    expect(far(trained)).toBeGreaterThan(1);
    expect(far(await oddsAt(1))).toBeLessThan(1e-4);
    expect(far(await oddsAt(0.9))).toBeLessThan(0.5 * far(trained));
    // All linear in the weights: half way, a full weight is the mean of both.
    const half = keepBase(model.prepared, values, 0.5);
    for (const [name, own] of values) {
      const before = model.prepared.model.graph.initializers.get(name);
      if (!before) expect(half.get(name)).toEqual(name.endsWith('.lora_B') ? own.map((x) => x / 2) : own);
    }
  },
);

test('what a training gives, and what is judged after each epoch, has the share that is asked for', async () => {
  const model = await tiny();
  const options = trainingOptions({ epochs: 3, batchSize: 2, learningRate: 1e-2 });
  const judged: ReadonlyMap<string, Float32Array>[] = [];
  const run = (keep: number) =>
    fineTune(model, {
      examples,
      options: { ...options, keep },
      heldOutF1: async (values, epoch) => {
        judged.push(new Map([...values].map(([name, own]) => [name, own.slice()])));
        return epoch === 2 ? 1 : 0;
      },
    });
  const whole = await run(0);
  judged.length = 0;
  const kept = await run(0.25);
  expect(kept.losses).toEqual(whole.losses);
  expect(kept.values).toEqual(keepBase(model.prepared, whole.values, 0.25));
  expect(kept.bestEpoch).toBe(2);
  expect(judged[1]).toEqual(new Map(kept.values));
});
