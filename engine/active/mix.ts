import { EngineError } from '../errors.ts';
import type { Random } from '../random.ts';
import { pickInconsistent } from './cardinality.ts';
import { pickDiverse } from './diversity.ts';
import type { Pick } from './pick.ts';
import { pickRandom } from './random.ts';
import type { Strategy } from './strategy.ts';
import { pickUncertain } from './uncertainty.ts';

/** Turns of the strategies that are not random; those without data are passed over. */
const TURNS = ['uncertainty', 'diversity', 'uncertainty', 'cardinality'] as const;

export interface MixInput {
  /** [candidates][labels], probabilities. */
  readonly scores: readonly Float32Array[];
  readonly thresholds: ArrayLike<number>;
  /** Accepted labels per labelled document; absent while nothing is labelled. */
  readonly expectedCardinality?: number | undefined;
  /** [candidates][dimensions] and [labelled documents][dimensions]; absent while there are none. */
  readonly embeddings?:
    | { readonly candidates: readonly Float32Array[]; readonly labelled: readonly Float32Array[] }
    | undefined;
  readonly limit: number;
  readonly random: Random;
  /** Above 0, at most 1. */
  readonly randomShare?: number;
}

/**
 * The default choice of what to label next: uncertain documents (entropy, averaged over labels) by turns with diverse
 * ones and such with an unlikely number of labels, and a share of random picks that are marked as such. Each
 * candidate at most once, at most `limit`.
 *
 * Random picks are a uniform sample of all candidates, drawn before the other strategies choose, so that metrics on
 * them are unbiased. Their places are spread evenly from a random start (systematic sampling): over many calls with a
 * limit of 1 the share is kept too. Throws `share_invalid` when the share is not above 0 and at most 1.
 */
export function pickMixed({
  scores,
  thresholds,
  expectedCardinality,
  embeddings,
  limit,
  random,
  randomShare = 0.2,
}: MixInput): Pick[] {
  if (!(randomShare > 0 && randomShare <= 1)) throw shareInvalid(randomShare);
  const size = Math.min(limit, scores.length);
  const places = randomPlaces(size, randomShare, random.uniform());
  const sample = pickRandom(scores.length, random).slice(0, places.filter(Boolean).length);
  const taken = new Set(sample.map(({ index }) => index));
  const queues = {
    uncertainty: pickUncertain(scores, { measure: 'entropy', over: 'mean' }),
    // As many more as the sample may take away.
    diversity: embeddings === undefined ? [] : pickDiverse({ ...embeddings, limit: size + sample.length }),
    cardinality:
      expectedCardinality === undefined
        ? []
        : pickInconsistent({ scores, thresholds, expected: expectedCardinality }),
  };
  let turn = 0;
  const nextChosen = (): Pick | undefined => {
    for (let tried = 0; tried < TURNS.length; tried++) {
      const queue = queues[TURNS[turn++ % TURNS.length] as (typeof TURNS)[number]];
      const pick = firstUntaken(queue, taken);
      if (pick !== undefined) return pick;
    }
    return undefined;
  };
  return places.flatMap((isRandom) => {
    const pick = isRandom ? sample.shift() : nextChosen();
    if (pick === undefined) return [];
    taken.add(pick.index);
    return [pick];
  });
}

/** Which of `size` places in a row are random: one whenever place · share + offset passes a whole number. */
function randomPlaces(size: number, share: number, offset: number): boolean[] {
  return Array.from(
    { length: size },
    (_, place) => Math.floor((place + 1) * share + offset) > Math.floor(place * share + offset),
  );
}

/** Removes picks from the front of `queue` until one is new. */
function firstUntaken(queue: Pick[], taken: ReadonlySet<number>): Pick | undefined {
  let pick = queue.shift();
  while (pick !== undefined && taken.has(pick.index)) pick = queue.shift();
  return pick;
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
