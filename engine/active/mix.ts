import { EngineError } from '../errors.ts';
import type { Random } from '../random.ts';
import type { Pick } from './pick.ts';
import { pickRandom } from './random.ts';
import { pickRareMargin, type RareMarginInput } from './rareMargin.ts';
import type { Strategy } from './strategy.ts';

export interface MixInput extends RareMarginInput {
  readonly limit: number;
  readonly random: Random;
  /** Above 0, at most 1. */
  readonly randomShare?: number;
}

/**
 * The default choice of what to label next: documents near the threshold of a label with few examples (`pickRareMargin`),
 * and a share of random picks that are marked as such. Each candidate at most once, at most `limit`. Chosen by a table
 * (docs/learning.md): by turns with diverse documents, or such with an unusual number of labels, more are needed.
 *
 * Random picks are a uniform sample of all candidates, drawn before others are chosen, so that metrics on
 * them are unbiased. Their places are spread evenly from a random start (systematic sampling): over many calls with a
 * limit of 1 the share is kept too. Throws `share_invalid` when the share is not above 0 and at most 1.
 */
export function pickMixed({ limit, random, randomShare = 0.2, ...input }: MixInput): Pick[] {
  if (!(randomShare > 0 && randomShare <= 1)) throw shareInvalid(randomShare);
  const { scores } = input;
  const size = Math.min(limit, scores.length);
  const places = randomPlaces(size, randomShare, random.uniform());
  const sample = pickRandom(scores.length, random).slice(0, places.filter(Boolean).length);
  const taken = new Set(sample.map(({ index }) => index));
  const wanted = pickRareMargin(input).filter(({ index }) => !taken.has(index));
  return places.flatMap((isRandom) => (isRandom ? sample.shift() : wanted.shift()) ?? []);
}

/** Which of `size` places in a row are random: one whenever place · share + offset passes a whole number. */
function randomPlaces(size: number, share: number, offset: number): boolean[] {
  return Array.from(
    { length: size },
    (_, place) => Math.floor((place + 1) * share + offset) > Math.floor(place * share + offset),
  );
}

const shareInvalid = (share: number) =>
  new EngineError(
    'share_invalid',
    `A share of ${share} random picks is not above 0 and at most 1.`,
    'Choose 0.2: without random picks, metrics on annotated documents mislead.',
  );

export const mix: Strategy = {
  name: 'mix',
  sentence: 'Most useful next',
  pick: (pool, options) => pickMixed({ ...pool, ...options }),
};
