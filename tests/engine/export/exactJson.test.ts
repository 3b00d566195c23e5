import { expect, test } from 'vitest';
import { parseExactly } from '../../../engine/export/exactJson.ts';
import { completeTokenizerConfig } from '../../../engine/export/tokenizerConfig.ts';

test('numbers are written as they were: 2.0 stays 2.0', () => {
  const text =
    '{"a":2.0,"b":1e-12,"c":12345678901234567890,"d":3,"e":[0.10,-0.0],"f":{"g":1E5},"h":"2.0","i":null}';
  expect(JSON.stringify(parseExactly(text))).toBe(text);
});

test('a tokenizer without settings gets all that other loaders need', () => {
  const tokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map((content, id) => ({ id, content }));
  const facts = { tokenizer: { added_tokens: tokens }, maxLength: 48, padId: 0, inputs: ['input_ids'] };
  expect(completeTokenizerConfig({}, facts)).toEqual({
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: 48,
    model_input_names: ['input_ids'],
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    mask_token: '[MASK]',
  });
  const own = { tokenizer_class: 'BertTokenizer', pad_token: '[UNK]', model_max_length: 1e30 };
  expect(completeTokenizerConfig(own, facts)).toMatchObject({
    tokenizer_class: 'BertTokenizer',
    pad_token: '[UNK]',
    model_max_length: 48,
  });
});
