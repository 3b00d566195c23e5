import { expect, test } from 'vitest';
import { createVerdicts } from '../../../engine/check/verdicts.ts';
import { huggingFaceWeights } from '../../../engine/export/huggingFace.ts';
import { GraphBuilder } from '../../../engine/graph/builder.ts';
import type { Model } from '../../../engine/graph/graph.ts';
import { floatTensor, toFloat32 } from '../../../engine/graph/tensor.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { createRandom } from '../../../engine/random.ts';
import { fineTune } from '../../../engine/train/loop.ts';
import { trainingOptions } from '../../../engine/train/plan.ts';
import { createTrainables } from '../../../engine/train/trainables.ts';
import { changedTinyModel } from '../../support/changedModel.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** Two more layers behind the first one whose zero biases are one constant, as exporters store them. */
function sharesBiases(model: Model): void {
  const { graph } = model;
  const random = createRandom(4);
  const norm = graph.nodes.find(({ op }) => op === 'LayerNormalization')!;
  const b = new GraphBuilder({ ...graph, nodes: [] }, 'more');
  let value = norm.inputs[0]!;
  for (const layer of [1, 2]) {
    const weights = Float32Array.from({ length: 256 }, () => random.normal() / 4);
    graph.initializers.set(`onnx::MatMul_${layer}`, floatTensor(weights, [16, 16]));
    value = b.add(b.matmul(value, `onnx::MatMul_${layer}`), 'encoder.query.bias');
  }
  norm.inputs[0] = value;
  const at = graph.nodes.indexOf(norm);
  graph.nodes = [...graph.nodes.slice(0, at), ...b.graph.nodes, ...graph.nodes.slice(at)];
}

test.each(['lora', 'full'] as const)(
  'layers that share a constant bias are layers of their own (%s)',
  async (method) => {
    const dir = changedTinyModel(sharesBiases);
    const nli = await loadNliModel(dir, { verdicts: createVerdicts(temporaryFolder()) });
    const modules = nli.prepared.linears.map(({ module }) => module);
    expect(new Set(modules).size).toBe(modules.length);
    const examples = (['entailment', 'contradiction'] as const).map((target, i) => ({
      premise: 'the parcel came late',
      hypothesis: i === 0 ? 'this is about shipping .' : 'this is about price .',
      target,
    }));
    const options = trainingOptions({ method, epochs: 15, learningRate: 1e-2 });
    const { losses } = await fineTune(nli, { examples, options });
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
    // Their matrices have no name that PyTorch knows: a file without them would be filled with random numbers.
    expect(huggingFaceWeights(nli.prepared.model, nli.prepared.linears).complete).toBe(false);
  },
);

test('a Conv1D is stored [in, out], as GPT-2 has it', async () => {
  const dir = changedTinyModel((model) => {
    const { graph } = model;
    const tensor = graph.initializers.get('encoder.query.weight')!;
    graph.initializers.set('h.0.attn.c_attn.weight', tensor);
    for (const node of graph.nodes)
      node.inputs = node.inputs.map((name) =>
        name === 'encoder.query.weight' ? 'h.0.attn.c_attn.weight' : name,
      );
    graph.initializers.delete('encoder.query.weight');
  });
  const { prepared } = await loadNliModel(dir, { verdicts: createVerdicts(temporaryFolder()) });
  const stored = prepared.model.graph.initializers.get('h.0.attn.c_attn.weight')!.bytes;
  const dataFor = (type: string) =>
    huggingFaceWeights(prepared.model, prepared.linears, type).tensors.get('h.0.attn.c_attn.weight')!.data;
  expect(Buffer.from(dataFor('gpt2')).equals(Buffer.from(stored))).toBe(true);
  expect(Buffer.from(dataFor('bert')).equals(Buffer.from(stored))).toBe(false);
});

test('norms that an exporter kept once for several layers, and that have learnt since, are no complete PyTorch file', async () => {
  const dir = changedTinyModel(() => undefined);
  const { prepared } = await loadNliModel(dir, { verdicts: createVerdicts(temporaryFolder()) });
  const { graph } = prepared.model;
  const norm = graph.nodes.find(({ op }) => op === 'LayerNormalization')!;
  graph.nodes.splice(graph.nodes.indexOf(norm) + 1, 0, { ...norm, name: 'other', outputs: ['other'] });
  const isComplete = () => huggingFaceWeights(prepared.model, prepared.linears).complete;
  // As before any training: a loader fills in the same.
  expect(isComplete()).toBe(true);
  const size = graph.initializers.get(norm.inputs[1]!)!.dims[0]!;
  graph.initializers.set(norm.inputs[1]!, floatTensor(new Float32Array(size).fill(1.5), [size]));
  expect(isComplete()).toBe(false);
  graph.nodes = graph.nodes.filter(({ name }) => name !== 'other');
  expect(isComplete()).toBe(true);
});

