import { Tokenizer } from '@huggingface/tokenizers';

/** The one place that knows the package @huggingface/tokenizers: it supplies WordPiece, BPE and the plain steps. */

export type TextStep = (text: string) => string;
export type SplitStep = (text: string) => string[];

const DUMMY_MODEL = {
  type: 'WordPiece',
  vocab: { '[UNK]': 0 },
  unk_token: '[UNK]',
  continuing_subword_prefix: '##',
  max_input_chars_per_word: 100,
};

function build(parts: { normalizer?: unknown; pre_tokenizer?: unknown; model?: unknown }): Tokenizer {
  const definition = {
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    added_tokens: [],
    model: DUMMY_MODEL,
    ...parts,
  };
  return new Tokenizer(definition, {});
}

/** One normaliser of tokenizer.json as a function. Throws where the package does not know it. */
export function libraryNormalizer(config: unknown): TextStep {
  const step = build({ normalizer: config }).normalizer;
  return (text) => (step === null ? text : step.normalize(text));
}

/** One pre-tokenizer of tokenizer.json as a function. Throws where the package does not know it. */
export function libraryPreTokenizer(config: unknown): SplitStep {
  const step = build({ pre_tokenizer: config }).pre_tokenizer;
  return (text) => (step === null ? [text] : step.pre_tokenize(text));
}

/** A WordPiece or BPE model as a function from one word to its tokens. */
export function libraryModel(config: unknown): SplitStep {
  const model = build({ model: config }).model;
  if (model === null) throw new Error('no model');
  return (word) => model.encode([word]);
}
