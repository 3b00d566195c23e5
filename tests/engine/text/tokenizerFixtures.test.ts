import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { loadTokenizer } from '../../../engine/text/tokenizer.ts';

interface Reference {
  max_length: number;
  pairs: { text: string; text_pair: string; input_ids: number[]; token_type_ids?: number[] }[];
}

const root =
  process.env.ENTAIL_FIXTURES ?? resolve(import.meta.dirname, '../../../../shared/fixtures/models');
const folders = existsSync(root)
  ? readdirSync(root).filter((name) => existsSync(join(root, name, 'tokenizer_reference.json')))
  : [];

test.skipIf(folders.length > 0)('no fixtures: nothing to compare with', () => {
  expect(folders).toEqual([]);
});

for (const name of folders) {
  const reference: Reference = JSON.parse(readFileSync(join(root, name, 'tokenizer_reference.json'), 'utf8'));

  test(`${name}: the ids of ${reference.pairs.length} pairs are those of Hugging Face`, async () => {
    const tokenizer = await loadTokenizer(join(root, name));
    const actual = reference.pairs.map(({ text, text_pair }) =>
      tokenizer.encodePair(text, text_pair, { maxLength: reference.max_length }),
    );
    expect(actual.map((pair) => pair.inputIds)).toEqual(reference.pairs.map((pair) => pair.input_ids));
    expect(actual.map((pair, index) => reference.pairs[index]?.token_type_ids && pair.tokenTypeIds)).toEqual(
      reference.pairs.map((pair) => pair.token_type_ids),
    );
  });

  test(`${name}: the padding token is the one of config.json`, async () => {
    const config: { pad_token_id?: number } = JSON.parse(
      readFileSync(join(root, name, 'config.json'), 'utf8'),
    );
    expect((await loadTokenizer(join(root, name))).padId).toBe(config.pad_token_id);
  });
}
