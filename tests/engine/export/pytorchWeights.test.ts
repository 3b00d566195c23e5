import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createVerdicts } from '../../../engine/check/verdicts.ts';
import { parameterNames } from '../../../engine/export/parameterNames.ts';
import { pytorchWeights } from '../../../engine/export/pytorchWeights.ts';
import type { GraphBuilder } from '../../../engine/graph/builder.ts';
import { cloneModel, type Model, renameReads } from '../../../engine/graph/graph.ts';
import { floatTensor } from '../../../engine/graph/tensor.ts';
import { loadNliModel, type NliModel } from '../../../engine/model/nliModel.ts';
import { readSafetensors } from '../../../engine/safetensors/read.ts';
import { afterLogits } from '../../support/changedModel.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const FAMILIES = join(import.meta.dirname, '../../fixtures/families');
const families = readdirSync(FAMILIES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const verdicts = createVerdicts(temporaryFolder());

/** What PyTorch has, as transformers wrote it. */
const ownFile = (family: string) =>
  readSafetensors(readFileSync(join(FAMILIES, family, 'model.safetensors')), family);

test.each(families.map(({ name }) => name))('the names of all weights of %s are known', (family) => {
  const config: unknown = JSON.parse(readFileSync(join(FAMILIES, family, 'config.json'), 'utf8'));
  expect([...parameterNames(config)!].sort()).toEqual([...ownFile(family).keys()].sort());
});

/** The same graph with other names of its weights and of the modules that its nodes name. */
function renamed(nli: NliModel, change: (name: string) => string): { nli: NliModel; weights: Model } {
  const weights = cloneModel(nli.prepared.model);
  const { graph } = weights;
  const names = new Map([...graph.initializers.keys()].map((name) => [name, change(name)]));
  graph.initializers = new Map([...graph.initializers].map(([name, tensor]) => [names.get(name)!, tensor]));
  // It follows chains: a name that stays would be one without an end.
  renameReads(graph, new Map([...names].filter(([from, to]) => from !== to)));
  const linears = nli.prepared.linears.map((linear) => ({
    ...linear,
    weight: names.get(linear.weight)!,
    bias: linear.bias && names.get(linear.bias),
    module: change(`${linear.module}.weight`).slice(0, -'.weight'.length),
  }));
  return { nli: { ...nli, prepared: { ...nli.prepared, linears } }, weights };
}

const load = (family: string) => loadNliModel(join(FAMILIES, family), { verdicts });

test.each<[string, string, (name: string) => string]>([
  ['bert', 'as they are', (name) => name],
  ['bert', 'within a wrapper', (name) => (name.startsWith('onnx::') ? name : `model.${name}`)],
  ['bert', 'within two wrappers', (name) => (name.startsWith('onnx::') ? name : `0.module.${name}`)],
  ['bert', "without the model's prefix", (name) => name.replace(/^bert\./, '')],
  ['gpt2', 'within a wrapper', (name) => (name.startsWith('onnx::') ? name : `inner.${name}`)],
  ['gpt2', "without the model's prefix", (name) => name.replace(/^transformer\./, '')],
])('weights of %s, named %s, get the names and values that transformers reads', async (family, _, change) => {
  const { nli, weights } = renamed(await load(family), change);
  const found = pytorchWeights(nli, weights);
  if ('without' in found) throw new Error(found.without);
  const wanted = ownFile(family);
  expect([...found.tensors.keys()].sort()).toEqual([...wanted.keys()].sort());
  for (const [name, { shape, data }] of wanted) {
    expect(found.tensors.get(name)!.shape).toEqual(shape);
    expect(Buffer.from(found.tensors.get(name)!.data).equals(Buffer.from(data))).toBe(true);
  }
});

test.each<[string, (name: string) => string, string]>([
  [
    'another name in the middle',
    (name) => name.replace('bert.encoder.layer', 'bert.encoder.blocks'),
    'its graph has a weight "bert.encoder.blocks.0.attention.self.query.bias" that transformers does not know',
  ],
  [
    'numbers instead of the names of norms',
    (name) => (name.endsWith('LayerNorm.weight') ? `onnx::${name.replaceAll('.', '_')}` : name),
    'its graph does not tell which weight is "bert.embeddings.LayerNorm.weight" and 4 more',
  ],
])('weights with %s give no file for PyTorch, and the reason is said', async (_, change, why) => {
  const { nli, weights } = renamed(await load('bert'), change);
  expect(pytorchWeights(nli, weights)).toEqual({ without: why });
});

test.each<[string, (b: GraphBuilder, logits: string) => string]>([
  ['are scaled', (b, logits) => b.scale(logits, 0.4)],
  ['are cut off', (b, logits) => b.emit('Tanh', [logits])],
  ['come in another order', (b, logits) => b.emit('Gather', [logits, b.ints([2, 1, 0])], { axis: 1 })],
])(
  'where logits %s behind the last layer, its weights do not give them, and there are none',
  async (_, make) => {
    const nli = await load('bert');
    const weights = cloneModel(nli.prepared.model);
    afterLogits(weights, make);
    expect(pytorchWeights(nli, weights)).toEqual({
      without: 'its graph goes on behind its last layer, which its weights do not tell',
    });
  },
);

test.each(families.map(({ name }) => name))('%s ends in its last layer', async (family) => {
  const nli = await load(family);
  expect(pytorchWeights(nli, nli.prepared.model)).toHaveProperty('tensors');
});

test('a weight that is missing, or that could be two, gives no file', async () => {
  const nli = await load('bert');
  const without = cloneModel(nli.prepared.model);
  without.graph.initializers.delete('bert.embeddings.position_embeddings.weight');
  expect(pytorchWeights(nli, without)).toEqual({
    without: 'its graph does not tell which weight is "bert.embeddings.position_embeddings.weight"',
  });
  const twice = cloneModel(nli.prepared.model);
  twice.graph.initializers.set('other.bert.pooler.dense.bias', floatTensor([1, 2], [2]));
  expect(pytorchWeights(nli, twice)).toEqual({
    without: 'its graph has two weights that could be "bert.pooler.dense.bias"',
  });
});

test('norms that an exporter kept once get a copy each', async () => {
  const nli = await load('bert');
  const weights = cloneModel(nli.prepared.model);
  const { graph } = weights;
  const norms = graph.nodes.filter(({ op }) => op === 'LayerNormalization');
  for (const [input, value] of [
    [1, 1],
    [2, 0],
  ] as const) {
    const [first, ...others] = norms.map(({ inputs }) => inputs[input]!);
    for (const name of others) graph.initializers.delete(name);
    graph.initializers.set(first!, floatTensor(new Float32Array(16).fill(value), [16]));
    for (const norm of norms) norm.inputs[input] = first!;
  }
  const found = pytorchWeights(nli, weights);
  if ('without' in found) throw new Error(found.without);
  expect([...found.tensors.keys()].sort()).toEqual([...ownFile('bert').keys()].sort());
  const last = found.tensors.get('bert.encoder.layer.1.output.LayerNorm.weight')!;
  expect([...new Float32Array(last.data.slice().buffer)]).toEqual(Array(16).fill(1));
});
