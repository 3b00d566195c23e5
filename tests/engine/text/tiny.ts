import { checkTokenizer, type TokenizerDefinition } from '../../../engine/text/tokenizerLimits.ts';

/** A WordPiece tokenizer as BERT has it, small enough to read. */
export const tinyWordPiece = {
  version: '1.0',
  added_tokens: [
    { id: 0, content: '[PAD]', special: true, normalized: false },
    { id: 1, content: '[UNK]', special: true, normalized: false },
    { id: 2, content: '[CLS]', special: true, normalized: false },
    { id: 3, content: '[SEP]', special: true, normalized: false },
    { id: 4, content: '[MASK]', special: true, normalized: false, lstrip: true },
  ],
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: {
      '[PAD]': 0,
      '[UNK]': 1,
      '[CLS]': 2,
      '[SEP]': 3,
      '[MASK]': 4,
      a: 5,
      cat: 6,
      sat: 7,
      '##s': 8,
      '.': 9,
      σας: 10,
      σασ: 11,
      𠀀: 12,
      cafe: 13,
    },
  },
};

/** Checks a definition as a file would be checked. */
export function definitionFrom(definition: unknown, vocabularySize?: number): TokenizerDefinition {
  return checkTokenizer(new TextEncoder().encode(JSON.stringify(definition)), vocabularySize);
}

/** The sentencepiece table with one entry per pair of ASCII strings, laid out by hand as a double array. */
export function charsmap(from: number, to: string): string {
  // One byte `from` maps to `to`: root at 0 with offset 1; the byte's unit at 1 ^ from; its leaf value at offset 2.
  const units = new Uint32Array(1024);
  const node = 1 ^ from;
  units[0] = 1 << 10;
  const leaf = 512;
  units[node] = (((node ^ leaf) << 10) | (1 << 8) | from) >>> 0;
  units[leaf] = 0x80000000;
  const text = Buffer.from(`${to}\0`);
  const bytes = Buffer.alloc(4 + units.length * 4 + text.length);
  bytes.writeUInt32LE(units.length * 4, 0);
  for (const [index, unit] of units.entries()) bytes.writeUInt32LE(unit, 4 + index * 4);
  text.copy(bytes, 4 + units.length * 4);
  return bytes.toString('base64');
}
