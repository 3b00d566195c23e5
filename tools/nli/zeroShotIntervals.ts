import { type Interval, quantile } from '../../engine/evaluate/bootstrap.ts';
import { createRandom } from '../../engine/random.ts';
import type { TextSet } from './readData.ts';
import { goldOf } from './zeroShotTable.ts';

/** The four columns that a model is chosen by. */
export interface MainScores {
  readonly macroF1: number;
  readonly macroF1Best: number;
  readonly meanAveragePrecision: number;
  readonly topLabel: number;
}

/** A set and its scores, [texts][labels]. */
export interface ScoredSet {
  readonly set: TextSet;
  readonly scores: readonly Float32Array[];
}

/** How many thresholds are tried for the best macro-F1, as in zeroShotTable.ts. */
const TRIED = 60;

/**
 * Prepares a set so that its scores over any sample of its texts are quick: from how often each text was drawn
 * ([texts], whole numbers) to the numbers that `zeroShotScores` gives for the sample written out, with the thresholds
 * of the whole set tried for the best macro-F1. A label of the set that no drawn text has is left out of the means.
 */
export function sampledScores({ set, scores }: ScoredSet): (drawn: ArrayLike<number>) => MainScores {
  const gold = goldOf(set);
  const texts = [...scores.keys()];
  const falling = set.labels.map((_, label) =>
    Uint32Array.from(texts.toSorted((one, other) => scores[other]![label]! - scores[one]![label]!)),
  );
  const sorted = Float64Array.from(scores.flatMap((row) => [...row])).sort();
  const thresholds = Array.from(
    { length: TRIED },
    (_, i) => sorted[Math.floor((i / TRIED) * sorted.length)]!,
  );
  const known = set.labels.map((_, label) => gold.some((row) => row[label] === 1));
  const top = scores.map((row) => row.indexOf(Math.max(...row)));
  return (drawn) => {
    const perLabel = falling
      .map((order, label) =>
        labelScores(order, {
          ...{ drawn, thresholds },
          gold: (text) => gold[text]![label]!,
          score: (text) => scores[text]![label]!,
        }),
      )
      .filter(({ positives }, label) => positives > 0 || !known[label]);
    const mean = (value: (one: LabelScores) => number) =>
      perLabel.reduce((sum, one) => sum + value(one), 0) / Math.max(1, perLabel.length);
    const best = thresholds.map((_, i) => mean(({ f1 }) => f1[i]!));
    let [right, labelled] = [0, 0];
    for (const text of texts) {
      if (set.texts[text]!.labels.length === 0) continue;
      labelled += drawn[text]!;
      if (gold[text]![top[text]!] === 1) right += drawn[text]!;
    }
    return {
      macroF1: mean(({ atHalf }) => atHalf),
      macroF1Best: Math.max(...best),
      meanAveragePrecision: mean(({ averagePrecision }) => averagePrecision),
      topLabel: labelled === 0 ? 0 : right / labelled,
    };
  };
}

interface LabelScores {
  readonly f1: Float64Array;
  readonly atHalf: number;
  /** Drawn texts that have the label. */
  readonly positives: number;
  readonly averagePrecision: number;
}

/** One pass over a label's texts from the highest score down; texts of equal score are taken together. */
function labelScores(
  order: Uint32Array,
  of: {
    drawn: ArrayLike<number>;
    thresholds: readonly number[];
    gold: (text: number) => number;
    score: (text: number) => number;
  },
): LabelScores {
  const positives = order.reduce((sum, text) => sum + of.gold(text) * of.drawn[text]!, 0);
  const f1 = new Float64Array(of.thresholds.length);
  let atHalf = 0;
  let [hits, taken, precisions] = [0, 0, 0];
  // Thresholds rise; each is settled when the first text below it comes.
  let open = of.thresholds.length - 1;
  let halfOpen = true;
  const f1Now = () => (positives + taken === 0 ? 0 : (2 * hits) / (positives + taken));
  const settle = (below: number) => {
    while (open >= 0 && of.thresholds[open]! > below) f1[open--] = f1Now();
    if (halfOpen && below < 0.5) {
      atHalf = f1Now();
      halfOpen = false;
    }
  };
  for (let at = 0; at < order.length; ) {
    const score = of.score(order[at]!);
    settle(score);
    const before = hits;
    for (; at < order.length && of.score(order[at]!) === score; at++) {
      const text = order[at]!;
      taken += of.drawn[text]!;
      hits += of.gold(text) * of.drawn[text]!;
    }
    if (hits > before) precisions += (hits - before) * (hits / taken);
  }
  settle(Number.NEGATIVE_INFINITY);
  return { f1, atHalf, positives, averagePrecision: positives === 0 ? 0 : precisions / positives };
}

/**
 * 95 % bootstrap intervals of the mean over sets: the texts of each set are drawn anew, the sets stay. With `against`,
 * intervals of the difference to other scores of the same texts, drawn together.
 */
export function averageIntervals(
  sets: readonly ScoredSet[],
  { against, resamples = 1000 }: { against?: readonly ScoredSet[]; resamples?: number } = {},
): Record<keyof MainScores, Interval> {
  const sizes = sets.map(({ scores }) => scores.length);
  const own = sets.map(sampledScores);
  const other = against?.map(sampledScores);
  const scored = (drawn: readonly Uint32Array[]): MainScores => {
    const mean = (scorers: typeof own) => meanOf(scorers.map((scorer, s) => scorer(drawn[s]!)));
    return other ? differenceOf(mean(own), mean(other)) : mean(own);
  };
  const estimate = scored(sizes.map((size) => new Uint32Array(size).fill(1)));
  const random = createRandom(1);
  const rounds = Array.from({ length: resamples }, () =>
    scored(sizes.map((size) => drawCounts(size, random))),
  );
  return byKey((key) => {
    const sorted = Float64Array.from(rounds, (round) => round[key]).sort();
    return { estimate: estimate[key], low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
  });
}

/** How often each of `size` texts is drawn. */
function drawCounts(size: number, random: { integer: (n: number) => number }): Uint32Array {
  const counts = new Uint32Array(size);
  for (let i = 0; i < size; i++) counts[random.integer(size)]! += 1;
  return counts;
}

const byKey = <T>(value: (key: keyof MainScores) => T): Record<keyof MainScores, T> => ({
  macroF1: value('macroF1'),
  macroF1Best: value('macroF1Best'),
  meanAveragePrecision: value('meanAveragePrecision'),
  topLabel: value('topLabel'),
});
const meanOf = (scores: readonly MainScores[]) =>
  byKey((key) => scores.reduce((sum, one) => sum + one[key], 0) / scores.length);
const differenceOf = (one: MainScores, other: MainScores) => byKey((key) => one[key] - other[key]);
