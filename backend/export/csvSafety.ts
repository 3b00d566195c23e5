/** What spreadsheets take for the start of a formula, also behind spaces or in full width. */
const FORMULA = /(^|\n)([\s\u00a0]*)(?=[=+\-@\t\r＝＋－＠])/g;
const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * A cell that no spreadsheet runs: an apostrophe before what could be a formula (OWASP, "CSV injection"), at its
 * start and after each line break inside. Numbers stay as they are. It changes the text, so it is off by default.
 */
export function excelSafe(text: string): string {
  if (NUMBER.test(text)) return text;
  const safe = text.replace(FORMULA, (_, start: string, space: string) => `${start}'${space}`);
  return /^[\t\r]/.test(safe) ? `'${safe}` : safe;
}
