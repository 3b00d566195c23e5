import { EngineError } from '../errors.ts';
import { withinTime } from './timeLimit.ts';
import type { Step, TokenizerDefinition } from './tokenizerLimits.ts';

/** Long enough that cubic time shows, short enough for quadratic time to pass. */
const LENGTH = 3000;
const MOST_MS = 1000;

/** Whether a tokenizer's own patterns see texts. Those that are built in are known to take linear time. */
export function hasPatterns({ normalizer, pre_tokenizer }: TokenizerDefinition): boolean {
  return [normalizer, pre_tokenizer].some((step) => step !== null && patternsOf(step).length > 0);
}

function patternsOf(step: Step): string[] {
  const nested = [...(step.normalizers ?? []), ...(step.pretokenizers ?? [])].flatMap(patternsOf);
  // A literal that a text is to be replaced by can make it longer without end, one step after the other.
  const own = step.pattern?.Regex ?? (step.type === 'Replace' ? step.pattern?.String : undefined);
  return own === undefined ? nested : [own, ...nested];
}

/**
 * Normalises and splits monotonous texts, on which patterns that try many ways of reading a run take longest: letters, digits,
 * spaces, line ends, and what the patterns themselves name. Throws `tokenizer_unsafe_pattern` where that takes more
 * than a second together; honest tokenizers take some milliseconds.
 */
export function tryPatterns(split: (text: string) => void, definition: TokenizerDefinition): void {
  const patterns = [definition.normalizer, definition.pre_tokenizer].flatMap((step) =>
    step === null ? [] : patternsOf(step),
  );
  const units = new Set(['a', 'A', '1', ' ', '\n', '.', "'", 'é', '中', 'a ', 'a1', ' \n', 'aA', "a'"]);
  for (const pattern of patterns) {
    for (const character of written(pattern).slice(0, MOST_CHARACTERS)) units.add(character);
  }
  try {
    withinTime(MOST_MS, () => {
      for (const unit of units) {
        // Whole units: half a character would be another one.
        const run = unit.repeat(Math.ceil(LENGTH / unit.length));
        for (const text of [run, `${run}\u0001`]) split(text);
      }
    });
  } catch (error) {
    if (!(error instanceof EngineError || error instanceof RangeError)) throw error;
    if (error instanceof EngineError && error.code === 'tokenizer_unsafe_pattern') throw error;
    throw new EngineError(
      'tokenizer_unsafe_pattern',
      `tokenizer.json holds a pattern that takes too long on long texts: ${patterns[0]!.slice(0, 80)}`,
      'Choose another model.',
      error,
    );
  }
}

const MOST_CHARACTERS = 64;

/** A pattern's characters, those that it names by number among them. */
const written = (pattern: string) =>
  pattern
    .replace(/\\(?:u|x)\{?([0-9a-f]{2,6})\}?/giu, (_, hex) => {
      const point = Number.parseInt(hex, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : '';
    })
    .replace(/\\./gu, '')
    .toWellFormed();
