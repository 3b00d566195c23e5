import { z } from 'zod';

/** Special tokens by what they are for, in the spellings of the tokenizers that are in use. */
const SPELLINGS = {
  pad_token: ['[PAD]', '<pad>', '<|padding|>', '<|endoftext|>'],
  unk_token: ['[UNK]', '<unk>', '<|endoftext|>'],
  cls_token: ['[CLS]', '<s>'],
  sep_token: ['[SEP]', '</s>'],
  bos_token: ['<s>', '<bos>', '<|begin_of_text|>', '<|endoftext|>'],
  eos_token: ['</s>', '<eos>', '<|end_of_text|>', '<|endoftext|>'],
  mask_token: ['[MASK]', '<mask>'],
} as const;

const Definition = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string() })).optional(),
});

/**
 * The tokenizer_config.json that loaders of others need, from what there is of one: the class that reads any
 * tokenizer.json, the longest pair, the special tokens and the inputs of the graph. What the source says stays.
 */
export function completeTokenizerConfig(
  source: Readonly<Record<string, unknown>>,
  facts: {
    readonly tokenizer: unknown;
    readonly maxLength: number;
    readonly padId: number;
    readonly inputs: readonly string[];
  },
): Record<string, unknown> {
  const tokens = Definition.safeParse(facts.tokenizer).data?.added_tokens ?? [];
  const known = new Set(tokens.map(({ content }) => content));
  const found: Record<string, unknown> = {};
  const bert = known.has('[CLS]');
  for (const [key, spellings] of Object.entries(SPELLINGS)) {
    if (bert && (key === 'bos_token' || key === 'eos_token')) continue;
    const token = spellings.find((spelling) => known.has(spelling));
    if (token !== undefined) found[key] = token;
  }
  const padding = tokens.find(({ id }) => id === facts.padId)?.content;
  if (padding !== undefined) found.pad_token = padding;
  const missing = Object.fromEntries(Object.entries(found).filter(([key]) => source[key] == null));
  return {
    ...source,
    tokenizer_class: source.tokenizer_class ?? 'PreTrainedTokenizerFast',
    model_max_length: isLength(source.model_max_length) ? source.model_max_length : facts.maxLength,
    model_input_names: source.model_input_names ?? facts.inputs,
    ...missing,
  };
}

/** Tokenizers write 1e30 for "no limit", and loaders then cut nothing. */
const isLength = (value: unknown): boolean => typeof value === 'number' && value < 1_000_000;
