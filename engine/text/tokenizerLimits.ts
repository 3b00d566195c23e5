import { z } from 'zod';
import { EngineError } from '../errors.ts';
import { nestsTooDeep } from '../files/nesting.ts';
import { wrongField } from '../files/wrongField.ts';
import { canBacktrackExponentially } from './regexSafety.ts';

/** Limits of what is read from tokenizer.json, a file that anyone may have written. */
export const TOKENIZER_LIMITS = Object.freeze({
  maxBytes: 64 * 1024 * 1024,
  maxVocabulary: 2_000_000,
  maxAddedTokens: 100_000,
  maxSteps: 64,
  maxPatternLength: 4096,
});

const id = z.int().nonnegative();

const AddedTokenSchema = z.object({
  id,
  content: z.string().max(4096),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  normalized: z.boolean().optional(),
  special: z.boolean().default(false),
});

const tokenAndId = z.tuple([z.string(), id]);
const templatePart = z.union([
  z.object({ SpecialToken: z.object({ id: z.string(), type_id: id }) }),
  z.object({ Sequence: z.object({ id: z.enum(['A', 'B']), type_id: id }) }),
]);

/** The schema names itself in `Sequence`, so its type has to be written out. */
export type PostProcessor =
  | { type: 'BertProcessing' | 'RobertaProcessing'; cls: [string, number]; sep: [string, number] }
  | {
      type: 'TemplateProcessing';
      pair: z.infer<typeof templatePart>[];
      special_tokens: Record<string, { ids: number[] }>;
    }
  | { type: 'Sequence'; processors: PostProcessor[] }
  | { type: 'ByteLevel' };

const PostProcessorSchema: z.ZodType<PostProcessor> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.object({ type: z.enum(['BertProcessing', 'RobertaProcessing']), cls: tokenAndId, sep: tokenAndId }),
    z.object({
      type: z.literal('TemplateProcessing'),
      pair: z.array(templatePart).max(32),
      special_tokens: z.record(z.string(), z.object({ ids: z.array(id).max(32) })),
    }),
    z.object({ type: z.literal('Sequence'), processors: z.array(PostProcessorSchema).max(8) }),
    z.object({ type: z.literal('ByteLevel') }),
  ]),
);

/** A normaliser or pre-tokenizer: all options of all kinds, since the library reads the rest itself. */
export interface Step {
  type: string;
  normalizers?: Step[] | undefined;
  pretokenizers?: Step[] | undefined;
  precompiled_charsmap?: string | null | undefined;
  pattern?: { String?: string | undefined; Regex?: string | undefined } | undefined;
  content?: string | undefined;
  strip_left?: boolean | undefined;
  strip_right?: boolean | undefined;
  clean_text?: boolean | undefined;
  handle_chinese_chars?: boolean | undefined;
  strip_accents?: boolean | null | undefined;
  lowercase?: boolean | undefined;
  replacement?: string | undefined;
  prepend_scheme?: 'always' | 'never' | 'first' | undefined;
  prepend?: string | undefined;
  add_prefix_space?: boolean | undefined;
  use_regex?: boolean | undefined;
  split?: boolean | undefined;
  behavior?: string | undefined;
  invert?: boolean | undefined;
  individual_digits?: boolean | undefined;
  length?: number | undefined;
}

/** UTF-16 units of what a step puts into every text. */
const MOST_INSERTED = 64;

