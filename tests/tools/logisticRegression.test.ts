import { expect, test } from 'vitest';
import { createRandom } from '../../engine/random.ts';
import { logisticRegression } from '../../tools/nli/logisticRegression.ts';

test('coefficients that answers were drawn with are found again', () => {
  const random = createRandom(1);
  const truth = [-0.5, 2, -1];
  const rows = Array.from({ length: 20_000 }, () => {
    const x = [1, 2 * random.uniform() - 1, 2 * random.uniform() - 1];
    const logit = x.reduce((sum, value, i) => sum + value * truth[i]!, 0);
    return { x, gold: random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0, weight: 1 / 20_000 };
  });
  const found = logisticRegression(rows);
  // A ridge of 1e-4 draws them a little towards 0.
  found.forEach((value, i) => {
    expect(Math.abs(value - truth[i]!)).toBeLessThan(0.1);
  });
});
