import { expect, test } from 'vitest';
import type { JudgedRow } from '../../../engine/evaluate/cells.ts';
import { FIGURES } from '../../../engine/evaluate/figures/all.ts';
import { type MetricsWithIntervals, withIntervals } from '../../../engine/evaluate/intervals.ts';
import { canBeJudged, evaluate, type Metrics } from '../../../engine/evaluate/metrics.ts';
import { createRandom, type Random } from '../../../engine/random.ts';

/** Shares of documents with each label; the last is often missing from 60 documents, or there once. */
const PREVALENCE = [0.4, 0.3, 0.2, 0.12, 0.08, 0.03];
const NAMES = PREVALENCE.map((_, label) => `label ${label}`);
/** What the labels of a document have in common: they go wrong together. */
const COMMON = 0.3;

/** Documents of a collection whose labels are told apart more or less well, with thresholds that are more or less good. */
function collection(random: Random): (size: number) => JudgedRow[] {
  const ability = PREVALENCE.map(() => 0.5 + 3.5 * random.uniform());
  const thresholds = PREVALENCE.map(() => 0.2 + 0.6 * random.uniform());
  return (size) =>
    Array.from({ length: size }, () => {
      const common = Math.sqrt(COMMON) * random.normal();
      const gold = Uint8Array.from(PREVALENCE, (share) => (random.uniform() < share ? 1 : 0));
      const scores = Float32Array.from(PREVALENCE, (share, label) => {
        const noise = common + Math.sqrt(1 - COMMON) * random.normal();
        const odds = Math.log(share / (1 - share)) + ability[label]! * (gold[label]! - share) + noise;
        return 1 / (1 + Math.exp(-odds));
      });
      return { gold, scores, decided: new Uint8Array(PREVALENCE.length).fill(1), thresholds };
    });
}

const metricsOf = (rows: readonly JudgedRow[]): Metrics =>
  evaluate({
    gold: rows.map(({ gold }) => gold),
    scores: rows.map(({ scores }) => scores),
    labelNames: NAMES,
    thresholds: rows[0]!.thresholds,
  });

interface Average {
  readonly name: string;
  /** judged: whether each label is in averages over labels. */
  of(metrics: Metrics, judged: readonly boolean[]): number;
  range(metrics: MetricsWithIntervals): { readonly low: number; readonly high: number } | undefined;
}

/** The mean of a figure of the labels that can be judged on the documents at hand. */
const meanOf = (
  { labels }: Metrics,
  judged: readonly boolean[],
  figure: 'precision' | 'recall' | 'f1' | 'averagePrecision',
): number => {
  const own = labels.filter((_, i) => judged[i]);
  return own.reduce((sum, label) => sum + label[figure], 0) / own.length;
};

const AVERAGES: readonly Average[] = [
  ...(['precision', 'recall', 'f1'] as const).map((figure) => ({
    name: `macro ${figure}`,
    of: (metrics: Metrics, judged: readonly boolean[]) => meanOf(metrics, judged, figure),
    range: ({ macro }: MetricsWithIntervals) => macro.intervals?.[figure],
  })),
  ...(['micro', 'weighted', 'samples'] as const).flatMap((average) =>
    (['precision', 'recall', 'f1'] as const).map((figure) => ({
      name: `${average} ${figure}`,
      of: (metrics: Metrics) => metrics[average][figure],
      range: (metrics: MetricsWithIntervals) => metrics[average].intervals?.[figure],
    })),
  ),
  {
    name: 'mean average precision',
    of: (metrics: Metrics, judged: readonly boolean[]) => meanOf(metrics, judged, 'averagePrecision'),
    range: (metrics: MetricsWithIntervals) => metrics.meanAveragePrecisionInterval,
  },
  ...FIGURES.map(({ name }) => ({
    name,
    of: ({ figures }: Metrics) => figures[name]!,
    range: ({ figureIntervals }: MetricsWithIntervals) => figureIntervals?.[name],
  })),
  ...(['averagePrecision', 'kappa'] as const).map((name) => ({
    name: `${name} of a label`,
    of: ({ labels }: Metrics) => labels[0]![name],
    range: ({ labels }: MetricsWithIntervals) => labels[0]!.intervals?.[name],
  })),
];

test('the interval of each average holds what 2,000 new documents show in 95 of 100 collections, and is not wider for it', async () => {
  const random = createRandom(17);
  const rounds = 100;
  const seen = AVERAGES.map(() => ({ held: 0, width: 0, squares: 0 }));
  for (let round = 0; round < rounds; round++) {
    const draw = collection(random);
    const rows = draw(Number(process.env.N ?? 60));
    const truth = metricsOf(draw(2000));
    const found = await withIntervals(metricsOf(rows), rows, { atRandom: true });
    const judged = found.labels.map(canBeJudged);
    for (const [i, { of, range }] of AVERAGES.entries()) {
      const { low, high } = range(found)!;
      const own = seen[i]!;
      const actual = of(truth, judged);
      if (low <= actual && actual <= high) own.held += 1;
      own.width += high - low;
      own.squares += (of(found, judged) - actual) ** 2;
    }
  }
  for (const [i, { name }] of AVERAGES.entries()) {
    const { held, width, squares } = seen[i]!;
    if (process.env.SHOW) console.log(name, held, width / rounds / (3.92 * Math.sqrt(squares / rounds)));
    expect(held / rounds, name).toBeGreaterThanOrEqual(0.91);
    // Of an error with a normal distribution, 95 % lie within 3.92 of its deviations.
    const wide = width / rounds / (3.92 * Math.sqrt(squares / rounds));
    expect(wide, name).toBeLessThan(1.6);
  }
});
