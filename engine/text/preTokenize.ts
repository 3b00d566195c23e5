import { libraryPreTokenizer } from './library.ts';
import { joined, piecesBy, unknownBehavior } from './splitting.ts';
import type { Step } from './tokenizerLimits.ts';

/** Splits a normalised text into words; `first` says that the text stands at the start of the document. */
export type PreTokenizer = (text: string, first: boolean) => string[];

/**
 * The pre-tokenizer of tokenizer.json as one function.
 *
 * Ours where the JavaScript package departs from the Rust one: it does not split at Metaspace, and its white space
 * and word characters are JavaScript's. Throws `tokenizer_unsupported` for splits that the package would do wrongly.
 */
export function createPreTokenizer(config: Step | null): PreTokenizer {
  if (config === null) return (text) => [text];
  switch (config.type) {
    case 'Sequence': {
      const steps = (config.pretokenizers ?? []).map(createPreTokenizer);
      return (text, first) =>
        steps.reduce(
          (words, step) => words.flatMap((word, index) => step(word, first && index === 0)),
          [text],
        );
    }
    case 'Metaspace':
      return metaspace(config);
    case 'ByteLevel':
      return byteLevel(config);
    case 'Whitespace':
      return (text) => text.match(WORDS) ?? [];
    case 'WhitespaceSplit':
      return (text) => text.match(/\P{White_Space}+/gu) ?? [];
    case 'BertPreTokenizer':
      return (text) => text.match(BERT_WORDS) ?? [];
    case 'Digits':
      return (text) => text.match(config.individual_digits ? EACH_DIGIT : DIGITS) ?? [];
    case 'FixedLength':
      return fixedLength(config.length ?? 5);
    case 'Punctuation':
      return (text) => joined(piecesBy(text, PUNCTUATION), config);
    case 'Split':
      return split(config);
    default: {
      const step = libraryPreTokenizer(config);
      return (text) => step(text);
    }
  }
}

/** What Rust's regular expressions call a word: joiners between characters, as in emoji, are part of it. */
const WORDS =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;
const PUNCTUATION = /[!-/:-@[-`{-~\p{P}]/gu;
const BERT_WORDS = /[!-/:-@[-`{-~\p{P}]|[^!-/:-@[-`{-~\p{P}\p{White_Space}]+/gu;
const DIGITS = /\p{N}+|\P{N}+/gu;
const EACH_DIGIT = /\p{N}|\P{N}+/gu;

/** By characters, not by UTF-16 units. */
function fixedLength(length: number): PreTokenizer {
  return (text) => {
    const characters = Array.from(text);
    const count = Math.ceil(characters.length / length);
    return Array.from({ length: count }, (_, i) => characters.slice(i * length, (i + 1) * length).join(''));
  };
}

function split(config: Step): PreTokenizer {
  const literal = config.pattern?.String;
  if (literal !== undefined && literal !== '' && config.invert !== true) {
    const pattern = new RegExp(literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'gu');
    return (text) => joined(piecesBy(text, pattern), config);
  }
  const behavior = (config.behavior ?? 'Isolated').toLowerCase();
  if (behavior !== 'isolated' && behavior !== 'removed') throw unknownBehavior(config);
  const step = libraryPreTokenizer(config);
  return (text) => step(text);
}

/** Spaces become "▁", one is put in front, and each "▁" begins a word. */
function metaspace(config: Step): PreTokenizer {
  const mark = config.replacement ?? '▁';
  const scheme = config.prepend_scheme ?? (config.add_prefix_space === false ? 'never' : 'always');
  return (text, first) => {
    let marked = text.replaceAll(' ', mark);
    const prefixed = scheme === 'always' || (scheme === 'first' && first);
    if (prefixed && !marked.startsWith(mark)) marked = mark + marked;
    return config.split === false ? [marked] : splitBefore(marked, mark);
  };
}

function splitBefore(text: string, mark: string): string[] {
  const words: string[] = [];
  let start = 0;
  for (let next = text.indexOf(mark, 1); next > 0; next = text.indexOf(mark, next + 1)) {
    words.push(text.slice(start, next));
    start = next;
  }
  if (start < text.length) words.push(text.slice(start));
  return words;
}

const GPT2_WORDS =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** Words as GPT-2 cuts them, each byte of their UTF-8 written as one printable character. */
function byteLevel(config: Step): PreTokenizer {
  return (text) => {
    const prefixed = config.add_prefix_space && !text.startsWith(' ') ? ` ${text}` : text;
    const words = config.use_regex === false ? [prefixed] : (prefixed.match(GPT2_WORDS) ?? []);
    return words.map((word) => {
      let result = '';
      for (const byte of Buffer.from(word)) result += BYTE_CHARACTERS[byte] ?? '';
      return result;
    });
  };
}

/** GPT-2's table: printable Latin-1 bytes stand for themselves, the other 68 for U+0100 and on. */
const BYTE_CHARACTERS: readonly string[] = (() => {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCharCode(printable ? byte : next++);
  });
})();
