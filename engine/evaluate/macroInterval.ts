import jStat from 'jstat';
import type { Random } from '../random.ts';
import { type Interval, quantile } from './bootstrap.ts';
import { type Counts, noCounts, scoresOf } from './counts.ts';

const CONFIDENCE = 0.95;
/** Of the macro average; fewer where there are very many labels. */
const DRAWS = 2000;
const MOST_BETAS = 400_000;
const LEAST_DRAWS = 400;
/** Standard deviation; 0.09 was measured, what chance does among it (docs/figures.md). */
const CHOSEN_SD = 0.1;

/** The mean of what labels have in common (their b, see below). */
const MEANS = Array.from({ length: 24 }, (_, i) => (i + 0.5) / 24);

/** What is held likely beforehand. */
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
/** A label with fewer yeses is rare. */
const LEAST_YESES = 3;
/** Few documents show too little of how labels go wrong together: measured on the same sets. */
const MORE_VARIANCE = 1.4;

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
 * are as likely (a hierarchical model, Gelman et al. 2013, section 5.3). So have those of judged labels that are rare, one
 * of their own, and those of the labels left out. If all labels counted as independent, what is not known of many would
 * cancel out, and the interval would be narrow around nothing; if rare ones were taken for like the frequent ones, it would
 * lie too high.
 *
 * designEffect: how many times the variance of the mean is what it were if labels were independent (`designEffectOf`).
 * chosen: the documents are no random sample, so that the mean on others may lie further off by `CHOSEN_SD`.
 */
export function macroF1Interval(
  {
    judged,
    leftOut,
    designEffect = 1,
    chosen = false,
  }: {
    readonly judged: readonly Counts[];
    readonly leftOut: readonly Counts[];
    readonly designEffect?: number;
    readonly chosen?: boolean;
  },
  random: Pick<Random, 'uniform' | 'normal'>,
): Interval | undefined {
  if (judged.length === 0) return undefined;
  const count = judged.length + leftOut.length;
  const draws = Math.max(LEAST_DRAWS, Math.min(DRAWS, Math.floor(MOST_BETAS / count)));
  const frequent = drawSums(
    judged.filter((counts) => !isRare(counts)),
    FREQUENT,
    { draws, random },
  );
  const rare = drawSums(judged.filter(isRare), RARE, { draws, random });
  const others = drawSums(leftOut, RARE, { draws, random });
  const sums = frequent.map((value, i) => value + rare[i]!);
  const middle = sums.reduce((sum, value) => sum + value, 0) / draws;
  const stretch = Math.sqrt(MORE_VARIANCE * designEffect);
  const means = sums
    .map((value, i) => {
      const stretched = Math.min(judged.length, Math.max(0, middle + stretch * (value - middle)));
      const mean = (stretched + others[i]!) / count;
      return chosen ? Math.min(1, Math.max(0, mean + CHOSEN_SD * random.normal())) : mean;
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

const isRare = ({ truePositives, falseNegatives }: Counts) => truePositives + falseNegatives < LEAST_YESES;

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
  prior: Prior,
  { draws, random }: { readonly draws: number; readonly random: Pick<Random, 'uniform' | 'normal'> },
): Float64Array {
  const common = commonDistributions(labels, prior);
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
function commonDistributions(labels: readonly Counts[], { worths, density }: Prior): (at: number) => Common {
  const all = MEANS.flatMap((mean) =>
    worths.map((worth) => ({ mean, yes: mean * worth, no: (1 - mean) * worth })),
  );
  const logs = all.map(({ mean, yes, no }) =>
    labels.reduce(
      (sum, { truePositives: tp, falsePositives: fp, falseNegatives: fn }) =>
        sum + jStat.betaln(yes + tp, no + fp + fn) - jStat.betaln(yes, no),
      Math.log(density(mean)),
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
