import { baseCardOf, EngineError, readInside } from '../../engine/index.ts';

const MOST_MEGABYTES = 4;

const english = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
/** Codes that stand for no language: several, none. */
const NO_LANGUAGE = new Set(['mul', 'zxx']);

/** English names of languages that have a code of two letters, in small letters → code. */
const codesByName = new Map(
  [...'abcdefghijklmnopqrstuvwxyz'].flatMap((first, _, letters) =>
    letters.flatMap((second) => {
      const name = english.of(first + second)?.toLowerCase();
      return name === undefined ? [] : [[name, first + second] as const];
    }),
  ),
);

/**
 * A language as ISO 639-1 writes it, or ISO 639-3 where that has no code, however it was written: "eng", "en-GB" and
 * "English" are "en"; both written forms of Norwegian are "no". null for what is no language, such as "multilingual".
 */
export function languageCode(written: string): string | null {
  try {
    const { language } = new Intl.Locale(codesByName.get(written.trim().toLowerCase()) ?? written);
    if (language === 'nb' || language === 'nn') return 'no';
    return english.of(language) === undefined || NO_LANGUAGE.has(language) ? null : language;
  } catch {
    return null;
  }
}

/**
 * The languages that a model reads, as the card in its folder says; null where there is no card, it names none, or it
 * names what is no language: "multilingual" reads more than it lists.
 */
export function languagesOfModel(dir: string): ReadonlySet<string> | null {
  const codes = cardOf(dir).languages.map(languageCode);
  const known = codes.flatMap((code) => code ?? []);
  return known.length === 0 || known.length < codes.length ? null : new Set(known);
}

function cardOf(dir: string) {
  try {
    return baseCardOf(readInside(dir, 'README.md', MOST_MEGABYTES)?.toString('utf8') ?? '');
  } catch (error) {
    // A card that can't be read says nothing; the model is judged by its own files.
    if (error instanceof EngineError) return baseCardOf('');
    throw error;
  }
}
