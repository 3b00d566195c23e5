import { boundedOdds } from '../nli/probability.ts';

/** With more labels than these, a text is read for the likeliest alone. */
const MOST_READ_ALL = 24;
/** So many of them. */
const READ = 16;

/** Whether labels are so many that each text is read for the likeliest alone. */
export const areMany = (labels: number): boolean => labels > MOST_READ_ALL;

/**
 * Places of the labels that a text is read for where labels are many: those whose likeness to the text exceeds what is
 * usual for them by most. cosine, usual: [labels]. One pass embeds the text, whatever the number of labels; entailment is
 * asked of these alone. Measured, also with decisions learnt: `bench/learn/shortlist.ts`, docs/zero-shot-recipes.md.
 */
export function likeliest(cosine: ArrayLike<number>, usual: ArrayLike<number>): number[] {
  const excess = (label: number) => cosine[label]! - usual[label]!;
  const found: number[] = [];
  for (let label = 0; label < cosine.length; label++) {
    if (found.length === READ && excess(found.at(-1)!) >= excess(label)) continue;
    // Few are kept, so that it takes one look at each label.
    const place = found.findIndex((other) => excess(other) < excess(label));
    found.splice(place < 0 ? found.length : place, 0, label);
    if (found.length > READ) found.pop();
  }
  return found;
}

interface Usual {
  readonly cosine: readonly number[];
  readonly rest?: readonly number[] | undefined;
}

/**
 * Log-odds of entailment that a text's labels are taken to have, [labels], where they are many: its own of those that it is
 * read for, `rest` of the others, whether or not it was read for them, so that two texts that are alike get the same.
 * Where they are not many: its own. What is returned is overwritten by the next call.
 */
export function createTaker({ cosine: usual, rest }: Usual): (reading: Reading) => Float32Array {
  if (!rest) return ({ odds }) => odds;
  const taken = new Float32Array(rest.length);
  return ({ odds, cosine }) => {
    taken.set(rest);
    for (const label of likeliest(cosine, usual)) taken[label] = odds[label]!;
    return taken;
  };
}

interface Reading {
  readonly odds: Float32Array;
  readonly cosine: Float32Array;
}

/**
 * Log-odds of entailment that a label is taken to have in texts that are not read for it, [labels]: the mean over those of
 * a sample, which was read for all, in which it is not among the likeliest; over the whole sample where there is none.
 */
export function restOdds(
  sample: readonly { readonly odds: ArrayLike<number>; readonly cosine: ArrayLike<number> }[],
  usual: readonly number[],
): number[] {
  const sums = usual.map(() => ({ rest: 0, outside: 0, all: 0 }));
  for (const { odds, cosine } of sample) {
    const read = new Set(likeliest(cosine, usual));
    for (const [label, sum] of sums.entries()) {
      const own = boundedOdds(odds[label]!);
      sum.all += own;
      if (read.has(label)) continue;
      sum.rest += own;
      sum.outside += 1;
    }
  }
  return sums.map(({ rest, outside, all }) =>
    outside > 0 ? rest / outside : all / Math.max(sample.length, 1),
  );
}

interface SentenceScores<Passage> {
  readonly odds: Float32Array;
  readonly passages: readonly (Passage | null)[];
}

/** Where labels are many: which sentences are asked of which text, and what the others are taken to be. */
export interface Unasked {
  /** [texts, sentences], 1 or 0. */
  readonly asked: Uint8Array;
  /** Of a text, [sentences]; passages of what was not asked are null. */
  fill<Passage>(scores: SentenceScores<Passage>, text: number): SentenceScores<Passage>;
  /** Whether this text was asked about this label. */
  isAsked(text: number, place: number): boolean;
}

/**
 * usual: of all labels; likeness: the cosines of each text, [texts][labels]; placeOf: which label a sentence is of,
 * [sentences]. null: all are asked, as `usual` has no `rest` or texts are not embedded.
 */
export function unasked(
  usual: Usual | undefined,
  likeness: readonly (Float32Array | null)[],
  placeOf: readonly number[],
): Unasked | null {
  const rest = usual?.rest;
  if (!usual || !rest) return null;
  const asked = new Uint8Array(likeness.length * placeOf.length);
  const places: Set<number>[] = [];
  for (const [text, own] of likeness.entries()) {
    if (own === null) return null;
    const read = new Set(likeliest(own, usual.cosine));
    places.push(read);
    for (const [sentence, place] of placeOf.entries())
      asked[text * placeOf.length + sentence] = read.has(place) ? 1 : 0;
  }
  return {
    asked,
    fill({ odds, passages }, text) {
      const isAsked = (sentence: number) => asked[text * placeOf.length + sentence] === 1;
      return {
        odds: odds.map((own, sentence) => (isAsked(sentence) ? own : rest[placeOf[sentence]!]!)),
        passages: passages.map((own, sentence) => (isAsked(sentence) ? own : null)),
      };
    },
    isAsked: (text, place) => places[text]?.has(place) === true,
  };
}
