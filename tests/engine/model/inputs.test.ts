import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createVerdicts } from '../../../engine/check/verdicts.ts';
import { EngineError } from '../../../engine/errors.ts';
import { GraphBuilder } from '../../../engine/graph/builder.ts';
import { type Model, renameReads, type ValueInfo } from '../../../engine/graph/graph.ts';
import { floatTensor, intTensor } from '../../../engine/graph/tensor.ts';
import { checkedModel } from '../../../engine/inference/inferenceModel.ts';
import { createScorer } from '../../../engine/inference/score.ts';
import { rememberClasses } from '../../../engine/model/chosenClasses.ts';
import { classExamples } from '../../../engine/model/classExamples.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { fineTune } from '../../../engine/train/loop.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { afterLogits, changedTinyModel } from '../../support/changedModel.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const texts = ['the parcel came late', 'nice colour', 'the price is high and '.repeat(3).trim()];
const hypotheses = ['this is about shipping .', 'this is about price .'];

const load = (dir: string) => loadNliModel(dir, { verdicts: createVerdicts(temporaryFolder()) });

async function scoresOf(dir: string): Promise<number[][]> {
  const scorer = await createScorer(await load(dir));
  const rows = await scorer.score({ texts, hypotheses });
  await scorer.release();
  return rows.map(({ probabilities }) => [...probabilities]);
}

/** Changes one input of the graph: its name, type or sizes. */
function changeInput(model: Model, name: string, change: Partial<ValueInfo>): void {
  const { graph } = model;
  graph.inputs = graph.inputs.map((input) => (input.name === name ? { ...input, ...change } : input));
  if (change.name !== undefined) renameReads(graph, new Map([[name, change.name]]));
}

/** Exported for exactly `batch` pairs of 40 tokens: constants of the graph say so, as exporters write them. */
function fixedBy(model: Model, batch: number): void {
  const { graph } = model;
  for (const name of ['input_ids', 'attention_mask']) changeInput(model, name, { dims: [batch, 40] });
  const gather = graph.nodes.find(({ op }) => op === 'Gather')!;
  const b = new GraphBuilder({ ...graph, nodes: [] }, 'fixed');
  const heads = b.reshape(gather.outputs[0]!, b.ints([batch, 40, 2, 8]));
  const wide = b.expand(heads, b.ints([batch, 40, 2, 8]));
  const back = b.reshape(b.reshape(wide, b.ints([batch * 40, 16])), b.ints([batch, 40, 16]));
  renameReads(graph, new Map([[gather.outputs[0]!, back]]));
  graph.nodes.splice(graph.nodes.indexOf(gather) + 1, 0, ...b.graph.nodes);
}

const VARIANTS: readonly [string, (model: Model) => void][] = [
  [
    'names of another exporter',
    (model) => {
      changeInput(model, 'input_ids', { name: 'input_word_ids' });
      changeInput(model, 'attention_mask', { name: 'input_mask' });
    },
  ],
  [
    'names that say nothing',
    (model) => {
      changeInput(model, 'input_ids', { name: 'input.1' });
      changeInput(model, 'attention_mask', { name: 'onnx::Cast_1' });
    },
  ],
  [
    'names that are each other',
    (model) => {
      changeInput(model, 'attention_mask', { name: 'mask' });
      changeInput(model, 'input_ids', { name: 'ids' });
    },
  ],
  [
    '32-bit numbers',
    (model) => {
      for (const name of ['input_ids', 'attention_mask']) changeInput(model, name, { dtype: 'int32' });
    },
  ],
  [
    'one length',
    (model) => {
      for (const name of ['input_ids', 'attention_mask']) changeInput(model, name, { dims: ['batch', 40] });
    },
  ],
  [
    'one pair at a time, of one length, 32-bit',
    (model) => {
      for (const name of ['input_ids', 'attention_mask'])
        changeInput(model, name, { dims: [1, 40], dtype: 'int32' });
    },
  ],
  ['one pair at a time, as its operators say, too', (model) => fixedBy(model, 1)],
  ['four pairs at a time, as its operators say, too', (model) => fixedBy(model, 4)],
  [
    'positions, which change nothing here',
    (model) => {
      const { graph } = model;
      graph.inputs.push({ name: 'position_ids', dtype: 'int64', dims: ['batch', 'sequence'] });
      afterLogits(model, (b, logits) => {
        // 0 for positions 0, 1, 2, …: their sum less n (n - 1) / 2.
        const sum = b.sum(b.emit('Cast', ['position_ids'], { to: 1 }), [1], 1);
        const length = b.emit('Cast', [b.dim('input_ids', 1)], { to: 1 });
        const wanted = b.scale(b.mul(length, b.sub(length, b.scalar(1))), 0.5);
        return b.add(logits, b.sub(sum, wanted));
      });
    },
  ],
];

