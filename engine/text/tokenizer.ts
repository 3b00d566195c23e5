import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../errors.ts';
import { insideModel, readInside } from '../files/inside.ts';
import { createSplitter } from './addedTokens.ts';
import { createNormalizer, leadingSpace, stripsStart } from './normalize.ts';
import { pairTemplateOf } from './pairTemplate.ts';
import { createPreTokenizer } from './preTokenize.ts';
import { createSubwords } from './subwords.ts';
import { withinTime } from './timeLimit.ts';
import { checkTokenizer, TOKENIZER_LIMITS, type TokenizerDefinition } from './tokenizerLimits.ts';
import { hasPatterns, tryPatterns } from './tryPatterns.ts';

/** A pair as the model reads it. Both lists have one entry per token. */
export interface EncodedPair {
  readonly inputIds: number[];
  readonly tokenTypeIds: number[];
}

export interface Tokenizer {
  readonly padId: number;
  /** Tokens of a pair that belong to neither text. */
  readonly specialTokens: number;
  /** Longer texts are cut here before they are read. */
  readonly maxCharacters: number;
  /** Ids of a text without special tokens. Throws `tokenizer_too_slow`. */
  readonly encodePremiseIds: (text: string) => number[];
  /** Ids of a hypothesis without special tokens. Throws `tokenizer_too_slow`. */
  readonly encodeHypothesisIds: (text: string) => number[];
  /** How many premise tokens fit beside this hypothesis. Throws `hypothesis_too_long` when none would. */
  readonly roomFor: (hypothesisIds: readonly number[], maxLength: number) => number;
  /** Joins both, cutting only the premise, at its end. Throws `hypothesis_too_long`. */
  readonly assemble: (
    premiseIds: readonly number[],
    hypothesisIds: readonly number[],
    maxLength: number,
  ) => EncodedPair;
  /** Tokenises and joins, cutting only the premise, at its end. Throws `hypothesis_too_long`. */
  readonly encodePair: (premise: string, hypothesis: string, options: { maxLength: number }) => EncodedPair;
}

const MAX_CHARACTERS = 10_000_000;

/**
 * Reads the tokenizer of a model folder (tokenizer.json, and the padding token from the files beside it).
 *
 * Throws `tokenizer_missing`, `tokenizer_too_large`, `tokenizer_broken`, `tokenizer_unsafe_pattern`,
 * `tokenizer_too_slow` or `tokenizer_unsupported`.
 */
export async function loadTokenizer(dir: string): Promise<Tokenizer> {
  const path = join(dir, 'tokenizer.json');
  const real = insideModel(dir, 'tokenizer.json');
  const info = real === null ? null : await stat(real).catch(() => null);
  if (real === null || !info?.isFile()) {
    throw new EngineError(
      'tokenizer_missing',
      `${dir} has no tokenizer.json.`,
      'Choose a folder with a fast tokenizer.',
    );
  }
  if (info.size > TOKENIZER_LIMITS.maxBytes) {
    throw new EngineError('tokenizer_too_large', `${path} is larger than 64 MB.`, 'Choose another model.');
  }
  const beside = PADDING_FILES.map((name) => readPadding(dir, name));
  const [model, settings] = beside;
  return createTokenizer(checkTokenizer(await readFile(real), model?.vocab_size), {
    padTokens: beside.map((file) => file?.pad_token).filter((token) => token != null),
    padId: model?.pad_token_id ?? undefined,
    types: settings?.model_input_names?.includes('token_type_ids') ?? true,
  });
}

/** Of each file beside the tokenizer. */
const MOST_MEGABYTES = 16;

const PADDING_FILES = ['config.json', 'tokenizer_config.json', 'special_tokens_map.json'];

const PaddingSchema = z.object({
  vocab_size: z.int().positive().optional().catch(undefined),
  pad_token_id: z.int().nonnegative().nullish().catch(undefined),
  model_input_names: z.array(z.string()).nullish().catch(undefined),
  pad_token: z
    .union([z.string(), z.object({ content: z.string() }).transform((token) => token.content)])
    .nullish()
    .catch(undefined),
});

