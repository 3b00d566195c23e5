import { EngineError } from '../errors.ts';
import { libraryModel } from './library.ts';
import type { TokenizerDefinition } from './tokenizerLimits.ts';
import { createUnigram } from './unigram.ts';

/** From a word to token ids, and from a token to its id. */
export interface Subwords {
  readonly encode: (word: string) => readonly number[];
  readonly idOf: (token: string) => number | undefined;
}

const CACHED_WORDS = 50_000;
const CACHED_LENGTH = 64;

/** The model of tokenizer.json (WordPiece, BPE or Unigram) with a cache of words: texts repeat them. */
export function createSubwords(model: TokenizerDefinition['model']): Subwords {
  const { idOf, encode } = model.type === 'Unigram' ? unigram(model) : fromLibrary(model);
  const cache = new Map<string, readonly number[]>();
  return {
    idOf,
    encode(word) {
      const cached = cache.get(word);
      if (cached !== undefined) return cached;
      const ids = encode(word);
      if (word.length > CACHED_LENGTH) return ids;
      if (cache.size >= CACHED_WORDS) cache.clear();
      cache.set(word, ids);
      return ids;
    },
  };
}

type UnigramModel = Extract<TokenizerDefinition['model'], { type: 'Unigram' }>;
type LibraryModel = Exclude<TokenizerDefinition['model'], { type: 'Unigram' }>;

function unigram(model: UnigramModel): Subwords {
  const ids = new Map(model.vocab.map(([piece], id) => [piece, id]));
  const encode = createUnigram({
    pieces: model.vocab,
    unknownId: model.unk_id ?? null,
    byteFallback: model.byte_fallback ?? false,
  });
  return { encode, idOf: (token) => ids.get(token) };
}

function fromLibrary(model: LibraryModel): Subwords {
  if (model.type === 'BPE' && model.continuing_subword_prefix) {
    throw new EngineError(
      'tokenizer_unsupported',
      `tokenizer.json marks the parts of a word in a way that Entail cannot follow (BPE with "${model.continuing_subword_prefix}").`,
      'Choose another model.',
    );
  }
  const split = libraryModel(model);
  const ids = new Map(Object.entries(model.vocab));
  const unknown = model.unk_token == null ? undefined : ids.get(model.unk_token);
  const encode = (word: string): number[] => {
    const result: number[] = [];
    for (const token of split(word)) {
      const id = ids.get(token) ?? unknown;
      const repeated = model.fuse_unk === true && id === unknown && result.at(-1) === unknown;
      if (id !== undefined && !repeated) result.push(id);
    }
    return result;
  };
  return { encode, idOf: (token) => ids.get(token) };
}