test.each(VARIANTS)('a model with %s gives the same scores', async (_, change) => {
  const wanted = await scoresOf(changedTinyModel(() => undefined));
  const found = await scoresOf(changedTinyModel(change));
  found.forEach((row, text) => {
    row.forEach((score, label) => {
      expect(score).toBeCloseTo(wanted[text]![label]!, 5);
    });
  });
});

test('what is remembered of a file is what it answers to these positions: config.json may say others later', async () => {
  const dir = changedTinyModel((model) => {
    model.graph.inputs.push({ name: 'position_ids', dtype: 'int64', dims: ['batch', 'sequence'] });
    afterLogits(model, (b, logits) => {
      const sum = b.sum(b.emit('Cast', ['position_ids'], { to: 1 }), [1], 1);
      return b.mul(logits, b.add(b.scale(sum, 0.01), b.scalar(1)));
    });
  });
  const verdicts = createVerdicts(temporaryFolder());
  const first = await loadNliModel(dir, { verdicts });
  const config = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8'));
  writeFileSync(join(dir, 'config.json'), JSON.stringify({ ...config, model_type: 'mra' }));
  const second = await loadNliModel(dir, { verdicts });
  expect(second.reference.logits[0]).not.toEqual(first.reference.logits[0]);
  const { verdict } = await checkedModel(second, second.prepared.model, { verdicts });
  expect(verdict.leftOut).toEqual([]);
});

test.each(['lora', 'full'] as const)('a model of one length and one batch learns (%s)', async (method) => {
  const nli = await load(changedTinyModel((model) => fixedBy(model, 1)));
  const examples = hypotheses.flatMap((hypothesis, i) =>
    ['the parcel came late', 'the price is high and the parcel came late'].map((premise) => ({
      premise,
      hypothesis,
      target: i === 0 ? ('entailment' as const) : ('contradiction' as const),
    })),
  );
  const options = trainingOptions({ method, epochs: 80, learningRate: 2e-2 });
  const { losses } = await fineTune(nli, { examples, options });
  expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
});

test('a batch that cannot be undone is refused in a sentence', async () => {
  const dir = changedTinyModel((model) => {
    fixedBy(model, 3);
    // Nothing says that this is the batch.
    afterLogits(model, (b, logits) => b.add(logits, b.constant(floatTensor(new Float32Array(9), [3, 3]))));
  });
  expect(await refusal(dir)).toMatch(
    /^inputs_unknown: .* was exported for exactly 3 pairs at a time, in a way that Entail cannot undo\.$/,
  );
});

test('a file that fails for ordinary pairs, or for more than one, is told in a sentence without the runtime’s words', async () => {
  const shaped = (shape: readonly number[]) =>
    changedTinyModel((model) => afterLogits(model, (b, logits) => b.reshape(logits, b.ints(shape))));
  expect(await refusal(shaped([1, 3]))).toMatch(
    /^model_fails: .* cannot be used: its file computes one pair at a time only, though it says any number\.$/,
  );
  expect(await refusal(shaped([1, 5]))).toMatch(
    /^model_fails: .* cannot be used: its own file fails for ordinary pairs of texts\.$/,
  );
});

const refusal = (dir: string) =>
  load(dir).then(
    () => 'loaded',
    (error: unknown) => (error instanceof EngineError ? `${error.code}: ${error.message}` : String(error)),
  );

test('an input that nothing can be fed to is named when the model is loaded', async () => {
  const more = (input: ValueInfo) =>
    changedTinyModel(({ graph }) => {
      graph.inputs.push(input);
    });
  expect(await refusal(more({ name: 'pixel_values', dtype: 'float32', dims: ['b', 3, 8, 8] }))).toMatch(
    /^inputs_unknown: .* nothing to feed its input "pixel_values" with\.$/,
  );
  expect(await refusal(more({ name: 'token_ids', dtype: 'int64', dims: ['b', 's'] }))).toMatch(
    /its inputs "input_ids" and "token_ids" both look like input_ids/,
  );
  const floats = changedTinyModel((model) => changeInput(model, 'attention_mask', { dtype: 'float32' }));
  expect(await refusal(floats)).toMatch(/its input "attention_mask" wants float32 values/);
});

