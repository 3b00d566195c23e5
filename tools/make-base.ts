import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { readModel } from '../engine/onnx/read.ts';
import { writeModel } from '../engine/onnx/write.ts';
import { createRandom } from '../engine/random.ts';
import { classifierFrom, type EncoderSize } from './nli/baseModel.ts';
import { runTool } from './nli/tool.ts';

interface Options {
  readonly onnx: string;
  readonly tokenizer: string;
  readonly name: string;
  readonly out: string;
  readonly layers?: string;
  readonly heads: string;
  readonly seed: string;
}

/** The order of the shipped model's classes. */
const CLASSES = ['contradiction', 'entailment', 'neutral'] as const;

const program = new Command('make-base')
  .description('makes the folder of an untrained NLI model from a BERT encoder in ONNX')
  .requiredOption('--onnx <file>', 'encoder whose only output is its last hidden state')
  .requiredOption('--tokenizer <file>', 'its tokenizer.json')
  .requiredOption('--name <name>', 'what the encoder is called, for config.json')
  .requiredOption('--out <dir>', 'folder to write')
  .option('--layers <numbers>', 'layers to keep, from 0, e.g. 1,3,5,7,9,11; default: all')
  .option('--heads <n>', 'attention heads (config.json only; the graph has its own)', '12')
  .option('--seed <n>', 'of the new head', '1')
  .action(run);

function run(options: Options): void {
  const kept = options.layers?.split(',').map(Number);
  const { model, size } = classifierFrom(readModel(options.onnx), {
    ...(kept && { kept }),
    classes: CLASSES.length,
    random: createRandom(Number(options.seed)).fork('head'),
  });
  mkdirSync(join(options.out, 'onnx'), { recursive: true });
  const bytes = writeModel(model);
  writeFileSync(join(options.out, 'onnx', 'model.onnx'), bytes);
  copyFileSync(options.tokenizer, join(options.out, 'tokenizer.json'));
  const json = (file: string, value: unknown) =>
    writeFileSync(join(options.out, file), `${JSON.stringify(value, null, 2)}\n`);
  json('config.json', configOf(options.name, size, Number(options.heads)));
  json('tokenizer_config.json', {
    ...SPECIAL_TOKENS,
    do_lower_case: true,
    model_max_length: size.positions,
    strip_accents: null,
    tokenize_chinese_chars: true,
    tokenizer_class: 'BertTokenizer',
  });
  json('special_tokens_map.json', SPECIAL_TOKENS);
  process.stdout.write(`${JSON.stringify({ ...size, bytes: bytes.length })}\n`);
}

const SPECIAL_TOKENS = {
  cls_token: '[CLS]',
  mask_token: '[MASK]',
  pad_token: '[PAD]',
  sep_token: '[SEP]',
  unk_token: '[UNK]',
};

/** config.json of BertForSequenceClassification. */
function configOf(name: string, size: EncoderSize, heads: number): Record<string, unknown> {
  return {
    _name_or_path: name,
    architectures: ['BertForSequenceClassification'],
    attention_probs_dropout_prob: 0.1,
    hidden_act: 'gelu',
    hidden_dropout_prob: 0.1,
    hidden_size: size.hidden,
    id2label: Object.fromEntries(CLASSES.entries()),
    initializer_range: 0.02,
    intermediate_size: size.intermediate,
    label2id: Object.fromEntries(CLASSES.map((label, index) => [label, index])),
    layer_norm_eps: 1e-12,
    max_position_embeddings: size.positions,
    model_type: 'bert',
    num_attention_heads: heads,
    num_hidden_layers: size.layers,
    pad_token_id: 0,
    position_embedding_type: 'absolute',
    type_vocab_size: size.tokenTypes,
    vocab_size: size.vocabulary,
  };
}

await runTool(program);
