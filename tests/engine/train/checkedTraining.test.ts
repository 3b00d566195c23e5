import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createVerdicts } from '../../../engine/check/verdicts.ts';
import type { Rewrite } from '../../../engine/graph/rewrite.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { TRAINING_REWRITES } from '../../../engine/train/assemble.ts';
import { checkedForTraining } from '../../../engine/train/checkedTraining.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { changedTinyModel } from '../../support/changedModel.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const EMBEDDED = join(import.meta.dirname, '../../../resources/models/entail-minilm-l6');
const usual = TRAINING_REWRITES.map(({ name }) => name);

/** Leaves the forward pass as it is, but not what flows back: a norm with another epsilon has nearly the same value. */
const wrongBackwards: Rewrite = {
  name: 'wrong on purpose',
  version: 1,
  apply: ({ model }) => {
    for (const node of model.graph.nodes)
      if (node.op === 'LayerNormalization') node.attributes.set('epsilon', { kind: 'float', value: 0.05 });
  },
};

test.each(['lora', 'full'] as const)(
  'a wrong rewrite of the training graph is left out (%s)',
  async (method) => {
    const verdicts = createVerdicts(temporaryFolder());
    const nli = await loadNliModel(
      changedTinyModel(() => undefined),
      { verdicts },
    );
    const rewrites = [...TRAINING_REWRITES.slice(0, 1), wrongBackwards, ...TRAINING_REWRITES.slice(1)];
    const options = trainingOptions({ method });
    const first = await checkedForTraining(nli, options, { rewrites, verdicts });
    expect(first.trainingRewrites!.map(({ name }) => name)).toEqual(usual);
    expect(first.model).toBe(nli.prepared.model);
    const again = await checkedForTraining(nli, options, { rewrites, verdicts });
    expect(again.trainingRewrites!.map(({ name }) => name)).toEqual(usual);
  },
);

test('a fusion that is wrong only for gradients gives way to the plain graph', async () => {
  const verdicts = createVerdicts(temporaryFolder());
  const nli = await loadNliModel(
    changedTinyModel(() => undefined),
    { verdicts },
  );
  const fused = { ...nli.prepared, model: structuredClone(nli.prepared.model) };
  for (const node of fused.model.graph.nodes)
    if (node.op === 'LayerNormalization') node.attributes.set('epsilon', { kind: 'float', value: 0.05 });
  const options = trainingOptions({});
  const reference = { ...nli.reference, tolerance: 1 };
  const found = await checkedForTraining({ ...nli, reference, prepared: fused }, options, { verdicts });
  expect(
    found.model.graph.nodes.find(({ op }) => op === 'LayerNormalization')!.attributes.get('epsilon'),
  ).not.toEqual({ kind: 'float', value: 0.05 });
  expect(found.trainingRewrites!.map(({ name }) => name)).toEqual(usual);
});

test('every rewrite holds for the embedded model', async () => {
  const nli = await loadNliModel(EMBEDDED);
  const verdicts = createVerdicts(temporaryFolder());
  const { trainingRewrites, model } = await checkedForTraining(nli, trainingOptions({}), { verdicts });
  expect(trainingRewrites!.map(({ name }) => name)).toEqual(usual);
  expect(model).toBe(nli.prepared.model);
}, 180_000);

test('a model whose answers change with padding says that it cannot be trained', async () => {
  // Without its mask the pooling counts padding too.
  const dir = changedTinyModel(({ graph }) => {
    for (const node of graph.nodes)
      node.inputs = node.inputs.map((name) => (name === 'attention_mask' ? 'input_ids_ones' : name));
    graph.inputs = graph.inputs.filter(({ name }) => name !== 'attention_mask');
    graph.nodes.unshift({
      op: 'Not',
      domain: '',
      name: 'ones',
      inputs: ['never'],
      outputs: ['input_ids_ones'],
      attributes: new Map(),
    });
    graph.nodes.unshift({
      op: 'IsNaN',
      domain: '',
      name: 'never',
      inputs: ['floats'],
      outputs: ['never'],
      attributes: new Map(),
    });
    graph.nodes.unshift({
      op: 'Cast',
      domain: '',
      name: 'floats',
      inputs: ['input_ids'],
      outputs: ['floats'],
      attributes: new Map([['to', { kind: 'int', value: 1 }]]),
    });
  });
  const verdicts = createVerdicts(temporaryFolder());
  const nli = await loadNliModel(dir, { verdicts });
  await expect(checkedForTraining(nli, trainingOptions({}), { verdicts })).rejects.toThrow(
    /cannot be trained: its answers change when pairs are padded/,
  );
});
