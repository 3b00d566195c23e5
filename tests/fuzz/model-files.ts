import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../../engine/errors.ts';
import { INTERACTION } from '../../engine/files/layout.ts';
import { readTrained, writeTrained } from '../../engine/lora/file.ts';
import { readModelConfig } from '../../engine/model/config.ts';
import { readFusionWeights } from '../../engine/model/fusionFile.ts';
import { readInteraction, writeInteraction } from '../../engine/model/interactionFile.ts';
import { createTokenizer } from '../../engine/text/tokenizer.ts';
import { checkTokenizer } from '../../engine/text/tokenizerLimits.ts';
import { mutateBytes, mutateJsonLines, Random } from './mutate.ts';
import { wrongSentence } from './sentences.ts';
import { type FuzzTarget, type Outcome, oneByOne } from './target.ts';

/** A kind of file that lies beside a model's graph: small ones of it, and what reads them. */
interface Kind {
  readonly seeds: readonly Uint8Array[];
  /** By meaning, not by bytes alone. */
  readonly json: boolean;
  read(bytes: Uint8Array, folder: string): Promise<void>;
}

const TEXT = 'The parcel came late, Straße 漢字 😀 costs 12,50 €!  \t\n x'.repeat(4) + 'a'.repeat(60);
/** Milliseconds for texts of a few hundred characters; a tokenizer with patterns has 5 s by itself. */
const SLOW = 20_000;

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const special = (content: string, id: number) => ({ id, content, special: true, normalized: false });
const words = ['[UNK]', '[CLS]', '[SEP]', '[PAD]', 'a', '##b', 'the', 'price'];
const numbered = (all: readonly string[]) => Object.fromEntries(all.map((word, id) => [word, id]));
const shared = {
  added_tokens: words.slice(0, 4).map(special),
  post_processor: { type: 'BertProcessing', sep: ['[SEP]', 2], cls: ['[CLS]', 1] },
};
const steps = (key: string, ...all: unknown[]) => ({ type: 'Sequence', [key]: all });

/** One of each model, and every step that Entail or the library does by itself. */
const TOKENIZERS = [
  {
    ...shared,
    normalizer: { type: 'BertNormalizer', clean_text: true, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: { type: 'WordPiece', unk_token: '[UNK]', vocab: numbered(words) },
  },
  {
    ...shared,
    normalizer: steps(
      'normalizers',
      { type: 'NFC' },
      { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
      { type: 'Strip', strip_left: true, strip_right: false },
      { type: 'Lowercase' },
      { type: 'StripAccents' },
      { type: 'Prepend', prepend: '_' },
    ),
    pre_tokenizer: steps(
      'pretokenizers',
      { type: 'Split', pattern: { Regex: '\\s+' }, behavior: 'Isolated', invert: false },
      { type: 'Digits', individual_digits: true },
      { type: 'Punctuation', behavior: 'Isolated' },
      { type: 'ByteLevel', add_prefix_space: true, use_regex: true },
    ),
    model: { type: 'BPE', unk_token: '[UNK]', vocab: numbered([...words, 'b', 'ab']), merges: ['a b'] },
  },
  {
    ...shared,
    normalizer: steps('normalizers', { type: 'Precompiled', precompiled_charsmap: 'AAAAAA==' }),
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
    model: { type: 'Unigram', unk_id: 0, vocab: words.map((word, i) => [word, -i]), byte_fallback: false },
  },
];

const CONFIG = {
  model_type: 'bert',
  hidden_size: 8,
  num_hidden_layers: 1,
  vocab_size: words.length,
  pad_token_id: 3,
  max_position_embeddings: 48,
  type_vocab_size: 2,
  id2label: { 0: 'entailment', 1: 'neutral', 2: 'contradiction' },
  label2id: { entailment: 0, neutral: 1, contradiction: 2 },
};
const FUSION = {
  version: 1,
  combination: {
    ...{ bias: 0, entailment: 1, centred: 0.5, competition: 0.5, sharpness: 10, prior: -1 },
    priorDocuments: 10,
  },
};
const adapters = writeTrained({
  values: new Map([['layer.weight', Float32Array.from({ length: 12 }, (_, i) => i)]]),
  dims: new Map([['layer.weight', [3, 4]]]),
  rank: 2,
  alpha: 4,
});

const KINDS: Readonly<Record<string, Kind>> = {
  tokenizer: {
    seeds: TOKENIZERS.map(json),
    json: true,
    async read(bytes) {
      const tokenizer = createTokenizer(checkTokenizer(bytes, words.length));
      tokenizer.encodePremiseIds(TEXT);
      tokenizer.encodePair(TEXT, 'this is about a', { maxLength: 48 });
    },
  },
  config: {
    seeds: [json(CONFIG)],
    json: true,
    async read(bytes, folder) {
      writeFileSync(join(folder, 'config.json'), bytes);
      await readModelConfig(folder);
    },
  },
  fusion: {
    seeds: [json(FUSION)],
    json: true,
    async read(bytes, folder) {
      writeFileSync(join(folder, 'entail.json'), bytes);
      readFusionWeights(folder);
    },
  },
  interaction: {
    seeds: [
      writeInteraction({
        projection: Float32Array.from({ length: 12 }, (_, i) => i),
        ...{ hidden: 4, size: 3, gate: new Float32Array(4) },
      }),
    ],
    json: false,
    async read(bytes, folder) {
      writeFileSync(join(folder, INTERACTION), bytes);
      readInteraction(folder);
    },
  },
  weights: {
    seeds: [adapters],
    json: false,
    async read(bytes) {
      readTrained(bytes, 'weights.safetensors');
    },
  },
};
/** Tokenizers have most that can be wrong. */
const TURNS = ['tokenizer', 'tokenizer', 'tokenizer', 'config', 'fusion', 'interaction', 'weights'] as const;

/** Changed files of those that lie beside a model's graph, each read as the engine reads it. */
export function modelFiles(): FuzzTarget {
  const folder = mkdtempSync(join(tmpdir(), 'entail-fuzz-'));
  const run = async (number: number): Promise<Outcome> => {
    const random = new Random(number);
    const name = random.pick(TURNS);
    const { seeds, json: structured, read } = KINDS[name]!;
    const seed = random.pick(seeds);
    const bytes =
      structured && random.integer(4) > 0
        ? mutateJsonLines(Buffer.from(seed).toString(), random)
        : mutateBytes(seed, random.pick(seeds), random);
    const started = performance.now();
    const input = { name: `model-${name}-${number}`, bytes };
    let kind = `${name}: read`;
    let fault: string | undefined;
    try {
      await read(bytes, folder);
    } catch (error) {
      if (error instanceof EngineError) {
        kind = `${name}: ${error.code}`;
        fault = wrongSentence(error.message);
      } else fault = `a raw error: ${error instanceof Error ? error.stack : String(error)}`;
    }
    const passed = performance.now() - started;
    if (passed > SLOW) fault ??= `${name}: ${passed.toFixed(0)} ms`;
    if ('polluted' in {}) fault ??= 'the prototype of all objects was changed';
    return { kind, fault, input };
  };
  return oneByOne('modelFiles', run, async () => rmSync(folder, { recursive: true, force: true }));
}