/** A file that is absent or no JSON says nothing about padding; whoever needs the file reports that. */
function readPadding(dir: string, name: string): z.infer<typeof PaddingSchema> | undefined {
  const bytes = readInside(dir, name, MOST_MEGABYTES);
  if (bytes === null) return undefined;
  try {
    return PaddingSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}

/**
 * A tokenizer from a checked definition; `beside` is what other files say about the padding token, and whether token types
 * are fed: a model that was trained without has 0 for both texts, whatever the template of a pair says.
 */
export function createTokenizer(
  definition: TokenizerDefinition,
  beside: { padTokens?: readonly string[]; padId?: number | undefined; types?: boolean } = {},
): Tokenizer {
  const { types = true } = beside;
  const template = pairTemplateOf(definition.post_processor);
  const encoder = orBroken(() => createEncoder(definition));
  const { idOf } = encoder;
  const encode = (text: string) => orBroken(() => encoder.encode(text));

  const roomFor: Tokenizer['roomFor'] = (hypothesisIds, maxLength) => {
    const room = maxLength - template.specialTokens - hypothesisIds.length;
    if (room > 0) return room;
    throw new EngineError(
      'hypothesis_too_long',
      `A hypothesis of ${hypothesisIds.length} tokens leaves no room for the document: the model reads ${maxLength}.`,
      'Shorten the label or its hypothesis.',
    );
  };

  const assemble: Tokenizer['assemble'] = (premiseIds, hypothesisIds, maxLength) => {
    const room = roomFor(hypothesisIds, maxLength);
    const texts = { premise: premiseIds.slice(0, room), hypothesis: hypothesisIds };
    const inputIds: number[] = [];
    const tokenTypeIds: number[] = [];
    for (const part of template.parts) {
      for (const id of part.kind === 'special' ? part.ids : texts[part.kind]) {
        inputIds.push(id);
        tokenTypeIds.push(types ? part.typeId : 0);
      }
    }
    return { inputIds, tokenTypeIds };
  };

  return {
    padId: definition.padding?.pad_id ?? padIdOf(beside, idOf) ?? beside.padId ?? 0,
    specialTokens: template.specialTokens,
    maxCharacters: MAX_CHARACTERS,
    encodePremiseIds: encode,
    encodeHypothesisIds: encode,
    roomFor,
    assemble,
    encodePair: (premise, hypothesis, { maxLength }) =>
      assemble(encode(premise), encode(hypothesis), maxLength),
  };
}

/** What can't be used of a definition shows with the library by a raw error, while it is built or at a text. */
function orBroken<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError(
      'tokenizer_broken',
      'tokenizer.json cannot be used (a step of it is damaged or of a kind that nobody knows).',
      'Download the model again.',
      error,
    );
  }
}

/** Of a tokenizer with patterns of its own. Slow machines take about 0.01 ms per character. */
const MS_PER_CHARACTER = 0.2;
const LEAST_MS = 5000;

type IdOf = (token: string) => number | undefined;

function padIdOf(padding: { padTokens?: readonly string[] }, idOf: IdOf): number | undefined {
  const candidates = [...(padding.padTokens ?? []), '[PAD]', '<pad>'];
  return candidates.map(idOf).find((id) => id !== undefined);
}

/** The way of a text: added tokens cut out, normalised, cut again, split into words, words into ids. */
function createEncoder(definition: TokenizerDefinition): { encode: (text: string) => number[]; idOf: IdOf } {
  const normalize = createNormalizer(definition.normalizer);
  const preTokenize = createPreTokenizer(definition.pre_tokenizer);
  const subwords = createSubwords(definition.model);
  const isNormalized = (token: { normalized?: boolean | undefined; special: boolean }) =>
    token.normalized ?? !token.special;
  const asWritten = definition.added_tokens.filter((token) => !isNormalized(token));
  const cutRaw = createSplitter(asWritten, (text) => text);
  const cutNormalized = createSplitter(definition.added_tokens.filter(isNormalized), normalize);

  const losesStart = stripsStart(definition.normalizer);

  const encodeNow = (text: string): number[] => {
    const ids: number[] = [];
    for (const raw of cutRaw(text.slice(0, MAX_CHARACTERS).toWellFormed())) {
      if (raw.kind === 'token') {
        ids.push(raw.id);
        continue;
      }
      const starts = raw.start === 0 && !(losesStart && leadingSpace(raw.text) > 0);
      for (const section of cutNormalized(normalize(raw.text))) {
        if (section.kind === 'token') {
          ids.push(section.id);
          continue;
        }
        const first = starts && section.start === 0;
        for (const word of preTokenize(section.text, first)) {
          for (const id of subwords.encode(word)) ids.push(id);
        }
      }
    }
    return ids;
  };

  const encode = hasPatterns(definition)
    ? (text: string) => withinTime(LEAST_MS + text.length * MS_PER_CHARACTER, () => encodeNow(text))
    : encodeNow;
  if (hasPatterns(definition)) tryPatterns((text) => preTokenize(normalize(text), true), definition);

  const added = new Map(definition.added_tokens.map((token) => [token.content, token.id]));
  return { encode, idOf: (token) => added.get(token) ?? subwords.idOf(token) };
}
