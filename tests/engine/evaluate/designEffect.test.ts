import { expect, test } from 'vitest';
import { type Cells, cellsFrom, countsByLabel } from '../../../engine/evaluate/cells.ts';
import { type Counts, cellOf } from '../../../engine/evaluate/counts.ts';
import {
  designEffectOf,
  onAveragePrecision,
  onMean,
  onPooled,
} from '../../../engine/evaluate/designEffect.ts';
import { averagePrecision, cutsOf, type Ranked } from '../../../engine/evaluate/ranking.ts';
import { createRandom } from '../../../engine/random.ts';
import { atOnce } from '../../../engine/turns.ts';

const FIGURES = ['precision', 'recall', 'f1'] as const;
const random = createRandom(3);
const column = Array.from({ length: 200 }, () => cellOf(random.uniform() < 0.4, random.uniform() < 0.5));
const counted = (cells: Cells) => atOnce(countsByLabel(cells));

/** As `onAveragePrecision` takes them. */
const influences = (cells: readonly Ranked[]) => {
  const scores = (kind: boolean) =>
    Float64Array.from(cells.filter(({ gold }) => gold === kind).map(({ score }) => score));
  return onAveragePrecision({
    gold: Uint8Array.from(cells, ({ gold }) => (gold ? 1 : 0)),
    scores: Float64Array.from(cells, ({ score }) => score),
    cuts: cutsOf(scores(true), scores(false)),
  });
};

test('a copy of a label tells nothing new, whatever the figure, of the mean of labels and of all cells together', () => {
  const copies = cellsFrom(
    column.map((cell) => [cell, cell, cell]),
    3,
  );
  const apart = cellsFrom(
    column.map((cell, i) => [cell, column[(i + 50) % 200], column[(i + 100) % 200]]),
    3,
  );
  for (const figure of FIGURES) {
    const mean = (cells: Cells) => atOnce(designEffectOf(cells, onMean(figure, counted(cells))));
    const pooled = (cells: Cells) => atOnce(designEffectOf(cells, onPooled(figure, counted(cells))));
    expect([mean(copies), pooled(copies)].map((effect) => effect.toFixed(8))).toEqual([
      '3.00000000',
      '3.00000000',
    ]);
    expect(mean(apart)).toBeLessThan(1.5);
    expect(pooled(apart)).toBeLessThan(1.5);
    expect(mean(cellsFrom([], 3))).toBe(1);
  }
});

test('where each document has one label, a wrong one counts twice for F1, but not for precision', () => {
  // Every second document has "a" and is taken for "b".
  const rows = Array.from({ length: 40 }, (_, i): (keyof Counts)[] =>
    i % 2 === 0 ? ['falseNegatives', 'falsePositives'] : ['truePositives', 'trueNegatives'],
  );
  const cells = cellsFrom(rows, 2);
  const effect = (figure: (typeof FIGURES)[number]) =>
    atOnce(designEffectOf(cells, onPooled(figure, counted(cells))));
  expect(effect('f1')).toBeGreaterThan(1.2);
  expect(effect('precision')).toBe(1);
  expect(effect('recall')).toBe(1);
});

test('what a cell does to average precision is what it does when it counts a little more', () => {
  const cells: Ranked[] = [0.9, 0.8, 0.8, 0.7, 0.5, 0.5, 0.3, 0.2].map((score, i) => ({
    gold: [0, 1, 3, 5, 6].includes(i),
    score,
  }));
  const often = 2000;
  const many = cells.flatMap((cell) => Array.from({ length: often }, () => cell));
  const value = averagePrecision(cells);
  expect(averagePrecision(many)).toBeCloseTo(value, 10);
  const found = influences(cells);
  for (const [i, cell] of cells.entries())
    expect(found[i]!, `cell ${i}`).toBeCloseTo((averagePrecision([...many, cell]) - value) * often, 3);
  expect(found.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 10);
  expect([...influences([{ gold: false, score: 0.5 }])]).toEqual([0]);
  expect([...influences([])]).toEqual([]);
});
