import chardet from 'chardet';

/** The words of a text that are not ASCII, as an encoding has them. */
export interface Read {
  /** As TextDecoder names it. */
  readonly name: string;
  readonly words: string;
}

interface Candidate {
  readonly name: string;
  readonly text: string;
  /** Of chardet, 0 to 100. */
  readonly confidence: number;
  /** The language that its statistics are of, where they are of one. */
  readonly language: string | undefined;
}

const MOST_OTHERS = 3;
const MOST_WORDS = 3;
const WORD_UNITS = 24;
/** What a person may mean though statistics found it unlikely: those of most European files that are not UTF-8. */
const USUAL = ['windows-1252', 'windows-1250'];
/** What older programs write and chardet does not know: spreadsheets on a Mac, and programs for DOS. */
const OLDER = ['macintosh', 'ibm866'];
/** What chardet gives to bytes that are possible and no more. */
const NOISE = 10;

/**
 * The likeliest encoding of bytes that are no UTF-8, and what the words with other than ASCII would be in others.
 *
 * `chardet` compares letters with those of languages. That says little where a text is in English but for some names, so
 * signs are looked at: nobody writes "Wa³êsa".
 */
export function guessEncoding(sample: Buffer): Read & { readonly others: readonly Read[] } {
  const found = candidates(sample);
  const [first] = found;
  const best =
    first === undefined ? { name: 'windows-1252', text: '' } : withoutSigns(twin(first, found), found);
  const words = wordsIn(sample);
  const own = shown(words, best.name);
  const others: Read[] = [];
  const usual = found.filter(({ name }) => USUAL.includes(name));
  for (const { name } of [...usual, ...found.filter(({ confidence }) => confidence > NOISE)]) {
    const other = { name, words: shown(words, name) };
    if (other.words === own || others.some((one) => one.words === other.words)) continue;
    if (!/[\u0080-\u009F\uFFFD]/.test(other.words)) others.push(other);
  }
  return { name: best.name, words: own, others: others.slice(0, MOST_OTHERS) };
}

/** Those that can read the bytes at all, the likeliest first; the usual ones are among them. */
function candidates(sample: Buffer): Candidate[] {
  const found: Candidate[] = [];
  const add = (label: string, confidence: number, language?: string) => {
    try {
      const decoder = new TextDecoder(label, { fatal: true });
      if (found.some(({ name }) => name === decoder.encoding)) return;
      const text = decoder.decode(sample, { stream: true });
      found.push({ name: decoder.encoding, text, confidence, language });
    } catch {
      // Not one that the platform reads, or not this one.
    }
  };
  for (const { name, confidence, lang } of chardet.analyse(sample))
    if (!/^(?:utf|ascii)/i.test(name)) add(name, confidence, lang);
  for (const name of [...USUAL, ...OLDER]) add(name, 0);
  return found;
}

/** Letters beyond ASCII, by language: of these the two encodings of Central Europe have different bytes. */
const LETTERS: Readonly<Record<string, RegExp>> = {
  pl: /[^\p{ASCII}ąćęłńóśźżĄĆĘŁŃÓŚŹŻ\P{L}]/gu,
  cs: /[^\p{ASCII}áäčďéěíĺľňóôŕřšťúůýžÁÄČĎÉĚÍĹĽŇÓÔŔŘŠŤÚŮÝŽ\P{L}]/gu,
};

/**
 * ISO 8859-2 and windows-1250 share most letters, and chardet takes the first where no byte says otherwise. Files are hardly
 * ever written so: it is the second unless its signs and letters fit worse.
 */
function twin(best: Candidate, found: readonly Candidate[]): Candidate {
  const other = found.find(({ name }) => name === 'windows-1250');
  if (best.name !== 'iso-8859-2' || other === undefined) return best;
  const foreign = LETTERS[best.language ?? ''];
  const odd = ({ text }: Candidate) =>
    signsWithin(text) + (foreign === undefined ? 0 : (text.match(foreign)?.length ?? 0));
  return odd(best) < odd(other) ? best : { ...best, name: other.name, text: other.text };
}

/** So many of the characters beyond ASCII may be signs within words: of some footnotes no language is made. */
const MOST_SIGNS = 0.1;

/** The likeliest without signs within words, where the likeliest of all has many. */
function withoutSigns(best: Candidate, found: readonly Candidate[]): Candidate {
  const beyond = best.text.match(/\P{ASCII}/gu)?.length ?? 0;
  const signs = signsWithin(best.text);
  if (signs <= beyond * MOST_SIGNS) return best;
  const [next] = found
    .map((one) => ({ ...one, signs: signsWithin(one.text) }))
    .filter((one) => one.signs < signs / 4)
    .sort((a, b) => a.signs - b.signs);
  return next === undefined ? best : twin(next, found);
}

/**
 * What no one writes within words: signs of Latin alphabets with a letter on both sides, as `³` in "Wa³êsa" (not the point
 * of Catalan, nor the soft hyphen) or in a row, a capital after a small letter, as in "spŠt", and a Chinese character, as in
 * "sp閣t".
 */
function signsWithin(text: string): number {
  const signs = text.match(WITHIN)?.length ?? 0;
  const between = text.match(/(?<=\p{L})’(?=\p{L})/gu)?.length ?? 0;
  const apostrophes = text.match(APOSTROPHE)?.length ?? 0;
  return between - apostrophes <= between * MOST_ODD ? signs - apostrophes : signs;
}

/** More of the apostrophes within words than this are none: a few are, as in "ma’am". */
const MOST_ODD = 0.2;

/**
 * Apostrophes as word processors and phones set them: "don’t", "we’ll", "foto’s", and "l’heure", "qu’il", "dell’anno",
 * "O’Brien". In a file of a Mac the same byte is "í", so that "env’o" is a word that nobody writes.
 */
const APOSTROPHE =
  /(?<=\p{L})’(?=(?:[dmnst]|em|ll|re|ve)(?!\p{L}))|(?<=(?<!\p{L})(?:[cdjlmnosty]|qu|un|\p{L}*(?:ll|squ|lqu|rd)))’(?=\p{L})/giu;

const WITHIN =
  /(?<=\p{L})(?!\p{L})[\xA1-\xAC\xAE-\xB6\xB8-\xBF\xD7\xF7„†‡‰‹‘’“”•™›](?=\p{L})|(?<=\p{L})[\x80-\x9F](?=\p{L})|(?<=[\xA1-\xBF])[\xA1-\xBF]|(?<=\p{Ll})(?!\p{ASCII})\p{Lu}(?=\p{Ll})|(?<=[a-z])[\p{Script=Han}\uFF61-\uFF9F]/gu;

/** The bytes of the first different words with bytes beyond ASCII. */
function wordsIn(sample: Buffer): Buffer[] {
  const words = sample.toString('latin1').matchAll(/[A-Za-z\x80-\xFF]*[\x80-\xFF][A-Za-z\x80-\xFF]*/g);
  const found = new Set<string>();
  for (const [word] of words) {
    // A dash or a quote tells nothing.
    if (word.length > 2 && word.length <= WORD_UNITS) found.add(word);
    if (found.size === MOST_WORDS) break;
  }
  return [...found].map((word) => Buffer.from(word, 'latin1'));
}

const shown = (words: readonly Buffer[], name: string): string =>
  words.map((word) => new TextDecoder(name).decode(word)).join(', ');
