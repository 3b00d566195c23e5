/** What no sentence of ours has: names of errors, of engines' and libraries' messages. */
const RAW =
  /TypeError|RangeError|SyntaxError|ZodError|SqliteError|\bat \S+:\d+|Cannot (mix|read|convert)|BigInt|JSON\.parse|Unexpected (token|end)|is not (a function|iterable)|parquet (error|file|unsupported|missing)|\bundefined\b|invalid_type|\[object |\*\*\* in database|wrong # of|fts5:|inverted index|vtable|missing from index/;
const LONGEST = 1000;

/** What is wrong with a sentence that people would see; undefined: nothing. */
export function wrongSentence(sentence: string): string | undefined {
  if (RAW.test(sentence)) return `a raw message: ${sentence.slice(0, 300)}`;
  if (sentence.length > LONGEST) return `a sentence of ${sentence.length} characters`;
  if (sentence.includes('\n')) return `a sentence of several lines: ${sentence.slice(0, 300)}`;
  return undefined;
}
