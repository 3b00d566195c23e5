import { expect, test } from 'vitest';
import { floatTensor, toFloat32 } from '../../../engine/graph/tensor.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { fineTune } from '../../../engine/train/loop.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const examples = (['entailment', 'contradiction'] as const).map((target) => ({
  premise: 'the parcel came late',
  hypothesis: 'this is about shipping .',
  target,
}));

/** What training says when one number of a layer, then of the embeddings, is another: by tensor. */
async function trainedWith(number: number): Promise<[tensor: string, outcome: unknown][]> {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const model = await loadNliModel(dir);
  const { nodes, initializers } = model.prepared.model.graph;
  const embeddings = nodes.find(({ op }) => op === 'Gather')!.inputs[0]!;
  const outcomes: [string, unknown][] = [];
  for (const name of [model.prepared.linears[0]!.weight, embeddings]) {
    const tensor = initializers.get(name)!;
    initializers.set(name, floatTensor(Float32Array.from(toFloat32(tensor)).fill(number, 3, 4), tensor.dims));
    const work = fineTune(model, { examples, options: trainingOptions({ maxSteps: 1 }) });
    outcomes.push([name, await work.catch((error: unknown) => error)]);
    initializers.set(name, tensor);
  }
  return outcomes;
}

test.each([Number.NaN, Number.POSITIVE_INFINITY])(
  'row 46: training refuses weights with %s and names the tensor',
  async (bad) => {
    for (const [name, outcome] of await trainedWith(bad)) {
      expect(outcome).toMatchObject({ code: 'weights_invalid' });
      expect((outcome as Error).message).toContain(`"${name}"`);
    }
  },
);

test('row 46: denormal weights are numbers and train', async () => {
  for (const [, outcome] of await trainedWith(1e-42))
    expect(outcome).toMatchObject({ losses: [expect.any(Number)] });
});
