import { expect, test } from 'vitest';
import { comparison } from '../../cli/commands/evaluate.ts';
import { metricsTable } from '../../cli/output.ts';
import { evaluate, withIntervals } from '../../engine/index.ts';

const rowOf = (yes: number, score: number) => ({
  gold: Uint8Array.of(yes, 0),
  decided: Uint8Array.of(1, 1),
  scores: Float32Array.of(score, 0.1),
  thresholds: [0.5, 0.5],
});
const tableOf = async (rows: ReturnType<typeof rowOf>[]) =>
  metricsTable(
    await withIntervals(
      evaluate({
        gold: rows.map(({ gold }) => gold),
        scores: rows.map(({ scores }) => scores),
        labelNames: ['late', 'price'],
        thresholds: [0.5, 0.5],
      }),
      rows,
      { atRandom: true },
    ),
  );
const lineOf = (table: string, name: string) => table.split('\n').find((line) => line.includes(name)) ?? '';

test('figures are printed with their intervals, and what can’t be judged as a dash', async () => {
  const table = await tableOf([rowOf(1, 0.9), rowOf(1, 0.2), rowOf(0, 0.7), rowOf(0, 0.1)]);
  expect(lineOf(table, 'late').match(/50\.0 % \(\d+\.\d to \d+\.\d\)/g)).toHaveLength(3);
  // Average precision and kappa.
  expect(lineOf(table, 'late')).toMatch(/\d+\.\d % \(\d+\.\d to \d+\.\d\) +│ 0\.00 \(-0\.\d\d to 0\.\d\d\)/);
  expect(lineOf(table, 'price').match(/–/g)).toHaveLength(5);
  // Precision, recall and F1, and average precision.
  expect(lineOf(table, 'macro').match(/\d+\.\d % \(\d+\.\d to \d+\.\d\)/g)).toHaveLength(4);
  expect(lineOf(table, 'micro').match(/50\.0 % \(\d+\.\d to \d+\.\d\)/g)).toHaveLength(3);
  for (const name of ['weighted', 'samples'])
    expect(lineOf(table, name).match(/\d+\.\d % \(\d+\.\d to \d+\.\d\)/g)).toHaveLength(3);
  expect(table).toMatch(
    /All labels of a document right: 50\.0 % \(.+\); single decisions wrong: 25\.0 % \(.+\); .+: 0\.\d\d \(\d\.\d\d to \d\.\d\d\)\./,
  );
  expect(table).toContain('95 % intervals');
  expect(table).toContain('leave out 1 of 2 labels');
});

test('averages of nothing are dashes', async () => {
  const table = await tableOf([rowOf(0, 0.7)]);
  for (const name of ['macro', 'micro', 'weighted', 'samples'])
    expect(lineOf(table, name)).not.toContain('%');
  // With yeses alone, or noes, everything is right.
  expect(table).not.toMatch(/all labels of a document right/i);
});

test('the untrained model beside a run is said to be at the threshold that it was measured at', async () => {
  const rows = [rowOf(1, 0.9), rowOf(0, 0.2)];
  const metricsAt = (threshold: number) =>
    withIntervals(
      evaluate({
        gold: rows.map(({ gold }) => gold),
        scores: rows.map(({ scores }) => scores),
        labelNames: ['late', 'price'],
        thresholds: [threshold, threshold],
      }),
      rows,
      { atRandom: true },
    );
  expect(comparison(await metricsAt(0.3), await metricsAt(0.3))).toMatch(/on the same rows, at 0\.3:/);
  expect(comparison(await metricsAt(0.7), await metricsAt(0.5))).toMatch(/on the same rows, at 0\.5:/);
});
