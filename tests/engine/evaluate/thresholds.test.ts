import fc from 'fast-check';
import { expect, test } from 'vitest';
import { predicted } from '../../../engine/evaluate/counts.ts';
import type { Ranked } from '../../../engine/evaluate/ranking.ts';
import { bestThreshold, type ThresholdPriors, tuneThresholds } from '../../../engine/evaluate/thresholds.ts';
import { logistic, logOdds } from '../../../engine/nli/probability.ts';
import { judgedCases, table, undecidedChanged } from './judged.ts';
import { simulateTuning } from './thresholdLuck.ts';

const positives = (...scores: number[]): Ranked[] => scores.map((score) => ({ gold: true, score }));
const negatives = (...scores: number[]): Ranked[] => scores.map((score) => ({ gold: false, score }));

function f1At(cells: readonly Ranked[], threshold: number): number {
  const count = (gold: boolean, yes: boolean) =>
    cells.filter((cell) => cell.gold === gold && predicted(cell.score, threshold) === yes).length;
  const tp = count(true, true);
  return tp === 0 ? 0 : (2 * tp) / (2 * tp + count(false, true) + count(true, false));
}

const cells = fc.array(fc.record({ gold: fc.boolean(), score: fc.float({ min: 0, max: 1, noNaN: true }) }), {
  maxLength: 30,
});

test('the threshold lies in the middle of the gap between yes and no', () => {
  expect(bestThreshold([...positives(0.75, 0.875), ...negatives(0.25, 0.125)])).toBe(0.5);
  expect(bestThreshold([...positives(0.25), ...negatives(0.125)])).toBe(0.1875);
  expect(bestThreshold([...positives(0.875), ...negatives(0.75)])).toBe(0.8125);
});

test('a positive among negatives is worth a false alarm when that raises F1', () => {
  // 0.9: F1 2/3. Down to 0.3: two of two found, one false: 4/5.
  expect(bestThreshold([...positives(0.9, 0.3), ...negatives(0.5, 0.1)])).toBeCloseTo(0.2, 6);
});

test('of equally good thresholds the one nearest 0.5 is taken', () => {
  // Above 0.9 and above 0.2 F1 is 2/3 alike: thresholds 0.8 and 0.1.
  const tied = [...positives(0.9, 0.2), ...negatives(0.7, 0.6)];
  expect([f1At(tied, 0.8), f1At(tied, 0.1)]).toEqual([2 / 3, 2 / 3]);
  expect(bestThreshold(tied)).toBeCloseTo(0.8, 6);
});

test('without a positive it is 0.5, without a negative every cell is a yes', () => {
  expect(bestThreshold([])).toBe(0.5);
  expect(bestThreshold(negatives(0.9, 0.1))).toBe(0.5);
  expect(bestThreshold(positives(0.9, 0.1))).toBeCloseTo(0.05, 6);
  expect(bestThreshold(positives(0))).toBe(0);
});

test('no threshold has a higher F1', () => {
  fc.assert(
    fc.property(cells, fc.float({ min: 0, max: 1, noNaN: true }), (found, other) => {
      const best = f1At(found, bestThreshold(found));
      const candidates = [other, 0, 0.5, 1.1, ...found.map(({ score }) => score)];
      expect(Math.max(...candidates.map((threshold) => f1At(found, threshold)))).toBeLessThanOrEqual(best);
    }),
    { seed: 1, numRuns: 500 },
  );
});

const noPriors: ThresholdPriors = { label: 0, shared: 0 };

/** One label per column of (gold, score) pairs; every document has all labels. */
function tune(columns: readonly (readonly Ranked[])[], minimumExamples?: number, priors = noPriors) {
  const documents = Math.max(...columns.map(({ length }) => length));
  const rows = Array.from({ length: documents }, (_, document) => columns.map((column) => column[document]));
  return tuneThresholds({
    gold: table(rows.map((row) => row.map((cell) => (cell?.gold === true ? 1 : 0)))),
    scores: rows.map((row) => Float32Array.from(row, (cell) => cell?.score ?? Number.NaN)),
    decided: table(rows.map((row) => row.map((cell) => (cell === undefined ? 0 : 1)))),
    labels: columns.length,
    priors,
    ...(minimumExamples === undefined ? {} : { minimumExamples }),
  });
}

const many = [...positives(0.75, 0.75, 0.75, 0.75, 0.75), ...negatives(0.5, 0.5, 0.5, 0.5, 0.5)];

test('a label with enough yes and no has its own threshold, others share one', () => {
  const oneShort = many.slice(1);
  expect(tune([many, oneShort, positives(0.25)])).toEqual([
    { threshold: 0.625, from: 'label' },
    { threshold: 0.625, from: 'shared' },
    { threshold: 0.625, from: 'shared' },
  ]);
  expect(tune([many.slice(0, -1)])).toEqual([{ threshold: 0.5, from: 'default' }]);
  expect(tune([oneShort], 4)).toEqual([{ threshold: 0.625, from: 'label' }]);
});