test('a model that answers NaN to ordinary pairs is refused; one that does so for a text says for which', async () => {
  const always = changedTinyModel((model) =>
    afterLogits(model, (b, logits) => b.div(b.scale(logits, 0), b.scalar(0))),
  );
  expect(await refusal(always)).toMatch(/^not_finite: .* answers NaN or infinity\.$/);
  // 1 / 0 · 0 where the pair has the token "colour", which no built-in text has in this vocabulary.
  const sometimes = changedTinyModel((model) =>
    afterLogits(model, (b, logits) => {
      const id = b.constant(intTensor([16], []));
      const found = b.emit('Cast', [b.emit('Equal', ['input_ids', id])], { to: 1 });
      const count = b.sum(found, [1], 1);
      const none = b.sub(b.scalar(1), count);
      return b.add(b.sub(logits, b.div(count, none)), b.div(count, none));
    }),
  );
  const nli = await load(sometimes);
  const scorer = await createScorer(nli);
  await expect(scorer.score({ texts, hypotheses })).rejects.toThrow(
    /answers NaN for "nice colour" with "this is about/,
  );
  await scorer.release();
});

/** Pools at the last end token ([SEP]), found by its id, as BART does: NonZero says where they are. */
function poolsAtEndToken(model: Model): void {
  const { graph } = model;
  const hidden = graph.nodes.find(({ op }) => op === 'LayerNormalization')!.outputs[0]!;
  const head = graph.nodes.find(({ op }) => op === 'Gemm')!;
  const b = new GraphBuilder({ ...graph, nodes: [] }, 'pool');
  const end = b.emit('Equal', ['input_ids', b.constant(intTensor([3], []))]);
  const places = b.transpose(b.emit('NonZero', [end]), [1, 0]);
  const found = b.emit('GatherND', [hidden, places]);
  const batch = b.emit('Slice', [b.shape('input_ids'), b.ints([0]), b.ints([1]), b.ints([0])]);
  const target = b.concat([batch, b.ints([-1, 16])], 0);
  const last = b.emit('Gather', [b.reshape(found, target), b.constant(intTensor([-1], []))], { axis: 1 });
  const at = graph.nodes.indexOf(head);
  head.inputs[0] = last;
  graph.nodes = [...graph.nodes.slice(0, at), ...b.graph.nodes, ...graph.nodes.slice(at)];
}

test('a model that pools at its end token loads, suggests and learns', async () => {
  const dir = changedTinyModel(poolsAtEndToken);
  const nli = await load(dir);
  const scorer = await createScorer(nli);
  // A text that holds the end token itself has one more of them than the pair that it shares a batch with.
  const both = await scorer.score({ texts: ['the parcel [SEP] late', 'the parcel came late'], hypotheses });
  const alone = await scorer.score({ texts: ['the parcel came late'], hypotheses });
  await scorer.release();
  expect([...both[1]!.probabilities]).toEqual([...alone[0]!.probabilities]);
  const examples = hypotheses.map((hypothesis, i) => ({
    premise: 'the parcel came late',
    hypothesis,
    target: i === 0 ? ('entailment' as const) : ('contradiction' as const),
  }));
  const { losses } = await fineTune(nli, {
    examples,
    options: trainingOptions({ epochs: 20, learningRate: 1e-2 }),
  });
  expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
});

test('outputs that are not named are asked for, shown with examples, and remembered', async () => {
  const home = process.env.ENTAIL_HOME;
  process.env.ENTAIL_HOME = temporaryFolder();
  try {
    const dir = changedTinyModel(() => undefined);
    const unnamed = { 0: 'LABEL_0', 1: 'LABEL_1', 2: 'LABEL_2' };
    const config = { model_type: 'bert', max_position_embeddings: 48, pad_token_id: 0 };
    writeFileSync(join(dir, 'config.json'), JSON.stringify({ ...config, id2label: unnamed }));
    expect(await refusal(dir)).toMatch(/^labels_unmapped/);
    const { outputs, examples, likely, chosen } = await classExamples(dir);
    expect(outputs).toEqual(['LABEL_0', 'LABEL_1', 'LABEL_2']);
    expect(chosen).toBeNull();
    expect(likely.entailment).not.toBe(likely.contradiction);
    for (const { shares } of examples) expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    await expect(rememberClasses(dir, { entailment: 1, contradiction: 1 })).rejects.toThrow(
      'Outputs 1 and 1',
    );
    await rememberClasses(dir, { entailment: 1, contradiction: 0 });
    expect((await load(dir)).classes).toEqual({ kind: 'three', entailment: 1, contradiction: 0, neutral: 2 });
    expect((await classExamples(dir)).chosen).toEqual({ entailment: 1, contradiction: 0 });
    const turned = { contradiction: 2, entailment: 0, neutral: 1 };
    const other = changedTinyModel((model) => {
      model.graph.initializers.set('classifier.bias', floatTensor([0, 0, 0.1], [3]));
    });
    writeFileSync(
      join(other, 'config.json'),
      JSON.stringify({ ...config, id2label: unnamed, label2id: turned }),
    );
    expect((await load(other)).classes).toMatchObject({ entailment: 0, contradiction: 2, neutral: 1 });
  } finally {
    if (home === undefined) delete process.env.ENTAIL_HOME;
    else process.env.ENTAIL_HOME = home;
  }
});
