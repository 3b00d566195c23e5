import jStat from 'jstat';
import { invariant } from '../errors.ts';
import type { Steps } from '../turns.ts';
import { type Interval, quantile } from './bootstrap.ts';
import { shifted } from './chosen.ts';
import { type Counts, type Scores, scoresOf } from './counts.ts';
import { gamma, type Source } from './gamma.ts';

const CONFIDENCE = 0.95;
/** Of an average; fewer where there are very many labels. */
const DRAWS = 2000;
const MOST_BETAS = 100_000;
const LEAST_DRAWS = 400;

export const drawsFor = (labels: number): number =>
  Math.max(LEAST_DRAWS, Math.min(DRAWS, Math.floor(MOST_BETAS / labels)));

/** The mean of what labels have in common (their b, see below). */
const MEANS = Array.from({ length: 24 }, (_, i) => (i + 0.5) / 24);

/** What is held likely beforehand; measured with F1, and taken for the others. */
interface Prior {
  /** How many cases the mean may be worth: the fewer, the less alike the labels are. */
  readonly worths: readonly number[];
  /** How likely a mean is, up to a factor. */
  density(mean: number): number;
}

const FREQUENT: Prior = { worths: [1, 2, 4, 8], density: () => 1 };
/**
 * Models do badly on rare labels: half of those without a single yes in rounds on five public sets had an F1 below 0.3, a
 * quarter 0, a tenth more than 0.8 (docs/figures.md). Beta(1/2, 1) leans to the low side and excludes nothing.
 */
const RARE: Prior = { worths: [0.25, 0.5, 1, 2, 4], density: (mean) => mean ** -0.5 };
/** The b of F1 is less than precision, recall and average precision are: of these nothing is known of rare labels. */
const RARE_OTHERS: Prior = { ...RARE, density: () => 1 };
/** A label with fewer yeses is rare. */
const LEAST_YESES = 3;
/** Few documents show too little of how labels go wrong together: measured on the same sets. */
const MORE_VARIANCE = 1.4;

interface Common {
  readonly yes: number;
  readonly no: number;
}

/** What a figure of a label rests on: so many cases were right, so many wrong. */
interface Cases {
  readonly right: number;
  readonly wrong: number;
  /** The label has hardly any yes. */
  readonly rare: boolean;
  /** How much the label counts in the mean; their sum is that of ones. */
  readonly weight: number;
}

/** What is known of the labels beside their figures. */
export interface Circumstances {
  /** How many times the variance of the mean is what it were if labels were independent (`designEffectOf`). */
  readonly designEffect?: number;
  /** The documents are no random sample, so that the mean on others may lie further off by `CHOSEN_SD`. */
  readonly chosen?: boolean;
}

/** precision of tp + fp cases, recall of tp + fn; F1 = 2b / (1 + b), and tp of tp + fp + fn cases are right with probability b. */
const SHARES: Record<
  keyof Scores,
  { readonly rarePrior: Prior; wrong(counts: Counts): number; figure(b: number): number }
> = {
  precision: { rarePrior: RARE_OTHERS, wrong: ({ falsePositives }) => falsePositives, figure: (b) => b },
  recall: { rarePrior: RARE_OTHERS, wrong: ({ falseNegatives }) => falseNegatives, figure: (b) => b },
  f1: {
    rarePrior: RARE,
    wrong: ({ falsePositives, falseNegatives }) => falsePositives + falseNegatives,
    figure: (b) => (2 * b) / (1 + b),
  },
};

/**
 * 95 % credible interval of the mean precision, recall or F1 of labels on new documents: of `judged`, those that make the
 * estimate, and no others, so that both are of the same. There must be one.
 *
 * Each is a share b of cases, or follows from one (Goutte and Gaussier 2005). The b of labels have a distribution in
 * common, Beta(m·s, (1 − m)·s), of which nothing is known beforehand: all m and s on a grid are as likely (a hierarchical
 * model, Gelman et al. 2013, section 5.3). So have those of labels that are rare, one of their own. If all labels counted as independent, what is not known of many would cancel out, and the interval would
 * be narrow around nothing; if rare ones were taken for like the frequent ones, it would lie too high.
 */
export function macroInterval(
  figure: keyof Scores,
  { judged, ...circumstances }: { readonly judged: readonly Counts[] } & Circumstances,
  random: Source,
): Steps<Interval> {
  return meanInterval(
    {
      judged: judged.map((counts) => casesFor(figure, counts)),
      ...SHARES[figure],
      estimate: judged.reduce((sum, counts) => sum + scoresOf(counts)[figure], 0) / judged.length,
      ...circumstances,
    },
    random,
  );
}

const casesFor = (figure: keyof Scores, counts: Counts): Cases => ({
  right: counts.truePositives,
  wrong: SHARES[figure].wrong(counts),
  rare: isRare(counts.truePositives + counts.falseNegatives),
  weight: 1,
});

/** The same of the mean weighted by how often labels apply: those that never do have no part. */
export function weightedInterval(
  figure: keyof Scores,
  { judged, ...circumstances }: { readonly judged: readonly Counts[] } & Circumstances,
  random: Source,
): Steps<Interval> {
  const support = ({ truePositives, falseNegatives }: Counts) => truePositives + falseNegatives;
  const all = judged.reduce((sum, counts) => sum + support(counts), 0);
  return meanInterval(
    {
      judged: judged.map((counts) => ({
        ...casesFor(figure, counts),
        weight: (judged.length * support(counts)) / all,
      })),
      ...SHARES[figure],
      estimate: judged.reduce((sum, counts) => sum + support(counts) * scoresOf(counts)[figure], 0) / all,
      ...circumstances,
    },
    random,
  );
}