test('the shared threshold maximises F1 over the cells of all labels', () => {
  const columns = [positives(0.75, 0.75, 0.75), negatives(0.25, 0.25, 0.25), positives(0.75, 0.75)];
  const more = [...columns, negatives(0.25, 0.25)];
  expect(tune(more)).toEqual(more.map(() => ({ threshold: 0.5, from: 'shared' })));
  const lower = [positives(0.25, 0.25, 0.25), negatives(0.125, 0.125, 0.125)];
  expect(tune(lower, 3)).toEqual(lower.map(() => ({ threshold: expect.closeTo(0.1875, 9), from: 'shared' })));
});

test('few positives draw the shared threshold towards 0.5 and a label towards the shared one', () => {
  const columns = [
    [...positives(0.25, 0.25, 0.25, 0.25, 0.25), ...negatives(0.125, 0.125, 0.125, 0.125, 0.125)],
    [...positives(0.75, 0.75, 0.75, 0.75, 0.75), ...negatives(0.5, 0.5, 0.5, 0.5, 0.5)],
    positives(0.75),
  ];
  // Above 0.5 are 6 of 11, above 0.25 all of them with 5 false, which is better.
  const best = { shared: 0.1875, labels: [0.1875, 0.625] };
  expect(tune(columns).map(({ threshold }) => threshold)).toEqual(
    [...best.labels, best.shared].map((threshold) => expect.closeTo(threshold, 9)),
  );
  const shared = logistic((11 * logOdds(best.shared)) / (11 + 2));
  const own = best.labels.map((threshold) =>
    logistic((5 * logOdds(threshold) + 4 * logOdds(shared)) / (5 + 4)),
  );
  expect(tune(columns, 5, { label: 4, shared: 2 })).toEqual(
    [...own, shared].map((threshold, i) => ({
      threshold: expect.closeTo(threshold, 9),
      from: i < 2 ? 'label' : 'shared',
    })),
  );
});

test('a threshold is never below 5 % or above 95 %', () => {
  const low = [...positives(0.01, 0.01), ...negatives(0.001, 0.001)];
  const high = [...positives(0.999, 0.999), ...negatives(0.99, 0.99)];
  for (const [column, bound] of [
    [low, logistic(-3)],
    [high, logistic(3)],
  ] as const) {
    expect(tune([column], 2)).toEqual([{ threshold: expect.closeTo(bound, 9), from: 'label' }]);
  }
});

test('on fresh documents the priors bring F1 where positives are few, and cost none where they are many', () => {
  const simulated = simulateTuning(300, [noPriors, { label: 5, shared: 2 }, { label: 50, shared: 20 }]);
  const gain = (least: number, most: number) => {
    const labels = simulated.filter(({ positives: n }) => n >= least && n <= most);
    const points = (prior: number) =>
      (100 * labels.reduce((sum, { f1 }) => sum + f1[prior]!, 0)) / labels.length;
    return { chosen: points(1) - points(0), tenfold: points(2) - points(0) };
  };
  expect(gain(5, 9).chosen).toBeGreaterThan(0.8);
  expect(gain(5, 9).chosen).toBeGreaterThan(gain(5, 9).tenfold + 0.5);
  expect(gain(10, 24).chosen).toBeGreaterThan(0.25);
  expect(gain(0, 4).chosen).toBeGreaterThan(-0.1);
  expect(gain(50, 99).chosen).toBeGreaterThan(-0.1);
  expect(Math.abs(gain(100, 400).chosen)).toBeLessThan(0.1);
});

test('where nothing else is asked for, a label expects five positives and all together two', () => {
  const rows = [0.3, 0.3, 0.1, 0.1].map((score) => Float32Array.of(score));
  const spec = { gold: table([[1], [1], [0], [0]]), scores: rows, labels: 1, minimumExamples: 2 };
  expect(tuneThresholds(spec)).toEqual(tuneThresholds({ ...spec, priors: { label: 5, shared: 2 } }));
});

test('too few examples altogether give 0.5', () => {
  expect(tune([positives(0.2), negatives(0.1)])).toEqual([
    { threshold: 0.5, from: 'default' },
    { threshold: 0.5, from: 'default' },
  ]);
  // Even where no minimum is asked for, a threshold needs a positive.
  expect(tune([negatives(0.2, 0.1)], 0)).toEqual([{ threshold: 0.5, from: 'default' }]);
});

test('undecided cells have no say', () => {
  fc.assert(
    fc.property(judgedCases, (judged) => {
      expect(tuneThresholds({ ...undecidedChanged(judged), minimumExamples: 1 })).toEqual(
        tuneThresholds({ ...judged, minimumExamples: 1 }),
      );
    }),
    { seed: 2 },
  );
});

test('a decided score that is not a number is refused', () => {
  const judged = { gold: table([[1]]), scores: [Float32Array.of(Number.NaN)], labels: 1 };
  expect(() => tuneThresholds(judged)).toThrow(expect.objectContaining({ code: 'scores_invalid' }));
});
