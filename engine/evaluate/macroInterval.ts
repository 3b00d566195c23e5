import jStat from 'jstat';
import type { Random } from '../random.ts';
import { type Interval, quantile } from './bootstrap.ts';
import { type Counts, noCounts, scoresOf } from './counts.ts';

const CONFIDENCE = 0.95;
/** Of the macro average; fewer where there are very many labels. */
const DRAWS = 2000;
const MOST_BETAS = 400_000;
const LEAST_DRAWS = 400;

/** What labels may have in common: the mean of their b (see below), and how many cases that mean is worth. */
const MEANS = Array.from({ length: 24 }, (_, i) => (i + 0.5) / 24);
const WORTHS = [1, 2, 4, 8];

interface Common {
  readonly yes: number;
  readonly no: number;
}

/**
 * 95 % credible interval of the mean F1 of all labels on new documents, those that can't be judged yet among them:
 * `judged` are those whose F1 make the estimate. Undefined where there are none.
 *
 * F1 = 2b / (1 + b), and tp of tp + fp + fn cases are right with probability b (Goutte and Gaussier 2005). The b of judged
 * labels have a distribution in common, Beta(m·s, (1 − m)·s), of which nothing is known beforehand: all m and s on a grid
 * are as likely (a hierarchical model, Gelman et al. 2013, section 5.3). So have those of the labels left out, one of their
 * own, for these are rarer. If all labels counted as independent, what is not known of many would cancel out, and the
 * interval would be narrow around nothing.
 *
 * designEffect: how many times the variance of the mean is what it were if labels were independent (`designEffectOf`).
 */
export function macroF1Interval(
  {
    judged,
    leftOut,
    designEffect = 1,
  }: {
    readonly judged: readonly Counts[];
    readonly leftOut: readonly Counts[];
    readonly designEffect?: number;
  },
  random: Pick<Random, 'uniform' | 'normal'>,
): Interval | undefined {
  if (judged.length === 0) return undefined;
  const count = judged.length + leftOut.length;
  const draws = Math.max(LEAST_DRAWS, Math.min(DRAWS, Math.floor(MOST_BETAS / count)));
  const sums = [judged, leftOut].map((labels) => drawSums(labels, draws, random));
  const middle = sums[0]!.reduce((sum, value) => sum + value, 0) / draws;
  const stretch = Math.sqrt(designEffect);
  const means = sums[0]!
    .map((value, i) => {
      const stretched = Math.min(judged.length, Math.max(0, middle + stretch * (value - middle)));
      return (stretched + sums[1]![i]!) / count;
    })
    .sort();
  const estimate = judged.reduce((sum, counts) => sum + scoresOf(counts).f1, 0) / judged.length;
  const tail = (1 - CONFIDENCE) / 2;
  return {
    estimate,
    low: Math.min(estimate, quantile(means, tail)),
    high: Math.max(estimate, quantile(means, 1 - tail)),
  };
}

/**
 * How labels that go wrong together widen the interval of their mean F1: its variance over documents, divided by what it
 * were if they were independent (Kish 1965 on the design effect; variances by the delta method); at least 1. Where each
 * document has one label, a wrong one is missing at one label and too much at another.
 *
 * cells: [documents][labels], what each decided cell is; undefined: undecided.
 */
export function designEffectOf(
  cells: readonly (readonly (keyof Counts | undefined)[])[],
  labels: number,
): number {
  const byLabel = Array.from({ length: labels }, noCounts);
  for (const row of cells) {
    for (const [label, cell] of row.entries()) if (cell !== undefined) byLabel[label]![cell] += 1;
  }
  const f1 = byLabel.map((counts) => scoresOf(counts).f1);
  const size = byLabel.map((c) => 2 * c.truePositives + c.falsePositives + c.falseNegatives);
  let together = 0;
  let apart = 0;
  for (const row of cells) {
    let sum = 0;
    for (let label = 0; label < labels; label++) {
      const cell = row[label];
      if (cell === undefined || cell === 'trueNegatives') continue;
      const own = (cell === 'truePositives' ? 2 - 2 * f1[label]! : -f1[label]!) / size[label]!;
      sum += own;
      apart += own ** 2;
    }
    together += sum ** 2;
  }
  return apart === 0 ? 1 : Math.max(1, together / apart);
}

function drawSums(
  labels: readonly Counts[],
  draws: number,
  random: Pick<Random, 'uniform' | 'normal'>,
): Float64Array {
  const common = commonDistributions(labels);
  return Float64Array.from({ length: draws }, () => {
    const { yes, no } = common(random.uniform());
    let sum = 0;
    for (const { truePositives, falsePositives, falseNegatives } of labels) {
      const right = gamma(yes + truePositives, random);
      const wrong = gamma(no + falsePositives + falseNegatives, random);
      const b = right / (right + wrong);
      sum += (2 * b) / (1 + b);
    }
    return sum;
  });
}

/** From a number in [0, 1) to a distribution of b, each as often as the counts make it likely. */
function commonDistributions(labels: readonly Counts[]): (at: number) => Common {
  const all = MEANS.flatMap((mean) => WORTHS.map((worth) => ({ yes: mean * worth, no: (1 - mean) * worth })));
  const logs = all.map(({ yes, no }) =>
    labels.reduce(
      (sum, { truePositives: tp, falsePositives: fp, falseNegatives: fn }) =>
        sum + jStat.betaln(yes + tp, no + fp + fn) - jStat.betaln(yes, no),
      0,
    ),
  );
  const highest = Math.max(...logs);
  let sum = 0;
  const upTo = logs.map((log) => (sum += Math.exp(log - highest)));
  return (at) => all[upTo.findIndex((end) => at * sum < end)] ?? all.at(-1)!;
}

/** From a gamma distribution of scale 1 (Marsaglia and Tsang 2000). */
function gamma(shape: number, random: Pick<Random, 'uniform' | 'normal'>): number {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
