/** Control characters and what turns text round; lines and columns stay. */
const ACTING = /(?![\n\t])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Names and texts are of others: what a terminal would act on is shown as a broken character. */
export const harmless = (text: string): string => text.replace(ACTING, '\uFFFD');

/** Says the result: text for people. */
export const say = (text: string): void => void process.stdout.write(`${harmless(text)}\n`);

/** Says the result for programs: it means the same, and does nothing in a terminal. */
export const sayJson = (result: unknown): void =>
  say(
    JSON.stringify(result).replace(ACTING, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );

/** Says what is not the result, beside it. */
export const tell = (text: string): void => void process.stderr.write(`${harmless(text)}\n`);
