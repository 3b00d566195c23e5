import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENCODER, INTERACTION } from '../../engine/files/layout.ts';
import { GraphBuilder } from '../../engine/graph/builder.ts';
import type { Graph, Model } from '../../engine/graph/graph.ts';
import { floatTensor } from '../../engine/graph/tensor.ts';
import { interactionDigest } from '../../engine/model/interactionFile.ts';
import { writeModel } from '../../engine/onnx/write.ts';
import { createRandom } from '../../engine/random.ts';
import { fromFloat32 } from '../../engine/safetensors/dtype.ts';
import { writeSafetensors } from '../../engine/safetensors/write.ts';
import type { InteractionShare } from '../../engine/zeroshot/fusion.ts';

export const WORDS = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  'the',
  'parcel',
  'came',
  'late',
  'price',
  'is',
  'high',
  'about',
  'shipping',
  'this',
  'and',
  'nice',
  'colour',
  '.',
];
const HIDDEN = 16;

/**
 * Writes the folder of a very small NLI model (embeddings, one linear layer, LayerNorm, masked mean, head) with its
 * own WordPiece tokenizer, so that tests need no downloaded model.
 */
export function writeTinyModel(dir: string, seed = 7): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'model.onnx'), writeModel(tinyModel(seed)));
  writeFileSync(join(dir, 'tokenizer.json'), JSON.stringify(tokenizer()));
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config()));
  writeFileSync(
    join(dir, 'tokenizer_config.json'),
    JSON.stringify({ tokenizer_class: 'BertTokenizer', model_max_length: 48, pad_token: '[PAD]' }),
  );
}

/**
 * Writes an encoder beside the model in `dir`, which texts are embedded with from then on: of another size, and of a tokenizer
 * whose ids mean other words.
 */
export function writeTinyEncoder(dir: string, seed = 11): void {
  const own = join(dir, ENCODER);
  mkdirSync(own, { recursive: true });
  const model = tinyModel(seed, { hidden: ENCODER_HIDDEN, embeds: true });
  const words = [...WORDS.slice(0, 4), ...WORDS.slice(4).reverse()];
  writeFileSync(join(own, 'model.onnx'), writeModel(model));
  writeFileSync(join(own, 'tokenizer.json'), JSON.stringify(tokenizer(words)));
  writeFileSync(join(own, 'config.json'), JSON.stringify({ ...config(), hidden_size: ENCODER_HIDDEN }));
}
export const ENCODER_HIDDEN = 12;

/** Writes beside that encoder with what words are compared; how the combined reading counts it. */
export function writeTinyInteraction(dir: string, share = 0.5, seed = 13): InteractionShare {
  const random = createRandom(seed);
  const values = (count: number, spread: number) =>
    Float32Array.from({ length: count }, () => random.normal() * spread);
  const size = 8;
  const bytes = writeSafetensors(
    new Map([
      ['projection', fromFloat32(values(ENCODER_HIDDEN * size, 1), [ENCODER_HIDDEN, size])],
      ['gate', fromFloat32(values(ENCODER_HIDDEN, 0.3), [ENCODER_HIDDEN])],
    ]),
  );
  writeFileSync(join(dir, ENCODER, INTERACTION), bytes);
  return { share, digest: interactionDigest(bytes) };
}

const config = () => ({
  model_type: 'bert',
  id2label: { 0: 'contradiction', 1: 'entailment', 2: 'neutral' },
  hidden_size: HIDDEN,
  vocab_size: WORDS.length,
  max_position_embeddings: 48,
  pad_token_id: 0,
});

function tinyModel(seed: number, { hidden = HIDDEN, embeds = false } = {}): Model {
  const random = createRandom(seed);
  const graph: Graph = {
    name: 'tiny',
    nodes: [],
    initializers: new Map(),
    inputs: ['input_ids', 'attention_mask'].map((name) => ({
      name,
      dtype: 'int64',
      dims: ['batch', 'sequence'],
    })),
    outputs: [],
  };
  const b = new GraphBuilder(graph, 'tiny');
  const weight = (name: string, dims: readonly number[], fixed?: number) => {
    const count = dims.reduce((x, y) => x * y, 1);
    const values = Float32Array.from({ length: count }, () => fixed ?? random.normal() / Math.sqrt(dims[0]!));
    graph.initializers.set(name, floatTensor(values, dims));
    return name;
  };
  const embedded = b.emit('Gather', [weight('embeddings.weight', [WORDS.length, hidden]), 'input_ids']);
  const linear = b.add(
    b.matmul(embedded, weight('encoder.query.weight', [hidden, hidden])),
    weight('encoder.query.bias', [hidden], 0),
  );
  const active = b.emit('Tanh', [linear]);
  const norm = b.emit(
    'LayerNormalization',
    [active, weight('norm.weight', [hidden], 1), weight('norm.bias', [hidden], 0)],
    { axis: -1 },
  );
  const mask = b.unsqueeze(b.emit('Cast', ['attention_mask'], { to: 1 }), [2]);
  const pooled = b.div(b.sum(b.mul(norm, mask), [1], 0), b.sum(mask, [1], 0));
  const ends = (name: string, size: number): Model => {
    graph.nodes.at(-1)!.outputs[0] = name;
    graph.outputs = [{ name, dtype: 'float32', dims: ['batch', size] }];
    return { irVersion: 9, opset: 18, domains: new Map(), graph, metadata: new Map() };
  };
  if (embeds) {
    b.div(pooled, b.emit('ReduceL2', [pooled, b.ints([1])], { keepdims: 1 }));
    return ends('sentence_embedding', hidden);
  }
  const inner = b.emit('Relu', [
    b.emit('Gemm', [pooled, weight('pooler.weight', [hidden, hidden]), weight('pooler.bias', [hidden], 0)]),
  ]);
  b.emit('Gemm', [inner, weight('classifier.weight', [hidden, 3]), weight('classifier.bias', [3], 0)]);
  return ends('logits', 3);
}

function tokenizer(words: readonly string[] = WORDS) {
  const special = words.slice(0, 4).map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special,
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    },
  };
}