const StepSchema: z.ZodType<Step> = z.lazy(() =>
  z.looseObject({
    type: z.string(),
    normalizers: z.array(StepSchema).optional(),
    pretokenizers: z.array(StepSchema).optional(),
    precompiled_charsmap: z.string().nullish(),
    pattern: z.object({ String: z.string().optional(), Regex: z.string().optional() }).optional(),
    content: z.string().optional(),
    strip_left: z.boolean().optional(),
    strip_right: z.boolean().optional(),
    clean_text: z.boolean().optional(),
    handle_chinese_chars: z.boolean().optional(),
    strip_accents: z.boolean().nullish(),
    lowercase: z.boolean().optional(),
    // One character as a rule. With a space in it, each such step would make a text longer than the one before.
    replacement: z
      .string()
      .min(1)
      .max(MOST_INSERTED)
      .regex(/^[^ ]+$/)
      .optional(),
    prepend: z.string().max(MOST_INSERTED).optional(),
    prepend_scheme: z.enum(['always', 'never', 'first']).optional(),
    add_prefix_space: z.boolean().optional(),
    use_regex: z.boolean().optional(),
    split: z.boolean().optional(),
    behavior: z.string().optional(),
    invert: z.boolean().optional(),
    individual_digits: z.boolean().optional(),
    length: z.int().positive().optional(),
  }),
);

const vocabularyObject = z.custom<Record<string, number>>(
  (value) => isVocabularyObject(value),
  'is no vocabulary',
);
const vocabularyList = z.custom<[string, number][]>((value) => isVocabularyList(value), 'is no vocabulary');

const ModelSchema = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('WordPiece'),
    vocab: vocabularyObject,
    unk_token: z.string().nullish(),
    continuing_subword_prefix: z.string().default('##'),
    max_input_chars_per_word: z.int().positive().max(1000).default(100),
    fuse_unk: z.boolean().optional(),
  }),
  z.looseObject({
    type: z.literal('BPE'),
    vocab: vocabularyObject,
    merges: z.custom<unknown[]>((value) => Array.isArray(value) && value.every(isMerge), 'are no merges'),
    unk_token: z.string().nullish(),
    fuse_unk: z.boolean().optional(),
    continuing_subword_prefix: z.string().nullish(),
  }),
  z.looseObject({
    type: z.literal('Unigram'),
    vocab: vocabularyList,
    unk_id: id.nullish(),
    byte_fallback: z.boolean().optional(),
  }),
]);

const DefinitionSchema = z.object({
  added_tokens: z.array(AddedTokenSchema).max(TOKENIZER_LIMITS.maxAddedTokens).default([]),
  normalizer: StepSchema.nullish().transform((step) => step ?? null),
  pre_tokenizer: StepSchema.nullish().transform((step) => step ?? null),
  post_processor: PostProcessorSchema.nullish().transform((step) => step ?? null),
  padding: z.object({ pad_id: id.optional() }).nullish(),
  model: z.preprocess(withModelType, ModelSchema),
});

export type AddedToken = z.infer<typeof AddedTokenSchema>;
export type TokenizerDefinition = z.infer<typeof DefinitionSchema>;

/**
 * Checks the bytes of a tokenizer.json and returns what is used of it.
 *
 * `vocabularySize` is the number of rows of the model's embedding, when known: no id may reach it.
 * Throws `tokenizer_too_large`, `tokenizer_broken` or `tokenizer_unsafe_pattern`.
 */
export function checkTokenizer(bytes: Uint8Array, vocabularySize?: number): TokenizerDefinition {
  if (bytes.length > TOKENIZER_LIMITS.maxBytes) {
    throw new EngineError(
      'tokenizer_too_large',
      'tokenizer.json is larger than 64 MB.',
      'Choose another model.',
    );
  }
  if (nestsTooDeep(bytes)) throw broken('its brackets nest more than 200 deep');
  const raw = parseJson(bytes);
  checkSteps(raw);
  const parsed = DefinitionSchema.safeParse(raw);
  if (!parsed.success) throw broken(wrongField(parsed.error));
  checkVocabulary(parsed.data, vocabularySize);
  return parsed.data;
}

function broken(reason: string): EngineError {
  return new EngineError(
    'tokenizer_broken',
    `tokenizer.json cannot be used (${reason}).`,
    'Download the model again.',
  );
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new EngineError(
      'tokenizer_broken',
      'tokenizer.json is not JSON.',
      'Download the model again.',
      error,
    );
  }
}

