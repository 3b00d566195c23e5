import { expect, test } from 'vitest';
import { fitRunFusion, fusedOdds } from '../../../engine/head/runFusion.ts';
import { logistic } from '../../../engine/nli/probability.ts';
import { createRandom } from '../../../engine/random.ts';

/** Answers drawn by 1.2 h + 0.3 r − 0.7. */
function drawn(cells: number) {
  const random = createRandom(11);
  const head = Float64Array.from({ length: cells }, () => 1.5 * random.normal());
  const run = Float64Array.from({ length: cells }, () => 3 * random.normal());
  const truth = { head: 1.2, run: 0.3, constant: -0.7 };
  const answers = Array.from(head, (h, i) =>
    random.uniform() < logistic(fusedOdds(truth, h, run[i]!)) ? 1 : 0,
  );
  return { cells: { head, run, answers }, truth };
}

test('many cells tell the weights, whatever is expected of them', () => {
  const { cells, truth } = drawn(60_000);
  const found = fitRunFusion(cells);
  expect(found.head).toBeCloseTo(truth.head, 1);
  expect(found.run).toBeCloseTo(truth.run, 1);
  expect(found.constant).toBeCloseTo(truth.constant, 1);
});

test('without a cell they are what is expected, and few move them little', () => {
  const expected = fitRunFusion({ head: [], run: [], answers: [] });
  expect(expected).toMatchObject({ head: 0.75, run: 0.3 });
  expect(expected.constant).toBe(0);
  const { cells } = drawn(4);
  const few = fitRunFusion(cells);
  expect(Math.abs(few.head - expected.head)).toBeLessThan(0.15);
  expect(Math.abs(few.run - expected.run)).toBeLessThan(0.15);
});

test('the weights are where the penalised loss is lowest', () => {
  const { cells } = drawn(300);
  const prior = { mean: { head: 0.4, run: 0.9, constant: 0.2 }, precision: { head: 5, run: 7, constant: 3 } };
  const loss = (weights: { head: number; run: number; constant: number }) =>
    (['head', 'run', 'constant'] as const).reduce(
      (sum, key) => sum + (prior.precision[key] / 2) * (weights[key] - prior.mean[key]) ** 2,
      cells.answers.reduce<number>((sum, yes, i) => {
        const odds = fusedOdds(weights, cells.head[i]!, cells.run[i]!);
        return sum + Math.log1p(Math.exp(yes === 1 ? -odds : odds));
      }, 0),
    );
  const found = fitRunFusion(cells, prior);
  for (const key of ['head', 'run', 'constant'] as const) {
    for (const step of [-0.02, 0.02])
      expect(loss({ ...found, [key]: found[key] + step })).toBeGreaterThan(loss(found));
  }
});

test('what heads say beyond ±8 counts as ±8, as it does for who has it as a probability', () => {
  const weights = { head: 0.75, run: 0.3, constant: 0 };
  expect(fusedOdds(weights, 20, -8)).toBe(fusedOdds(weights, 8, -8));
  expect(fusedOdds(weights, -12, 4)).toBe(fusedOdds(weights, -8, 4));
});
