import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toFloat32 } from '../../../engine/graph/tensor.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { fineTune } from '../../../engine/train/loop.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';

const FAMILIES = join(import.meta.dirname, '../../fixtures/families');

// Qwen's norms divide by the root mean square, each exported as a handful of operators; by hand from modeling_qwen2.py.
test('the scales of root mean square norms are trained with all other weights', async () => {
  const model = await loadNliModel(join(FAMILIES, 'qwen2'));
  const examples = (['entailment', 'contradiction'] as const).map((target) => ({
    premise: 'Our teacher paid for the flight to Paris.',
    hypothesis: 'This text is about travel.',
    target,
  }));
  const options = trainingOptions({ method: 'full', maxSteps: 2, learningRate: 1e-2 });
  const { values } = await fineTune(model, { examples, options });
  const norms = [0, 1].flatMap((layer) => [
    `model.layers.${layer}.input_layernorm.weight`,
    `model.layers.${layer}.post_attention_layernorm.weight`,
  ]);
  for (const name of [...norms, 'model.norm.weight']) {
    const before = toFloat32(model.prepared.model.graph.initializers.get(name)!);
    const moved = values.get(name)!.map((value, i) => Math.abs(value - before[i]!));
    expect.soft(Math.max(...moved), name).toBeGreaterThan(1e-4);
  }
});

test('the frequencies of rotary positions, which nobody learns, stay as they are', async () => {
  const model = await loadNliModel(join(FAMILIES, 'qwen3'));
  const options = trainingOptions({ method: 'full', maxSteps: 1 });
  const { values } = await fineTune(model, {
    examples: [{ premise: 'Soup!', hypothesis: 'It is food.', target: 'entailment' }],
    options,
  });
  expect([...values.keys()].filter((name) => /freq/.test(name))).toEqual([]);
  expect(values.has('model.layers.0.self_attn.q_norm.weight')).toBe(true);
});
