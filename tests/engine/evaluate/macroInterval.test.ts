import { expect, test } from 'vitest';
import { type Counts, cellOf, noCounts, scoresOf } from '../../../engine/evaluate/counts.ts';
import { labelIntervals } from '../../../engine/evaluate/credible.ts';
import { macroInterval as intervalSteps } from '../../../engine/evaluate/macroInterval.ts';
import { createRandom } from '../../../engine/random.ts';
import { atOnce } from '../../../engine/turns.ts';

const macroInterval = (...given: Parameters<typeof intervalSteps>) => atOnce(intervalSteps(...given));

const RANDOM = { chosen: false };
const counts = (truePositives: number, falsePositives: number, falseNegatives: number): Counts => ({
  ...noCounts(),
  truePositives,
  falsePositives,
  falseNegatives,
});
const interval = (judged: readonly Counts[], designEffect = 1) =>
  macroInterval('f1', { judged, designEffect }, createRandom(1));
const width = ({ low, high }: { low: number; high: number }) => high - low;

test('the macro average has an interval narrower than its labels have, the same every time', () => {
  const labels = [counts(7, 3, 1), counts(4, 2, 4), counts(9, 1, 2)];
  const macro = interval(labels);
  const widest = Math.max(...labels.map((one) => width(labelIntervals(one, RANDOM).f1)));
  expect(width(macro)).toBeLessThan(widest);
  expect(macro.estimate).toBeCloseTo((14 / 18 + 8 / 14 + 18 / 21) / 3, 10);
  expect(interval(labels)).toEqual(macro);
  expect(() => interval([])).toThrow('a label that can be judged');
});

test('of one label with many cases it is that of the label', () => {
  const one = counts(60, 30, 20);
  const macro = interval([one]);
  const { low, high } = labelIntervals(one, RANDOM).f1;
  expect(macro.low).toBeCloseTo(low, 1);
  expect(macro.high).toBeCloseTo(high, 1);
});

test('a label that was never suggested has no precision: its average is still within its interval', () => {
  // The figure takes it for 0; as if any were as likely, the interval began at the figure.
  const never = counts(0, 0, 4);
  const { estimate, low, high } = macroInterval(
    'precision',
    { judged: [counts(40, 8, 5), counts(30, 6, 9), never, never] },
    createRandom(1),
  );
  expect(estimate).toBeCloseTo((40 / 48 + 30 / 36) / 4, 10);
  expect(low).toBeLessThan(estimate - 0.03);
  expect(high).toBeGreaterThan(0.7);
});

test('a rare label that was right by luck is not taken for like the frequent ones', () => {
  // What was shown once of three labels, 0.54 in truth: the rare ones' F1 were 0.00 and 0.69, not 0 and 1.
  const judged = [counts(38, 3, 1), counts(1, 0, 0), counts(0, 0, 1)];
  expect(interval(judged)!.low).toBeLessThan(0.45);
});

test('documents that were chosen say less of others, however many they are', () => {
  const judged = [counts(400, 100, 100), counts(300, 100, 50)];
  const chosen = macroInterval('f1', { judged, chosen: true }, createRandom(1));
  expect(width(macroInterval('f1', { judged }, createRandom(1))!)).toBeLessThan(0.06);
  // Twice 1.96 standard deviations.
  expect(width(chosen)).toBeGreaterThan(0.36);
  expect(width(chosen)).toBeLessThan(0.44);
  expect(chosen.low).toBeLessThan(chosen.estimate);
});

test('an average of documents that were chosen does not reach all of them right, unless its labels may', () => {
  const judged = Array.from({ length: 6 }, () => counts(30, 5, 5));
  const { low, high } = macroInterval('f1', { judged, chosen: true }, createRandom(1));
  const ends = labelIntervals(judged[0]!, { chosen: true }).f1;
  expect(high).toBeLessThan(ends.high);
  expect(low).toBeGreaterThan(ends.low);
  expect(high).toBeLessThan(0.97);
});

test('the interval holds the truth about 95 times of 100 where some labels are too rare to be judged', () => {
  const random = createRandom(5);
  const draw = (share: number) => random.uniform() < share;
  const rounds = 150;
  let inside = 0;
  for (let round = 0; round < rounds; round++) {
    const labels = [0.4, 0.3, 0.2, 0.1, 0.05, 0.03].map((prevalence) => {
      const recall = 0.3 + 0.6 * random.uniform();
      const wrong = (0.1 + 0.6 * random.uniform()) * prevalence;
      const seen = noCounts();
      for (let i = 0; i < 25; i++) {
        const gold = draw(prevalence);
        seen[cellOf(gold, draw(gold ? recall : wrong / (1 - prevalence)))] += 1;
      }
      const truth = counts(prevalence * recall, wrong, prevalence * (1 - recall));
      return { seen, truth: scoresOf(truth).f1, judged: seen.truePositives + seen.falseNegatives > 0 };
    });
    const judged = labels.filter((label) => label.judged);
    const found = macroInterval('f1', { judged: judged.map(({ seen }) => seen) }, random);
    const truth = judged.reduce((sum, label) => sum + label.truth, 0) / judged.length;
    if (found.low <= truth && truth <= found.high) inside += 1;
  }
  expect(inside / rounds).toBeGreaterThan(0.9);
});

test('labels that go wrong together widen it', () => {
  const labels = Array.from({ length: 3 }, () => counts(40, 20, 20));
  expect(width(interval(labels, 3)) / width(interval(labels))).toBeCloseTo(Math.sqrt(3), 1);
});
