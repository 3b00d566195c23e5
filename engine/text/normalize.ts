import { EngineError } from '../errors.ts';
import { libraryNormalizer, type TextStep } from './library.ts';
import { precompiledNormalizer } from './precompiled.ts';
import type { Step } from './tokenizerLimits.ts';

/**
 * The normaliser of tokenizer.json as one function.
 *
 * Ours where the JavaScript package departs from the Rust one that models were trained with: white space, capital
 * sigma, Chinese characters above U+FFFF, `$` in replacements, the sentencepiece table.
 */
export function createNormalizer(config: Step | null): TextStep {
  if (config === null) return (text) => text;
  switch (config.type) {
    case 'Sequence': {
      const steps = (config.normalizers ?? []).map(createNormalizer);
      return (text) =>
        steps.reduce((current, step) => {
          const next = step(current);
          if (next.length > MOST_GROWTH * text.length + 1000) throw grows();
          return next;
        }, text);
    }
    case 'Precompiled':
      return config.precompiled_charsmap
        ? precompiledNormalizer(config.precompiled_charsmap)
        : (text) => text;
    case 'Lowercase':
      return lowercase;
    case 'Strip':
      return (text) => strip(text, config.strip_left ?? true, config.strip_right ?? true);
    case 'Replace': {
      const content = config.content ?? '';
      const literal = config.pattern?.String;
      if (literal !== undefined) return (text) => text.split(literal).join(content);
      return libraryNormalizer({ ...config, content: content.replaceAll('$', '$$$$') });
    }
    case 'BertNormalizer':
      return bertNormalizer(config);
    default:
      return libraryNormalizer(config);
  }
}

/** Whether white space at the start of a text is taken away: what is left then is not the start of the document. */
export const stripsStart = (config: Step | null): boolean =>
  config !== null &&
  ((config.type === 'Strip' && config.strip_left !== false) || (config.normalizers ?? []).some(stripsStart));

/** One character becomes at most 18 in any Unicode normal form; what grows more was made to. */
const MOST_GROWTH = 64;

const grows = () =>
  new EngineError(
    'tokenizer_unsafe_pattern',
    `tokenizer.json has replacements that make texts more than ${MOST_GROWTH} times longer.`,
    'Choose another model.',
  );

/** Lower case character by character: `toLowerCase` alone makes a final sigma, Rust does not. */
function lowercase(text: string): string {
  return text.replaceAll('Σ', 'σ').toLowerCase();
}

const WHITE_SPACE = /\p{White_Space}/u;

/** How many UTF-16 units of white space stand at the start of `text`. */
export function leadingSpace(text: string): number {
  let length = 0;
  while (length < text.length && WHITE_SPACE.test(text[length] ?? '')) length++;
  return length;
}

/** How many UTF-16 units of white space stand at the end of `text`. */
export function trailingSpace(text: string): number {
  let length = 0;
  while (length < text.length && WHITE_SPACE.test(text[text.length - 1 - length] ?? '')) length++;
  return length;
}

function strip(text: string, left: boolean, right: boolean): string {
  const stripped = left ? text.slice(leadingSpace(text)) : text;
  return right ? stripped.slice(0, stripped.length - trailingSpace(stripped)) : stripped;
}

const REMOVED = /[\p{Cf}\p{Co}\uFFFD]|(?![\t\n\r])\p{Cc}/gu;
const CHINESE =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;

function bertNormalizer(config: Step): TextStep {
  const lower = config.lowercase ?? true;
  const stripAccents = config.strip_accents ?? lower;
  return (text) => {
    let result = text;
    if (config.clean_text ?? true) result = result.replace(REMOVED, '').replace(/\s/g, ' ');
    if (config.handle_chinese_chars ?? true) result = result.replace(CHINESE, ' $& ');
    if (stripAccents) result = result.normalize('NFD').replace(/\p{Mn}/gu, '');
    return lower ? lowercase(result) : result;
  };
}
