import { expect, test } from 'vitest';
import { canBacktrackExponentially } from '../../../engine/text/regexSafety.ts';
import { createTokenizer } from '../../../engine/text/tokenizer.ts';
import { checkTokenizer, TOKENIZER_LIMITS } from '../../../engine/text/tokenizerLimits.ts';
import { definitionFrom, tinyWordPiece } from './tiny.ts';

const refusal = (definition: unknown, vocabularySize?: number): string => {
  try {
    definitionFrom(definition, vocabularySize);
    return 'accepted';
  } catch (error) {
    return (error as { code?: string }).code ?? 'no code';
  }
};
const withNormalizer = (normalizer: unknown) => ({ ...tinyWordPiece, normalizer });
const withVocab = (vocab: unknown) => ({ ...tinyWordPiece, model: { ...tinyWordPiece.model, vocab } });
const withRegex = (Regex: string) => withNormalizer({ type: 'Replace', pattern: { Regex }, content: ' ' });

test('row 49: patterns that repeat a repetition are refused, those of real tokenizers are not', () => {
  const dangerous = [
    '^(a+)+$',
    '(a*)*',
    '(?:a|a)*b',
    '(\\w+\\s?)*',
    '((a{2,})b?)+',
    '(a+){9}',
    '(.)\\1',
    '(?<x>[^a]+)*',
    '(a|ab)*',
    '(x*|y)+',
  ];
  const safe = [
    ' {2,}',
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    ' ?[^(\\s|[.,!?…。，、।۔،])]+',
    '[\\[\\]()]+',
    '(?:ab)+',
    '(?:a|b)*',
    '(a+)?',
  ];
  expect(dangerous.filter((pattern) => !canBacktrackExponentially(pattern))).toEqual([]);
  expect(safe.filter(canBacktrackExponentially)).toEqual([]);
});

test('row 49: every broken tokenizer.json is refused with its code', () => {
  const sequence = (depth: number): unknown =>
    depth === 0 ? { type: 'NFC' } : { type: 'Sequence', normalizers: [sequence(depth - 1)] };
  expect({
    good: refusal(tinyWordPiece),
    exponential: refusal(withRegex('^(a+)+$')),
    idBeyondModel: refusal(tinyWordPiece, 13),
    hugeId: refusal(withVocab({ '[UNK]': 2_000_000 })),
    negativeId: refusal(withVocab({ '[UNK]': -1 })),
    fraction: refusal(withVocab({ '[UNK]': 0.5 })),
    noVocabulary: refusal(withVocab(null)),
    deepNormalizer: refusal(withNormalizer(sequence(100))),
    wideNormalizer: refusal(
      withNormalizer({ type: 'Sequence', normalizers: Array(1000).fill({ type: 'NFC' }) }),
    ),
    noModel: refusal({ ...tinyWordPiece, model: undefined }),
    otherModel: refusal({ ...tinyWordPiece, model: { type: 'WordLevel', vocab: {} } }),
    array: refusal([]),
    null: refusal(null),
    addedOutOfRange: refusal({ ...tinyWordPiece, added_tokens: [{ id: 9e9, content: 'x' }] }),
  }).toEqual({
    good: 'accepted',
    exponential: 'tokenizer_unsafe_pattern',
    idBeyondModel: 'tokenizer_broken',
    hugeId: 'tokenizer_broken',
    negativeId: 'tokenizer_broken',
    fraction: 'tokenizer_broken',
    noVocabulary: 'tokenizer_broken',
    deepNormalizer: 'tokenizer_broken',
    wideNormalizer: 'tokenizer_broken',
    noModel: 'tokenizer_broken',
    otherModel: 'tokenizer_broken',
    array: 'tokenizer_broken',
    null: 'tokenizer_broken',
    addedOutOfRange: 'tokenizer_broken',
  });
});

test('row 49: a file over 64 MB is refused before it is parsed', () => {
  expect(() => checkTokenizer(new Uint8Array(TOKENIZER_LIMITS.maxBytes + 1))).toThrow(
    expect.objectContaining({ code: 'tokenizer_too_large' }),
  );
});

test('row 10: a vocabulary with __proto__ in it is plain data', () => {
  const text = JSON.stringify(tinyWordPiece).replace('"cat":6', '"__proto__":6');
  const definition = checkTokenizer(new TextEncoder().encode(text));
  expect(Object.entries(definition.model.vocab)).toContainEqual(['__proto__', 6]);
});

test.each([
  ['a normalizer of no kind that exists', { normalizer: { type: 'Nonsense' } }],
  ['a step without what it needs', { normalizer: { type: 'Replace', content: 'x' } }],
  ['a pre-tokenizer of no kind that exists', { pre_tokenizer: { type: 'Nonsense' } }],
  ['a pattern that is none', { pre_tokenizer: { type: 'Split', pattern: { Regex: '[' } } }],
])('%s is told as a fault of tokenizer.json, and not of the engine', (_, part) => {
  const use = () => createTokenizer(definitionFrom({ ...tinyWordPiece, ...part })).encodePremiseIds('a cat');
  expect(use).toThrow(expect.objectContaining({ code: 'tokenizer_broken' }));
  expect(use).toThrow(/^tokenizer\.json cannot be used/);
});

test('a field that is missing or of another kind is named', () => {
  const told = (part: object) => () => definitionFrom({ ...tinyWordPiece, ...part });
  expect(told({ model: undefined })).toThrow('tokenizer.json cannot be used ("model" is missing).');
  expect(told({ added_tokens: [{ id: '1', content: 'x' }] })).toThrow(
    '("added_tokens.0.id" must be a number)',
  );
});

test('what a step puts into every text is short, and grows by no other step', () => {
  const step = (pre_tokenizer: unknown) => ({ ...tinyWordPiece, pre_tokenizer });
  const metaspace = (replacement: string) =>
    step({ type: 'Metaspace', replacement, prepend_scheme: 'always' });
  expect(refusal(metaspace('▁'))).toBe('accepted');
  expect(refusal(metaspace('x'.repeat(1000)))).toBe('tokenizer_broken');
  expect(refusal(metaspace('  '))).toBe('tokenizer_broken');
  expect(refusal(withNormalizer({ type: 'Prepend', prepend: '▁' }))).toBe('accepted');
  expect(refusal(withNormalizer({ type: 'Prepend', prepend: 'x '.repeat(1000) }))).toBe('tokenizer_broken');
});
