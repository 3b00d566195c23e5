import { createSubscriber } from 'svelte/reactivity';
import type { Failure, Remedy, Sign } from '../../../contract/index.ts';
import { de } from './de/index.ts';
import { en, type Texts } from './en/index.ts';
import { type Formats, formats } from './format.ts';
import type { Language } from './language.ts';

export type { Texts };

const CATALOGUES: Readonly<Record<Language, { texts: Texts; formats: Formats }>> = {
  en: { texts: en, formats: formats('en') },
  de: { texts: de, formats: formats('de') },
};

let current: Language = 'en';
let changed = (): void => undefined;
const follow = createSubscriber((update) => {
  changed = update;
});

/** The texts of the language in use. Read it where a text is shown, keep no copy: then it changes with the language. */
export function t(): Texts {
  follow();
  return CATALOGUES[current].texts;
}

/** Numbers, sizes and times as the language in use writes them. */
export function f(): Formats {
  follow();
  return CATALOGUES[current].formats;
}

export function language(): Language {
  follow();
  return current;
}

/** Takes effect at once, everywhere. */
export function speak(wanted: Language): void {
  if (wanted === current) return;
  current = wanted;
  changed();
}

/** "3 hours ago" for a moment in ISO 8601; "just now" under a minute. */
export const ago = (at: string, now?: number): string => f().ago(at, now) ?? t().app.justNow;

/** A sentence that the backend made, in the language in use where it is known there; else as it is: its quotes may be a person's own. */
export function fromBackend(sentence: string): string {
  const { sentences, patterns } = t().backend;
  if (Object.hasOwn(sentences, sentence)) return sentences[sentence] ?? sentence;
  for (const { when, say } of patterns) {
    const found = when.exec(sentence);
    if (found) return say(...found.slice(1));
  }
  return sentence;
}

/** Words for a remedy. */
export function remedyInWords(remedy: Remedy): string {
  // Each code has words for its own parameters: the type of the catalogue says so, and a test.
  const say = t().remedies[remedy.code] as (remedy: Remedy) => string;
  return say(remedy);
}

/** By what a file was recognised, in words. */
export function signInWords(sign: Sign): string {
  const say = t().import.signs[sign.kind] as (sign: Sign) => string;
  return say(sign);
}

/** A failure in words, with what to do: by its code where the language has it, else in the backend's sentence. */
export function failureInWords({ code, message, hint, remedy, params }: Failure): string {
  const own = Object.hasOwn(t().failures, code) ? t().failures[code]?.(params) : null;
  const sentence = own ?? (hint === null ? message : `${message} ${hint}`);
  return remedy === null ? sentence : `${sentence} ${remedyInWords(remedy)}`;
}
