import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { precompiledNormalizer } from '../../../engine/text/precompiled.ts';
import { createTokenizer, loadTokenizer } from '../../../engine/text/tokenizer.ts';
import { charsmap, definitionFrom, tinyWordPiece } from './tiny.ts';

const tiny = createTokenizer(definitionFrom(tinyWordPiece));

test('a pair is [CLS] premise [SEP] hypothesis [SEP] with token types 0 and 1', () => {
  expect(tiny.encodePair('A cat.', 'cats sat', { maxLength: 16 })).toEqual({
    inputIds: [2, 5, 6, 9, 3, 6, 8, 7, 3],
    tokenTypeIds: [0, 0, 0, 0, 0, 1, 1, 1, 1],
  });
});

test('a model that was trained without token types has 0 for both texts, whatever its template says', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'entail-types-'));
  const typesWith = async (settings: unknown) => {
    await writeFile(join(dir, 'tokenizer.json'), JSON.stringify(tinyWordPiece));
    await writeFile(join(dir, 'tokenizer_config.json'), JSON.stringify(settings));
    return (await loadTokenizer(dir)).encodePair('a', 'cat', { maxLength: 16 }).tokenTypeIds;
  };
  try {
    expect(await typesWith({ model_input_names: ['input_ids', 'attention_mask'] })).toEqual([0, 0, 0, 0, 0]);
    expect(await typesWith({ model_input_names: ['input_ids', 'token_type_ids'] })).toEqual([0, 0, 0, 1, 1]);
    expect(await typesWith({})).toEqual([0, 0, 0, 1, 1]);
  } finally {
    await rm(dir, { recursive: true });
  }
});

test('only the premise is cut', () => {
  expect(tiny.encodePair('a cat sat a cat', 'cats sat', { maxLength: 8 }).inputIds).toEqual([
    2, 5, 6, 3, 6, 8, 7, 3,
  ]);
});

test('row 57: a hypothesis that leaves no room is refused, never cut', () => {
  expect(() => tiny.encodePair('a', 'cats sat', { maxLength: 6 })).toThrow(
    expect.objectContaining({ code: 'hypothesis_too_long' }),
  );
});

test('a premise tokenised once and joined with hypotheses gives what encodePair gives', () => {
  const premise = tiny.encodePremiseIds('A cat sat.');
  const joined = ['cats', 'sat.'].map((text) => tiny.assemble(premise, tiny.encodeHypothesisIds(text), 9));
  expect(joined).toEqual(
    ['cats', 'sat.'].map((text) => tiny.encodePair('A cat sat.', text, { maxLength: 9 })),
  );
});

test('RoBERTa joins with two separators and one token type', () => {
  const roberta = {
    ...tinyWordPiece,
    post_processor: { type: 'RobertaProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] },
  };
  expect(createTokenizer(definitionFrom(roberta)).encodePair('a', 'cat', { maxLength: 16 })).toEqual({
    inputIds: [2, 5, 3, 3, 6, 3],
    tokenTypeIds: [0, 0, 0, 0, 0, 0],
  });
});

test('special tokens in a text are one token, and [MASK] swallows the space before it', () => {
  expect(tiny.encodePremiseIds('a [SEP] cat [MASK]s')).toEqual([5, 3, 6, 4, 1]);
});

test('capital sigma, accents and Chinese characters above U+FFFF are read as in the Rust tokenizers', () => {
  expect(tiny.encodePremiseIds('ΣΑΣ Café a𠀀cat')).toEqual([11, 13, 5, 12, 6]);
});

test('row 7: NUL, lone surrogates, bidi controls and a thousand accents do not throw', () => {
  const odd = [
    'a\u0000cat',
    '\ud800',
    'a\udc00',
    '\u202ea',
    `a${'\u0301'.repeat(1000)}`,
    '',
    ' ',
    '\ufeffcat',
    '[',
    '[SEP',
  ];
  expect(odd.map((text) => tiny.encodePremiseIds(text))).toEqual([
    [1],
    [],
    [5],
    [5],
    [5],
    [],
    [],
    [6],
    [1],
    [1, 1],
  ]);
});

test('words are cut into the likeliest pieces, and a run of unknown characters is one unknown', () => {
  const unigram = {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
    post_processor: null,
    model: {
      type: 'Unigram',
      unk_id: 0,
      vocab: [
        ['<unk>', 0],
        ['▁', -2],
        ['a', -2],
        ['b', -2],
        ['ab', -3],
        ['▁ab', -8],
        ['▁a', -2.5],
      ],
    },
  };
  const tokenizer = createTokenizer(definitionFrom(unigram));
  expect(tokenizer.encodePremiseIds('ab xyz a')).toEqual([6, 3, 1, 0, 6]);
});

test('the sentencepiece table replaces what it holds and leaves the rest, marks after a letter included', () => {
  const normalize = precompiledNormalizer(charsmap(0x07, '<bell>'));
  expect(normalize('a\u0007b é \u200b e\u0301')).toBe('a<bell>b é \u200b e\u0301');
});

test('row 49: a damaged sentencepiece table is refused', () => {
  expect(() => precompiledNormalizer('////////')).toThrow(
    expect.objectContaining({ code: 'tokenizer_broken' }),
  );
});

test('a folder without tokenizer.json is named; the padding token is found in the files beside it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'entail-tokenizer-'));
  try {
    await expect(loadTokenizer(dir)).rejects.toThrow(/has no tokenizer\.json/);
    await writeFile(join(dir, 'tokenizer.json'), JSON.stringify(tinyWordPiece));
    await writeFile(join(dir, 'tokenizer_config.json'), JSON.stringify({ pad_token: { content: '[MASK]' } }));
    expect((await loadTokenizer(dir)).padId).toBe(4);
    await writeFile(join(dir, 'config.json'), JSON.stringify({ vocab_size: 10 }));
    await expect(loadTokenizer(dir)).rejects.toThrow(/has id 10, the model has 10/);
  } finally {
    await rm(dir, { recursive: true });
  }
});
