import { expect, test } from 'vitest';
import { cellsOf, countsByLabel, type JudgedRow } from '../../../engine/evaluate/cells.ts';
import { rangesOf, withIntervals } from '../../../engine/evaluate/intervals.ts';
import { drawsFor } from '../../../engine/evaluate/macroInterval.ts';
import { evaluate } from '../../../engine/evaluate/metrics.ts';
import { createRandom } from '../../../engine/random.ts';
import { atOnce } from '../../../engine/turns.ts';

/** Two labels; the second is nowhere a yes. */
const row = (yes: number, score: number, decided = [1, 1]): JudgedRow => ({
  gold: Uint8Array.of(yes, 0),
  decided: Uint8Array.from(decided),
  scores: Float32Array.of(score, 0.1),
  thresholds: [0.5, 0.5],
});
const rows = [row(1, 0.9), row(1, 0.2), row(0, 0.7), row(0, 0.1), row(1, 0.9, [0, 1])];
const metrics = evaluate({
  gold: rows.map(({ gold }) => gold),
  decided: rows.map(({ decided }) => decided),
  scores: rows.map(({ scores }) => scores),
  labelNames: ['a', 'b'],
  thresholds: [0.5, 0.5],
});

const countsOf = (documents: readonly JudgedRow[], label: number) =>
  atOnce(countsByLabel(atOnce(cellsOf(documents, 2))))[label]!;

test('what is decided is counted, and nothing else', () => {
  expect(countsOf(rows, 0)).toEqual({
    truePositives: 1,
    falsePositives: 1,
    falseNegatives: 1,
    trueNegatives: 1,
  });
});

test('each figure has an interval that holds it; a label that can’t be judged has none', async () => {
  const found = await withIntervals(metrics, rows, { atRandom: true });
  const { macro, micro, weighted, samples, meanAveragePrecisionInterval, labels } = found;
  const [a, b] = labels;
  const sample = { chosen: false, draws: drawsFor(2), random: createRandom(1).fork('kappa 0') };
  expect(a!.intervals).toEqual(rangesOf(a!, countsOf(rows, 0), sample));
  for (const figure of ['averagePrecision', 'kappa'] as const) {
    expect(a!.intervals![figure].low).toBeLessThan(a![figure]);
    expect(a!.intervals![figure].high).toBeGreaterThan(a![figure]);
  }
  expect(a!.intervals!.f1.low).toBeLessThan(a!.f1);
  expect(a!.intervals!.f1.high).toBeGreaterThan(a!.f1);
  expect(b!.intervals).toBeUndefined();
  for (const figure of ['precision', 'recall', 'f1'] as const) {
    for (const [average, plain] of [
      [macro, metrics.macro],
      [micro, metrics.micro],
      [weighted, metrics.weighted],
      [samples, metrics.samples],
    ] as const) {
      expect(average[figure]).toBe(plain[figure]);
      expect(average.intervals![figure].low).toBeLessThan(plain[figure]);
      expect(average.intervals![figure].high).toBeGreaterThan(plain[figure]);
    }
  }
  expect(meanAveragePrecisionInterval!.low).toBeLessThan(metrics.meanAveragePrecision);
  expect(meanAveragePrecisionInterval!.high).toBeGreaterThanOrEqual(metrics.meanAveragePrecision);
  expect(Object.keys(found.figureIntervals!)).toEqual(Object.keys(metrics.figures));
  for (const [name, { low, high }] of Object.entries(found.figureIntervals!)) {
    expect(low, name).toBeLessThan(metrics.figures[name]!);
    expect(high, name).toBeGreaterThan(metrics.figures[name]!);
  }
  // Documents that a queue chose say less of others.
  const chosen = await withIntervals(metrics, rows, { atRandom: false });
  const width = ({ low, high }: { low: number; high: number }) => high - low;
  expect(width(chosen.labels[0]!.intervals!.f1)).toBeGreaterThan(width(a!.intervals!.f1));
  for (const name of Object.keys(metrics.figures))
    expect(width(chosen.figureIntervals![name]!), name).toBeGreaterThan(width(found.figureIntervals![name]!));
  for (const figure of ['averagePrecision', 'kappa'] as const)
    expect(width(chosen.labels[0]!.intervals![figure])).toBeGreaterThan(width(a!.intervals![figure]));
  expect(chosen.meanAveragePrecisionInterval!.low).toBeLessThan(meanAveragePrecisionInterval!.low);
});

test('where no label can be judged there is no interval', async () => {
  const none = [row(0, 0.1)];
  const nothing = evaluate({
    gold: none.map(({ gold }) => gold),
    scores: none.map(({ scores }) => scores),
    labelNames: ['a', 'b'],
    thresholds: [0.5, 0.5],
  });
  const { macro, micro, meanAveragePrecisionInterval } = await withIntervals(nothing, none, {
    atRandom: true,
  });
  expect([macro.intervals, micro.intervals, meanAveragePrecisionInterval]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
