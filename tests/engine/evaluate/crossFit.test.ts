import { expect, test } from 'vitest';
import { crossFit } from '../../../engine/evaluate/crossFit.ts';
import { evaluate } from '../../../engine/evaluate/metrics.ts';
import { tuneThresholds } from '../../../engine/evaluate/thresholds.ts';
import { createRandom } from '../../../engine/random.ts';

const LABELS = 4;
const names = ['a', 'b', 'c', 'd'];

/** Scores that know nothing: independent of the answers. */
function guessing(documents: number, epochs: number, seed: number) {
  const random = createRandom(seed);
  const share = () => random.integer(10_000) / 10_000;
  const gold = Array.from({ length: documents }, () =>
    Uint8Array.from(names, () => (share() < 0.25 ? 1 : 0)),
  );
  const candidates = Array.from({ length: epochs }, () =>
    gold.map(() => Float32Array.from(names, () => share())),
  );
  return { gold, candidates, random };
}

test('epoch and thresholds that luck chose do not look good', () => {
  let flattered = 0;
  let crossed = 0;
  let fresh = 0;
  const rounds = 60;
  for (let seed = 1; seed <= rounds; seed++) {
    const { gold, candidates, random } = guessing(20, 4, seed);
    const half = [0.5, 0.5, 0.5, 0.5];
    const f1 = (scores: readonly Float32Array[]) =>
      evaluate({ gold, scores, labelNames: names, thresholds: half }).macro.f1;
    const best = candidates.reduce((one, other) => (f1(other) > f1(one) ? other : one));
    const tuned = tuneThresholds({ gold, scores: best, labels: LABELS }).map(({ threshold }) => threshold);
    flattered += evaluate({ gold, scores: best, labelNames: names, thresholds: tuned }).macro.f1;
    const fitted = crossFit({ gold, candidates, labels: LABELS, random });
    crossed += evaluate({
      gold,
      scores: fitted.scores,
      labelNames: names,
      thresholds: tuned,
      documentThresholds: fitted.thresholds,
    }).macro.f1;
    const other = guessing(400, 1, 1000 + seed);
    fresh += evaluate({
      gold: other.gold,
      scores: other.candidates[0]!,
      labelNames: names,
      thresholds: tuned,
    }).macro.f1;
  }
  expect(flattered / rounds).toBeGreaterThan(fresh / rounds + 0.05);
  expect(Math.abs(crossed - fresh) / rounds).toBeLessThan(0.03);
});

test('each document has the scores of one epoch and thresholds, the same every time', () => {
  const { gold, candidates } = guessing(23, 3, 9);
  const fitted = crossFit({ gold, candidates, labels: LABELS, random: createRandom(4) });
  expect(fitted.scores.every((row, i) => candidates.some((rows) => rows[i] === row))).toBe(true);
  expect(fitted.thresholds.every(({ length }) => length === LABELS)).toBe(true);
  expect(crossFit({ gold, candidates, labels: LABELS, random: createRandom(4) })).toEqual(fitted);
});

test('one document is judged by the first epoch at 0.5', () => {
  const fitted = crossFit({
    gold: [Uint8Array.of(1)],
    candidates: [[Float32Array.of(0.2)], [Float32Array.of(0.9)]],
    labels: 1,
    random: createRandom(1),
  });
  expect(fitted).toEqual({ scores: [Float32Array.of(0.2)], thresholds: [Float64Array.of(0.5)] });
});
