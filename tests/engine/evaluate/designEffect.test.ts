import { expect, test } from 'vitest';
import { cellOf } from '../../../engine/evaluate/counts.ts';
import {
  type Cells,
  designEffectOf,
  onAveragePrecision,
  onMean,
  onPooled,
} from '../../../engine/evaluate/designEffect.ts';
import { averagePrecision, type Ranked } from '../../../engine/evaluate/ranking.ts';
import { createRandom } from '../../../engine/random.ts';

const FIGURES = ['precision', 'recall', 'f1'] as const;
const random = createRandom(3);
const column = Array.from({ length: 200 }, () => cellOf(random.uniform() < 0.4, random.uniform() < 0.5));

test('a copy of a label tells nothing new, whatever the figure, of the mean of labels and of all cells together', () => {
  const copies: Cells = column.map((cell) => [cell, cell, cell]);
  const apart: Cells = column.map((cell, i) => [cell, column[(i + 50) % 200], column[(i + 100) % 200]]);
  for (const figure of FIGURES) {
    const mean = (cells: Cells) => designEffectOf(cells.length, 3, onMean(figure, cells, 3));
    const pooled = (cells: Cells) => designEffectOf(cells.length, 3, onPooled(figure, cells));
    expect([mean(copies), pooled(copies)].map((effect) => effect.toFixed(8))).toEqual([
      '3.00000000',
      '3.00000000',
    ]);
    expect(mean(apart)).toBeLessThan(1.5);
    expect(pooled(apart)).toBeLessThan(1.5);
    expect(mean([])).toBe(1);
  }
});

test('where each document has one label, a wrong one counts twice for F1, but not for precision', () => {
  // Every second document has "a" and is taken for "b".
  const cells: Cells = Array.from({ length: 40 }, (_, i) =>
    i % 2 === 0 ? ['falseNegatives', 'falsePositives'] : ['truePositives', 'trueNegatives'],
  );
  const effect = (figure: (typeof FIGURES)[number]) => designEffectOf(40, 2, onPooled(figure, cells));
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
  const found = onAveragePrecision(cells);
  for (const [i, cell] of cells.entries())
    expect(found[i]!, `cell ${i}`).toBeCloseTo((averagePrecision([...many, cell]) - value) * often, 3);
  expect(found.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 10);
  expect([...onAveragePrecision([{ gold: false, score: 0.5 }])]).toEqual([0]);
  expect([...onAveragePrecision([])]).toEqual([]);
});
