import { expect, test } from 'vitest';
import { createPreTokenizer } from '../../../engine/text/preTokenize.ts';
import { createTokenizer } from '../../../engine/text/tokenizer.ts';
import { definitionFrom, tinyWordPiece } from './tiny.ts';

/** What tokenizers 0.22 of Hugging Face gives. */
test.each([
  [
    { type: 'Whitespace' },
    'a\u200db \u{1F469}\u200d\u{1F467}!',
    ['a\u200db', '\u{1F469}', '\u200d', '\u{1F467}!'],
  ],
  [{ type: 'Whitespace' }, 'x_y-z \ufeffq', ['x_y', '-', 'z', '\ufeff', 'q']],
  [{ type: 'BertPreTokenizer' }, 'a\ufeffb, c\u0085d', ['a\ufeffb', ',', 'c', 'd']],
  [{ type: 'Digits', individual_digits: true }, 'x12 ½Ⅷ٣', ['x', '1', '2', ' ', '½', 'Ⅷ', '٣']],
  [{ type: 'Digits', individual_digits: false }, 'x12 ½Ⅷ٣y', ['x', '12', ' ', '½Ⅷ٣', 'y']],
  [{ type: 'FixedLength', length: 3 }, 'ab\u{1F600}cdefg', ['ab\u{1F600}', 'cde', 'fg']],
])('%j cuts %j as the Rust tokenizers do', (config, text, words) => {
  expect(createPreTokenizer(config)(text, true)).toEqual(words);
});

test.each([
  ['Isolated', ['the', '-', 'final', '-', '-', 'count', '-', 'down'], ['-', '-', 'a', '-']],
  ['Removed', ['the', 'final', 'count', 'down'], ['a']],
  ['Contiguous', ['the', '-', 'final', '--', 'count', '-', 'down'], ['--', 'a', '-']],
  ['MergedWithPrevious', ['the-', 'final-', '-', 'count-', 'down'], ['-', '-', 'a-']],
  ['MergedWithNext', ['the', '-final', '-', '-count', '-down'], ['-', '-a', '-']],
])('what is split at is %s', (behavior, words, atEnds) => {
  for (const config of [{ type: 'Split', pattern: { String: '-' } }, { type: 'Punctuation' }]) {
    const cut = createPreTokenizer({ ...config, behavior });
    expect(cut('the-final--count-down', true)).toEqual(words);
    expect(cut('--a-', true)).toEqual(atEnds);
  }
  const special = createPreTokenizer({ type: 'Split', pattern: { String: '.*' }, behavior });
  expect(special('a-b', true)).toEqual(['a-b']);
});

test('a pattern whose matches would go to a neighbour, and a behavior nobody knows, are refused in a sentence', () => {
  const refused = expect.objectContaining({
    code: 'tokenizer_unsupported',
    message: expect.stringContaining('cannot follow'),
  });
  const pattern = { Regex: '-' };
  const behavior = 'MergedWithNext';
  expect(() => createPreTokenizer({ type: 'Split', pattern, behavior })).toThrow(refused);
  expect(() => createPreTokenizer({ type: 'Punctuation', behavior: 'New' })('a-', true)).toThrow(refused);
});

test('BPE that marks the parts of a word is refused: its merges would never be found', () => {
  const model = { type: 'BPE', vocab: { a: 0, '##b': 1, ab: 2 }, merges: ['a ##b'], unk_token: null };
  const marked = {
    ...tinyWordPiece,
    added_tokens: [],
    post_processor: null,
    model: { ...model, continuing_subword_prefix: '##' },
  };
  expect(() => createTokenizer(definitionFrom(marked))).toThrow(
    expect.objectContaining({ code: 'tokenizer_unsupported' }),
  );
});

test('a text whose leading white space is stripped has no mark in front where only the start of a document has', () => {
  const vocab = ['▁', 'a', '▁a'].map((piece) => [piece, -1] as const);
  const { encodePremiseIds } = createTokenizer(
    definitionFrom({
      ...tinyWordPiece,
      added_tokens: [],
      post_processor: null,
      normalizer: { type: 'Sequence', normalizers: [{ type: 'Strip', strip_left: true, strip_right: true }] },
      pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first' },
      model: { type: 'Unigram', vocab, unk_id: 0 },
    }),
  );
  expect(encodePremiseIds('a a')).toEqual([2, 2]);
  expect(encodePremiseIds('  a a')).toEqual([1, 2]);
});
