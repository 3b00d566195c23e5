import { expect, test } from 'vitest';
import { withinTime } from '../../../engine/text/timeLimit.ts';
import { createTokenizer } from '../../../engine/text/tokenizer.ts';
import { checkTokenizer } from '../../../engine/text/tokenizerLimits.ts';

const vocab = { '[PAD]': 0, '[UNK]': 1, '[CLS]': 2, '[SEP]': 3, a: 4, b: 5, ' a': 6, ' ': 7, '1': 8 };

function tokenizer(pattern: string, normalizer: object | null = null) {
  const definition = {
    added_tokens: [],
    normalizer,
    pre_tokenizer: { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated' },
    post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] },
    model: { type: 'WordPiece', unk_token: '[UNK]', vocab },
  };
  return createTokenizer(checkTokenizer(Buffer.from(JSON.stringify(definition))));
}

test.each([
  'a*a*a*a*a*a*b',
  String.raw`\s+\s+\s+\s+\s+x`,
  `${'(?:a|a)'.repeat(30)}b`,
  '(?:(?:(?:a{0,7}){0,7}){0,7}){0,7}b',
  String.raw`\s*\w*\s*\w*\w*\w*\w*\w*=`,
  '[k-m]*[k-m]*[k-m]*[k-m]*!',
  String.raw`\u3042*\u3042*\u3042*\u3042*!`,
])(
  'a pattern that backtracks without end is refused before it sees a text: %s',
  (pattern) => {
    expect(() => tokenizer(pattern)).toThrow(expect.objectContaining({ code: 'tokenizer_unsafe_pattern' }));
  },
  20_000,
);

test.each([
  ['GPT-2', String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`],
  [
    'Llama 3',
    String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  ],
  [
    'Qwen 2',
    String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  ],
])('the pattern of %s goes on working', (_, pattern) => {
  // " aa" is " a" and "##a", which the vocabulary lacks: unknown as a whole.
  expect(tokenizer(pattern).encodePremiseIds(' aa  a')).toEqual([1, 7, 6]);
});

test('a text that takes too long in spite of that is given up with a sentence', () => {
  expect(() => withinTime(50, () => /^(?:a+)+$/.test(`${'a'.repeat(60)}b`))).toThrow(
    /did not finish within 50 ms/,
  );
  expect(withinTime(1000, () => 7)).toBe(7);
  expect(() =>
    withinTime(1000, () => {
      throw new TypeError('mine');
    }),
  ).toThrow(new TypeError('mine'));
});

test('replacements that double a text again and again are refused', () => {
  const double = { type: 'Replace', pattern: { String: 'e' }, content: 'ee' };
  const many = { type: 'Sequence', normalizers: Array.from({ length: 27 }, () => double) };
  expect(() => tokenizer('a', many)).toThrow(expect.objectContaining({ code: 'tokenizer_unsafe_pattern' }));
});
