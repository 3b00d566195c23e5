/** English in every language: the models are. */
export const TEMPLATES = [
  'This text is about {}.',
  'The author complains about {}.',
  'The author is happy with {}.',
  'This text mentions {}.',
  'The topic of this text is {}.',
  'This is a request for {}.',
] as const;

/** A word that is capital for standing at the beginning, not "GDPR" or "iPhone". */
const CAPITALISED = /(?<![\p{L}\p{N}])\p{Lu}\p{Ll}+(?![\p{L}\p{N}])/gu;

/** A sentence about a label, whose name stands within it. */
export const sentenceOf = (template: string, name: string): string =>
  // A function keeps "$&" in a name from meaning something.
  template.replace('{}', () => name.replace(CAPITALISED, (word) => word.toLowerCase()));
