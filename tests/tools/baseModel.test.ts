import { expect, test } from 'vitest';
import { GraphBuilder, makeNode } from '../../engine/graph/builder.ts';
import type { Graph, Model } from '../../engine/graph/graph.ts';
import { floatTensor } from '../../engine/graph/tensor.ts';
import { createRandom } from '../../engine/random.ts';
import { createSession, floatsOf, integers } from '../../engine/runtime/session.ts';
import { classifierFrom } from '../../tools/nli/baseModel.ts';

const HIDDEN = 3;
const VOCABULARY = 5;
const word = (id: number) => [id / 4, -id / 8, 0.5];

/** Embeddings, and layers that each add their number's bias and take tanh; named as an exported BERT is. */
function encoder(layers: number): Model {
  const graph: Graph = {
    name: 'encoder',
    nodes: [],
    initializers: new Map(),
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => ({
      name,
      dtype: 'int64',
      dims: ['batch_size', 'sequence_length'],
    })),
    outputs: [{ name: 'last_hidden_state', dtype: 'float32', dims: null }],
  };
  const node = (name: string, op: string, inputs: string[], output = `${name}_output_0`) => {
    graph.nodes.push(makeNode({ op, name, inputs, outputs: [output] }));
    return output;
  };
  const table = (name: string, rows: number, value: (row: number) => number[]) => {
    const values = Array.from({ length: rows }, (_, row) => value(row)).flat();
    graph.initializers.set(name, floatTensor(values, [rows, HIDDEN]));
    return name;
  };
  const gather = (kind: string, ids: string) =>
    node(`/embeddings/${kind}/Gather`, 'Gather', [`embeddings.${kind}.weight`, ids]);
  table('embeddings.word_embeddings.weight', VOCABULARY, word);
  table('embeddings.position_embeddings.weight', VOCABULARY, () => [0, 0, 0]);
  table('embeddings.token_type_embeddings.weight', 2, (type) => [type, 0, 0]);
  const both = node('/embeddings/Add', 'Add', [
    gather('word_embeddings', 'input_ids'),
    gather('token_type_embeddings', 'token_type_ids'),
  ]);
  let hidden = node('/embeddings/LayerNorm/Add_1', 'Add', [both, gather('position_embeddings', 'input_ids')]);
  for (let layer = 0; layer < layers; layer++) {
    const bias = `encoder.layer.${layer}.intermediate.dense.bias`;
    graph.initializers.set(bias, floatTensor([layer / 4, 0.25, -layer / 2], [HIDDEN]));
    const sum = node(`/encoder/layer.${layer}/intermediate/dense/Add`, 'Add', [bias, hidden]);
    const output = layer === layers - 1 ? 'last_hidden_state' : undefined;
    hidden = node(`/encoder/layer.${layer}/output/LayerNorm/Add_1`, 'Tanh', [sum], output);
  }
  return { irVersion: 9, opset: 17, domains: new Map(), graph, metadata: new Map() };
}

/** The first token's hidden state after these layers. */
const firstToken = (id: number, layers: readonly number[]) =>
  layers.reduce((x, layer) => {
    const bias = [layer / 4, 0.25, -layer / 2];
    return x.map((value, i) => Math.tanh(value + bias[i]!));
  }, word(id));

async function logitsOf(model: Model, first: number): Promise<Float32Array> {
  const session = await createSession(model);
  const ids = BigInt64Array.from([BigInt(first), 2n]);
  const zeros = new BigInt64Array(2);
  const result = await session.run({
    input_ids: integers(ids, [1, 2]),
    ...(session.inputNames.includes('attention_mask') && { attention_mask: integers(zeros, [1, 2]) }),
    token_type_ids: integers(zeros, [1, 2]),
  });
  await session.release();
  return floatsOf(result.logits);
}

function headOf(model: Model, hidden: readonly number[]): number[] {
  const halves = (name: string) => {
    const { bytes } = model.graph.initializers.get(`${name}__f16`)!;
    return new Float16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  };
  const linear = (name: string, x: readonly number[]) => {
    const [weight, bias] = [halves(`${name}.weight`), halves(`${name}.bias`)];
    return [...bias].map((b, o) => x.reduce((sum, value, i) => sum + value * weight[o * x.length + i]!, b));
  };
  return linear('classifier', linear('bert.pooler.dense', hidden).map(Math.tanh));
}

const made = (kept?: number[]) =>
  classifierFrom(encoder(4), { ...(kept && { kept }), classes: 3, random: createRandom(5) });

test('all layers, a new head on the first token, weights as float16 under the names of BERT', async () => {
  const { model, size } = made();
  expect(size).toEqual({
    layers: 4,
    hidden: 3,
    intermediate: 3,
    vocabulary: 5,
    positions: 5,
    tokenTypes: 2,
  });
  expect([...model.graph.initializers.keys()]).toContain('bert.encoder.layer.3.intermediate.dense.bias__f16');
  for (const id of [1, 3]) {
    const expected = headOf(model, firstToken(id, [0, 1, 2, 3]));
    const logits = await logitsOf(model, id);
    for (const [i, x] of expected.entries()) expect(logits[i]).toBeCloseTo(x, 5);
  }
});

test('layers that are left out do nothing, and the others are numbered anew', async () => {
  const { model, size } = made([1, 3]);
  expect(size.layers).toBe(2);
  const names = [...model.graph.initializers.keys()].filter((name) => name.includes('layer'));
  expect(names).toEqual([0, 1].map((layer) => `bert.encoder.layer.${layer}.intermediate.dense.bias__f16`));
  expect(model.graph.nodes.some(({ name }) => name.startsWith('/bert/encoder/layer.1/'))).toBe(true);
  expect(model.graph.nodes.some(({ name }) => name.includes('layer.2'))).toBe(false);
  const expected = headOf(model, firstToken(3, [1, 3]));
  const logits = await logitsOf(model, 3);
  for (const [i, x] of expected.entries()) expect(logits[i]).toBeCloseTo(x, 5);
});

test('the last layer may be left out', async () => {
  const { model } = made([0, 1]);
  const expected = headOf(model, firstToken(2, [0, 1]));
  const logits = await logitsOf(model, 2);
  for (const [i, x] of expected.entries()) expect(logits[i]).toBeCloseTo(x, 5);
});

test('a layer that is not there and a graph of another kind are refused', () => {
  expect(() => made([0, 4])).toThrow('no layer 4, only 4');
  const other = encoder(2);
  new GraphBuilder(other.graph, 'more').neg('last_hidden_state');
  other.graph.outputs = [...other.graph.outputs, { name: 'more/Neg_0', dtype: 'float32', dims: null }];
  expect(() => classifierFrom(other, { classes: 3, random: createRandom(1) })).toThrow('only output');
});