/** The same of a share: so many cases were right, so many wrong, whatever that means. */
export function shareInterval(
  { right, wrong, ...circumstances }: { readonly right: number; readonly wrong: number } & Circumstances,
  random: Source,
): Steps<Interval> {
  return meanInterval(
    {
      judged: [{ right, wrong, rare: false, weight: 1 }],
      figure: (b) => b,
      rarePrior: RARE_OTHERS,
      estimate: right / (right + wrong),
      ...circumstances,
    },
    random,
  );
}

/** The same of one table of cells, such as that of all labels together. */
export function pooledInterval(
  figure: keyof Scores,
  { counts, ...circumstances }: { readonly counts: Counts } & Circumstances,
  random: Source,
): Steps<Interval> {
  return macroInterval(figure, { judged: [counts], ...circumstances }, random);
}

/**
 * The same of mean average precision, which is the mean precision at a label's yeses: as many cases as there are yeses
 * (Boyd, Eng and Page 2013 on its binomial interval).
 */
export function meanAveragePrecisionInterval(
  {
    judged,
    ...circumstances
  }: {
    readonly judged: readonly { readonly support: number; readonly averagePrecision: number }[];
  } & Circumstances,
  random: Source,
): Steps<Interval> {
  return meanInterval(
    {
      judged: judged.map(({ support, averagePrecision: value }) => ({
        right: support * value,
        wrong: support * (1 - value),
        rare: isRare(support),
        weight: 1,
      })),
      figure: (b) => b,
      rarePrior: RARE_OTHERS,
      estimate: judged.reduce((sum, { averagePrecision }) => sum + averagePrecision, 0) / judged.length,
      ...circumstances,
    },
    random,
  );
}

const isRare = (yeses: number) => yeses < LEAST_YESES;

function* meanInterval(
  {
    judged,
    figure,
    rarePrior,
    estimate,
    designEffect = 1,
    chosen = false,
  }: {
    readonly judged: readonly Cases[];
    /** From the share of right cases. */
    figure(share: number): number;
    readonly rarePrior: Prior;
    readonly estimate: number;
  } & Circumstances,
  random: Source,
): Steps<Interval> {
  invariant(judged.length > 0, 'a label that can be judged');
  const draws = drawsFor(judged.length);
  const drawn = (labels: readonly Cases[], prior: Prior) =>
    drawSums(labels, prior, { draws, figure, random });
  const frequent = yield* drawn(
    judged.filter(({ rare }) => !rare),
    FREQUENT,
  );
  const rare = yield* drawn(
    judged.filter((cases) => cases.rare),
    rarePrior,
  );
  const sums = frequent.map((value, i) => value + rare[i]!);
  const middle = sums.reduce((sum, value) => sum + value, 0) / draws;
  const stretch = Math.sqrt(MORE_VARIANCE * designEffect);
  const means = sums
    .map((value) => {
      const stretched = Math.min(judged.length, Math.max(0, middle + stretch * (value - middle)));
      const mean = stretched / judged.length;
      return chosen ? shifted(mean, random.normal()) : mean;
    })
    .sort();
  const tail = (1 - CONFIDENCE) / 2;
  return {
    estimate,
    low: Math.min(estimate, quantile(means, tail)),
    high: Math.max(estimate, quantile(means, 1 - tail)),
  };
}

function* drawSums(
  labels: readonly Cases[],
  prior: Prior,
  {
    draws,
    figure,
    random,
  }: { readonly draws: number; figure(share: number): number; readonly random: Source },
): Steps<Float64Array> {
  const common = yield* commonDistributions(labels, prior);
  const sums = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    const { yes, no } = common(random.uniform());
    let sum = 0;
    for (const cases of labels) {
      const right = gamma(yes + cases.right, random);
      const wrong = gamma(no + cases.wrong, random);
      // Of a label that was never suggested there is no precision: it counts as 0, and may again or have any.
      const isNone = cases.right + cases.wrong === 0 && random.uniform() < 0.5;
      if (!isNone) sum += cases.weight * figure(right / (right + wrong));
    }
    sums[draw] = sum;
    yield;
  }
  return sums;
}

/** From a number in [0, 1) to a distribution of b, each as often as the counts make it likely. */
function* commonDistributions(
  labels: readonly Cases[],
  { worths, density }: Prior,
): Steps<(at: number) => Common> {
  const all = MEANS.flatMap((mean) =>
    worths.map((worth) => ({ mean, yes: mean * worth, no: (1 - mean) * worth })),
  );
  const logs: number[] = [];
  for (const { mean, yes, no } of all) {
    const before = jStat.betaln(yes, no);
    logs.push(
      labels.reduce(
        (sum, { right, wrong }) => sum + jStat.betaln(yes + right, no + wrong) - before,
        Math.log(density(mean)),
      ),
    );
    yield;
  }
  const highest = Math.max(...logs);
  let sum = 0;
  const upTo = logs.map((log) => (sum += Math.exp(log - highest)));
  return (at) => all[upTo.findIndex((end) => at * sum < end)] ?? all.at(-1)!;
}
