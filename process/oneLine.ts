const LONGEST = 900;

/** A sentence that holds names of foreign files stays one, on one line, of a length that can be read. */
export function oneLine(sentence: string): string {
  const shown = sentence.replace(/[\p{Control}\p{Zl}\p{Zp}]+/gu, ' ');
  return shown.length <= LONGEST ? shown : `${shown.slice(0, LONGEST - 1)}…`;
}