test('a layer over [batch · tokens, size] is a layer of tokens: it gets an adapter, and is not trained whole', async () => {
  const dir = changedTinyModel(({ graph }) => {
    const product = graph.nodes.find(({ inputs }) => inputs[1] === 'encoder.query.weight')!;
    const sum = graph.nodes.find(({ inputs }) => inputs[1] === 'encoder.query.bias')!;
    const b = new GraphBuilder({ ...graph, nodes: [] }, 'flat');
    const rows = b.reshape(product.inputs[0]!, b.ints([-1, 16]));
    const shape = b.shape(product.inputs[0]!);
    const before = b.graph.nodes.splice(0);
    const flat = `${sum.outputs[0]}/flat`;
    b.reshape(flat, shape);
    const after = b.graph.nodes.splice(0);
    after[0]!.outputs = [...sum.outputs];
    product.inputs[0] = rows;
    sum.outputs = [flat];
    const [from, to] = [graph.nodes.indexOf(product), graph.nodes.indexOf(sum) + 1];
    graph.nodes = [
      ...graph.nodes.slice(0, from),
      ...before,
      ...graph.nodes.slice(from, to),
      ...after,
      ...graph.nodes.slice(to),
    ];
  });
  const { prepared } = await loadNliModel(dir, { verdicts: createVerdicts(temporaryFolder()) });
  expect(prepared.linears.map(({ module, perToken }) => [module, perToken])).toEqual([
    ['encoder.query', true],
    ['pooler', false],
    ['classifier', false],
  ]);
  const { training } = createTrainables(prepared, trainingOptions({ method: 'lora' }), createRandom(1));
  expect(training.adapters.map(({ linear }) => linear.module)).toEqual(['encoder.query']);
  expect([...training.weights.keys()]).toEqual(
    ['pooler', 'classifier'].flatMap((module) => [`${module}.weight`, `${module}.bias`]),
  );
});

/** x W and then x Wᵀ, of one square matrix. */
function bothWays({ graph }: Model): void {
  const norm = graph.nodes.find(({ op }) => op === 'LayerNormalization')!;
  const b = new GraphBuilder({ ...graph, nodes: [] }, 'back');
  norm.inputs[0] = b.matmul(norm.inputs[0]!, b.transpose('encoder.query.weight', [1, 0]));
  const at = graph.nodes.indexOf(norm);
  graph.nodes = [...graph.nodes.slice(0, at), ...b.graph.nodes, ...graph.nodes.slice(at)];
}

test('a matrix that is read in two ways gets no adapter, for what is merged would change both; whole it learns', async () => {
  const nli = await loadNliModel(changedTinyModel(bothWays), {
    verdicts: createVerdicts(temporaryFolder()),
  });
  const trainables = (method: 'lora' | 'full') =>
    createTrainables(nli.prepared, trainingOptions({ method }), createRandom(1)).training;
  // It is the only one: adapters would have nothing to do, and that is said.
  expect(() => trainables('lora')).toThrow(
    expect.objectContaining({
      code: 'nothing_to_train',
      message: expect.stringContaining('no layer that can be'),
    }),
  );
  expect([...trainables('full').weights.keys()]).toContain('encoder.query.weight');
});

test('with all weights, convolutions learn too; a fixed length leaves layers of tokens what they are', async () => {
  const dir = changedTinyModel(({ graph }) => {
    const random = createRandom(5);
    const kernel = Float32Array.from({ length: 48 }, () => random.normal() / 2);
    graph.initializers.set('encoder.conv.weight', floatTensor(kernel, [16, 1, 3]));
    const norm = graph.nodes.find(({ op }) => op === 'LayerNormalization')!;
    const b = new GraphBuilder({ ...graph, nodes: [] }, 'conv');
    const channels = b.transpose(norm.inputs[0]!, [0, 2, 1]);
    const found = b.emit('Conv', [channels, 'encoder.conv.weight'], { group: 16, pads: [1, 1] });
    norm.inputs[0] = b.transpose(found, [0, 2, 1]);
    const at = graph.nodes.indexOf(norm);
    graph.nodes = [...graph.nodes.slice(0, at), ...b.graph.nodes, ...graph.nodes.slice(at)];
    graph.inputs = graph.inputs.map((input) => ({ ...input, dims: ['batch', 24] }));
  });
  const nli = await loadNliModel(dir, { verdicts: createVerdicts(temporaryFolder()) });
  expect(nli.prepared.linears.map(({ perToken }) => perToken)).toEqual([true, false, false]);
  const { training } = createTrainables(nli.prepared, trainingOptions({ method: 'full' }), createRandom(1));
  expect([...training.weights.keys()]).toContain('encoder.conv.weight');
  const examples = (['entailment', 'contradiction'] as const).map((target, i) => ({
    premise: 'the parcel came late',
    hypothesis: i === 0 ? 'this is about shipping .' : 'this is about price .',
    target,
  }));
  const options = trainingOptions({ method: 'full', epochs: 15, learningRate: 1e-2 });
  const { losses, values } = await fineTune(nli, { examples, options });
  expect(losses.at(-1)!).toBeLessThan(losses[0]!);
  const before = toFloat32(nli.prepared.model.graph.initializers.get('encoder.conv.weight')!);
  expect(values.get('encoder.conv.weight')).not.toEqual(before);
});
