import { expect, test } from 'vitest';
import type { JudgedRow } from '../../../engine/evaluate/cells.ts';
import { withIntervals } from '../../../engine/evaluate/intervals.ts';
import { canBeJudged, evaluate } from '../../../engine/evaluate/metrics.ts';
import { createRandom } from '../../../engine/random.ts';

/** Figures of these documents with their intervals, of some of the labels or of all. */
function figuresOf(rows: readonly JudgedRow[], labels: readonly number[]) {
  const of = <T extends ArrayLike<number>>(row: T) => labels.map((label) => row[label]!);
  const own = rows.map(({ gold, decided, scores, thresholds }) => ({
    gold: Uint8Array.from(of(gold)),
    decided: Uint8Array.from(of(decided)),
    scores: Float32Array.from(of(scores)),
    thresholds: of(thresholds),
  }));
  const metrics = evaluate({
    gold: own.map(({ gold }) => gold),
    decided: own.map(({ decided }) => decided),
    scores: own.map(({ scores }) => scores),
    labelNames: labels.map(String),
    thresholds: own[0]!.thresholds,
  });
  return withIntervals(metrics, own, { atRandom: true });
}

const random = createRandom(11);

/** Good suggestions of five labels, of which some have no yes in so few documents. */
function generated(documents: number): JudgedRow[] {
  const shares = [0.5, 0.3, 0.2, 0.04, 0.04];
  return Array.from({ length: documents }, () => {
    const gold = Uint8Array.from(shares, (share) => (random.uniform() < share ? 1 : 0));
    const scores = Float32Array.from(gold, (yes) => (random.uniform() < 0.9 ? yes : 1 - yes));
    return { gold, scores, decided: new Uint8Array(5).fill(1), thresholds: [0.5, 0.5, 0.5, 0.5, 0.5] };
  });
}

test('figure and interval of an average are of the same labels: those that can’t be judged change neither', async () => {
  let leftOut = 0;
  for (let round = 0; round < 8; round++) {
    const rows = generated(14);
    const all = await figuresOf(rows, [0, 1, 2, 3, 4]);
    const judged = all.labels.flatMap((label, i) => (canBeJudged(label) ? [i] : []));
    leftOut += 5 - judged.length;
    const alone = await figuresOf(rows, judged);
    expect(all.macro).toEqual(alone.macro);
    expect([all.meanAveragePrecision, all.meanAveragePrecisionInterval]).toEqual([
      alone.meanAveragePrecision,
      alone.meanAveragePrecisionInterval,
    ]);
  }
  expect(leftOut).toBeGreaterThan(8);
});

test('no interval of an average ends at its figure, unless that is all or nothing', async () => {
  for (let round = 0; round < 20; round++) {
    const found = await figuresOf(generated(8 + 3 * round), [0, 1, 2, 3, 4]);
    const shown = (['macro', 'micro', 'weighted', 'samples'] as const).flatMap((average) =>
      (['precision', 'recall', 'f1'] as const).map((figure) => ({
        name: `${average} ${figure}, round ${round}`,
        value: found[average][figure],
        range: found[average].intervals![figure],
      })),
    );
    const ranking = { value: found.meanAveragePrecision, range: found.meanAveragePrecisionInterval! };
    for (const { name, value, range } of [
      ...shown,
      { name: `average precision, round ${round}`, ...ranking },
    ]) {
      if (value > 0) expect(range.low, name).toBeLessThan(value);
      if (value < 1) expect(range.high, name).toBeGreaterThan(value);
    }
  }
});
