import { expect, test } from 'vitest';
import { createRandom } from '../../engine/random.ts';
import type { TextSet } from '../../tools/nli/readData.ts';
import { averageIntervals, sampledScores } from '../../tools/nli/zeroShotIntervals.ts';
import { zeroShotScores } from '../../tools/nli/zeroShotTable.ts';

const LABELS = 4;

/** Texts with 0 to 2 labels and scores that tend to be right, some equal. `skill` moves right ones up. */
function made(texts: number, { seed, skill }: { seed: number; skill: number }) {
  const random = createRandom(seed);
  const labels = Array.from({ length: LABELS }, (_, i) => ({
    name: `l${i}`,
    description: '',
    hypothesis: '',
  }));
  const rows = Array.from({ length: texts }, (_, i) => ({
    text: `${i}`,
    labels: [...new Set(Array.from({ length: random.integer(3) }, () => random.integer(LABELS)))],
  }));
  const set: TextSet = { name: 's', labels, texts: rows };
  const scores = rows.map((row) =>
    Float32Array.from(labels, (_, label) => {
      const right = row.labels.includes(label) ? skill : 0;
      return Math.round((random.uniform() * 0.8 + right) * 20) / 25;
    }),
  );
  return { set, scores };
}

test('each text once: the same as the table’s numbers', () => {
  for (const seed of [1, 2, 3]) {
    const one = made(40, { seed, skill: 0.3 });
    const { macroF1, macroF1Best, meanAveragePrecision, topLabel } = zeroShotScores(one.set, one.scores);
    const sampled = sampledScores(one)(new Uint32Array(40).fill(1));
    expect(sampled.macroF1).toBeCloseTo(macroF1, 10);
    expect(sampled.macroF1Best).toBeCloseTo(macroF1Best, 10);
    expect(sampled.meanAveragePrecision).toBeCloseTo(meanAveragePrecision, 10);
    expect(sampled.topLabel).toBeCloseTo(topLabel, 10);
  }
});

test('a sample: the same as of the sample written out, where every label occurs', () => {
  const one = made(30, { seed: 4, skill: 0.3 });
  const random = createRandom(5);
  const drawn = Uint32Array.from({ length: 30 }, () => 1 + random.integer(3));
  const written = [...drawn].flatMap((count, text) => Array<number>(count).fill(text));
  const set = { ...one.set, texts: written.map((text) => one.set.texts[text]!) };
  const table = zeroShotScores(
    set,
    written.map((text) => one.scores[text]!),
  );
  const sampled = sampledScores(one)(drawn);
  expect(sampled.macroF1).toBeCloseTo(table.macroF1, 10);
  expect(sampled.meanAveragePrecision).toBeCloseTo(table.meanAveragePrecision, 10);
  expect(sampled.topLabel).toBeCloseTo(table.topLabel, 10);
});

test('a label that no drawn text has is left out, one that the set never has counts as in the table', () => {
  const labels = ['a', 'b', 'c'].map((name) => ({ name, description: '', hypothesis: '' }));
  const texts = [
    { text: '1', labels: [0] },
    { text: '2', labels: [1] },
  ];
  const scores = [Float32Array.from([0.9, 0.1, 0.1]), Float32Array.from([0.1, 0.9, 0.2])];
  const scorer = sampledScores({ set: { name: 's', labels, texts }, scores });
  expect(scorer([1, 1])).toMatchObject({ macroF1: 2 / 3, meanAveragePrecision: 2 / 3, topLabel: 1 });
  expect(scorer([2, 0])).toMatchObject({ macroF1: 1 / 2, meanAveragePrecision: 1 / 2, topLabel: 1 });
});

test('intervals hold the estimate, narrow with more texts, and a difference of like models holds 0', () => {
  const wide = averageIntervals([made(40, { seed: 6, skill: 0.3 })], { resamples: 200 });
  const narrow = averageIntervals([made(640, { seed: 6, skill: 0.3 })], { resamples: 200 });
  for (const key of ['macroF1', 'macroF1Best', 'meanAveragePrecision', 'topLabel'] as const) {
    expect(wide[key].low).toBeLessThanOrEqual(wide[key].estimate);
    expect(wide[key].high).toBeGreaterThanOrEqual(wide[key].estimate);
    expect(narrow[key].high - narrow[key].low).toBeLessThan((wide[key].high - wide[key].low) / 2);
  }
  const one = made(300, { seed: 7, skill: 0.3 });
  const noise = createRandom(8);
  const scores = (shift: number) =>
    one.scores.map((row, text) =>
      row.map((x, label) => {
        const has = one.set.texts[text]!.labels.includes(label);
        return x + (has ? shift : 0) + noise.normal() * 0.01;
      }),
    );
  // Noise breaks ties, which alone ranks better, so both sides have it.
  const against = [{ set: one.set, scores: scores(0) }];
  const difference = (shift: number) =>
    averageIntervals([{ set: one.set, scores: scores(shift) }], { against, resamples: 200 });
  const same = difference(0).meanAveragePrecision;
  expect(same.low).toBeLessThan(0);
  expect(same.high).toBeGreaterThan(0);
  expect(difference(0.2).meanAveragePrecision.low).toBeGreaterThan(0);
});
