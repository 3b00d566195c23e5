import { createRandom } from '../../engine/index.ts';

const COUNT = 100;
const [SHORTEST, LONGEST] = [5, 2000];
/** Those that the tokenizers of this repository's families know, and some that they take apart. */
const WORDS =
  `the customer my neighbour a young doctor our teacher old bank airline this film asked for complained about did not like
  paid is waiting forgot praised refund late delivery broken screen higher rates flight to Paris bowl of soup rent last week.
  because price was too high. without any explanation! at 10:30 in morning. Größe 漢字 😀 don't (see) "x" [SEP] </s>`.split(
    /\s+/,
  );

/** Texts of 5 to 2,000 words, each longer than the one before by about the same part. */
export function longerAndLonger(from: readonly string[] = WORDS): string[] {
  const random = createRandom(11);
  return Array.from({ length: COUNT }, (_, i) => {
    const words = Math.round(SHORTEST * (LONGEST / SHORTEST) ** (i / (COUNT - 1)));
    return Array.from({ length: words }, () => from[random.integer(from.length)]!).join(' ');
  });
}
