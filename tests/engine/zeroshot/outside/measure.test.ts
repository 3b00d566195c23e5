import { expect, test } from 'vitest';
import { OUTSIDE_LABELS, OUTSIDE_TEXTS } from '../../../../engine/zeroshot/outside/examples.ts';
import { outsideAbility, readOutside } from '../../../../engine/zeroshot/outside/measure.ts';

const names = Object.keys(OUTSIDE_LABELS);
const perfect = OUTSIDE_TEXTS.map(({ labels }) =>
  names.map((name) => (labels.some((l) => l === name) ? 3 : -3)),
);

test('right answers are worth 1, the opposite and equal ones what chance gives at most', () => {
  expect(outsideAbility(perfect, [])).toEqual({ meanAveragePrecision: 1, labels: 20, texts: 60 });
  const opposite = perfect.map((row) => row.map((x) => -x));
  expect(outsideAbility(opposite, []).meanAveragePrecision).toBeLessThan(0.15);
  // Equal scores are taken together: the precision is the label's share of the texts.
  const shares = names.map(
    (name) => OUTSIDE_TEXTS.filter(({ labels }) => labels.some((l) => l === name)).length / 60,
  );
  const equal = outsideAbility(
    perfect.map((row) => row.map(() => 0)),
    [],
  );
  expect(equal.meanAveragePrecision).toBeCloseTo(shares.reduce((sum, share) => sum + share, 0) / 20, 10);
});

test('labels that the project has too do not count, however they are written', () => {
  const spoilt = perfect.map((row) => row.map((x, i) => (names[i] === 'a refund' ? -x : x)));
  expect(outsideAbility(spoilt, []).meanAveragePrecision).toBeLessThan(1);
  for (const own of ['a refund', ' Refunds', 'The refund'])
    expect(outsideAbility(spoilt, [own])).toEqual({ meanAveragePrecision: 1, labels: 19, texts: 60 });
});

test('each label occurs, and each text is asked about each label', async () => {
  for (const name of names)
    expect(
      OUTSIDE_TEXTS.filter(({ labels }) => labels.some((l) => l === name)).length,
    ).toBeGreaterThanOrEqual(3);
  expect(new Set(OUTSIDE_TEXTS.map(({ text }) => text)).size).toBe(60);
  const asked = await readOutside(async (texts, sentences) => [[texts.length, sentences.length]]);
  expect(asked).toEqual([[60, 20]]);
});
