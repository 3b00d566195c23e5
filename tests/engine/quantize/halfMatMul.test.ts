import { expect, test } from 'vitest';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { createLossScale } from '../../../engine/optim/lossScale.ts';
import { withHalfMatMuls } from '../../../engine/quantize/halfMatMul.ts';
import { createRandom } from '../../../engine/random.ts';
import { encodeExamples } from '../../../engine/train/examples.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { createStepper } from '../../../engine/train/step.ts';
import { createTrainables } from '../../../engine/train/trainables.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

test('a training graph with float16 products gives the gradients of float32 to three digits, loss scaled or not', async () => {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const model = await loadNliModel(dir);
  const { training, parameters } = createTrainables(model.prepared, trainingOptions({}), createRandom(1));
  const encoded = encodeExamples(
    model,
    [
      { premise: 'the parcel came late', hypothesis: 'this is about shipping .', target: 'entailment' },
      { premise: 'nice colour', hypothesis: 'this is about price .', target: 'contradiction' },
    ],
    32,
  );
  const { tokens, targets } = encoded.batch([0, 1], 2);
  const half = { ...training, model: withHalfMatMuls(training.model) };
  const products = half.model.graph.nodes.filter(({ op }) => /^(MatMul|Gemm|FusedMatMul)$/.test(op));
  expect(products.length).toBeGreaterThan(4);
  expect(products.flatMap(({ inputs }) => inputs).filter((name) => !name.endsWith('__half'))).toEqual([]);
  const exact = await createStepper(training, parameters);
  const rounded = await createStepper(half, parameters);
  const expected = await exact.run(tokens, targets);
  const norm = Math.hypot(...expected.gradients.flatMap((g) => [...g]));
  for (const scale of [1, 1024]) {
    const found = await rounded.run(
      tokens,
      targets.map((target) => target * scale),
    );
    expect(found.loss / scale).toBeCloseTo(expected.loss, 2);
    const error = Math.hypot(
      ...found.gradients.flatMap((g, p) =>
        [...g].map((value, i) => value / scale - expected.gradients[p]![i]!),
      ),
    );
    expect(error / norm).toBeLessThan(5e-3);
    expect(error).toBeGreaterThan(0); // The frozen weights at least were rounded: the CPU has no float16 products.
  }
  await exact.release();
  await rounded.release();
});

test('the loss scale halves on overflow until one, and doubles after good steps up to its largest', () => {
  const scale = createLossScale({ initial: 4, largest: 8, growAfter: 2 });
  expect([scale.note(false), scale.scale]).toEqual([true, 2]);
  expect([scale.note(false), scale.scale]).toEqual([true, 1]);
  expect([scale.note(false), scale.scale]).toEqual([false, 1]);
  for (let step = 0; step < 10; step++) expect(scale.note(true)).toBe(false);
  expect(scale.scale).toBe(8);
});
