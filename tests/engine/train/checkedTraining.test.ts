import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answersOf } from '../../../engine/check/reference.ts';
import { createVerdicts } from '../../../engine/check/verdicts.ts';
import type { Rewrite } from '../../../engine/graph/rewrite.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { collate } from '../../../engine/text/batches.ts';
import { TRAINING_REWRITES } from '../../../engine/train/assemble.ts';
import { checkedForTraining } from '../../../engine/train/checkedTraining.ts';
import { fineTune } from '../../../engine/train/loop.ts';
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

test('a model whose answers change with padding learns from pairs of one length at a time', async () => {
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
  const options = trainingOptions({ method: 'full', epochs: 30, learningRate: 1e-2 });
  for (let time = 0; time < 2; time++)
    expect(await checkedForTraining(nli, options, { verdicts })).toMatchObject({ padding: false });
  const examples = ['late', 'the parcel came late', 'the price is high and the parcel came late'].map(
    (premise, i) => ({
      premise,
      hypothesis: 'this is about shipping .',
      target: i === 1 ? ('entailment' as const) : ('contradiction' as const),
    }),
  );
  const { losses } = await fineTune(nli, { examples, options });
  // The first step's loss is that of the pairs by themselves: nothing was padded.
  const logits = await answersOf(nli.prepared.model, {
    batches: examples.map(({ premise, hypothesis }) =>
      collate([nli.tokenizer.encodePair(premise, hypothesis, { maxLength: 48 })], nli.tokenizer.padId),
    ),
    logits: nli.prepared.logits,
  });
  const loss = logits.map((row, i) => {
    const sum = row.reduce((total, value) => total + Math.exp(value), 0);
    return Math.log(sum) - row[nli.classes[examples[i]!.target]]!;
  });
  expect(losses[0]).toBeCloseTo(loss.reduce((a, b) => a + b) / 3, 4);
  expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
});