/** Old files leave the model's type out. */
function withModelType(model: unknown): unknown {
  if (typeof model !== 'object' || model === null || 'type' in model || !('vocab' in model)) return model;
  const type = Array.isArray(model.vocab) ? 'Unigram' : 'merges' in model ? 'BPE' : 'WordPiece';
  return { ...model, type };
}

/** Counts steps and looks at patterns before the recursive schema runs, without recursion. */
function checkSteps(definition: unknown): void {
  if (typeof definition !== 'object' || definition === null) throw broken('it holds no object');
  const { normalizer, pre_tokenizer, post_processor } = definition as Record<string, unknown>;
  const open: unknown[] = [normalizer, pre_tokenizer, post_processor];
  let steps = 0;
  while (open.length > 0) {
    const step = open.pop();
    if (typeof step !== 'object' || step === null) continue;
    if ('type' in step && ++steps > TOKENIZER_LIMITS.maxSteps) throw broken('it has more than 64 steps');
    if ('Regex' in step) checkPattern(step.Regex);
    // The library leaves such a step out, with a word on the console.
    if ('type' in step && (step.type === 'Replace' || step.type === 'Split') && !hasPattern(step))
      throw broken(`a step "${step.type}" has no pattern`);
    open.push(
      ...(['normalizers', 'pretokenizers', 'processors', 'pattern'] as const).flatMap((key) =>
        childrenOf(step, key),
      ),
    );
  }
}

function hasPattern(step: object): boolean {
  const pattern: unknown = 'pattern' in step ? step.pattern : null;
  return typeof pattern === 'object' && pattern !== null && ('String' in pattern || 'Regex' in pattern);
}

function childrenOf(step: object, key: string): unknown[] {
  const child = (step as Record<string, unknown>)[key];
  if (Array.isArray(child) && child.length > TOKENIZER_LIMITS.maxSteps)
    throw broken('it has more than 64 steps');
  return Array.isArray(child) ? child : [child];
}

function checkPattern(pattern: unknown): void {
  if (typeof pattern !== 'string') throw broken('a pattern is no text');
  if (pattern.length > TOKENIZER_LIMITS.maxPatternLength || canBacktrackExponentially(pattern)) {
    throw new EngineError(
      'tokenizer_unsafe_pattern',
      `tokenizer.json holds a regular expression that could run for ever: ${pattern.slice(0, 80)}`,
      'Choose another model.',
    );
  }
}

function checkVocabulary(
  { model, added_tokens }: TokenizerDefinition,
  vocabularySize: number | undefined,
): void {
  const limit = Math.min(vocabularySize ?? TOKENIZER_LIMITS.maxVocabulary, TOKENIZER_LIMITS.maxVocabulary);
  const check = (tokenId: number, token: string) => {
    if (tokenId < limit) return;
    throw broken(`token "${token.slice(0, 40)}" has id ${tokenId}, the model has ${limit}`);
  };
  if (model.type !== 'Unigram') {
    for (const token of Object.keys(model.vocab)) check(model.vocab[token] ?? 0, token);
  } else {
    check(model.vocab.length - 1, 'last');
    if (model.unk_id != null && model.unk_id >= model.vocab.length)
      throw broken('its unknown token is not in it');
  }
  for (const token of added_tokens) check(token.id, token.content);
}

function isVocabularyObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const ids = Object.values(value);
  return (
    ids.length <= TOKENIZER_LIMITS.maxVocabulary && ids.every((item) => Number.isInteger(item) && item >= 0)
  );
}

function isVocabularyList(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0 || value.length > TOKENIZER_LIMITS.maxVocabulary)
    return false;
  return value.every(
    (item) =>
      Array.isArray(item) && typeof item[0] === 'string' && item[0] !== '' && Number.isFinite(item[1]),
  );
}

function isMerge(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(' ');
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
