import { expect, test } from 'vitest';
import { fitLogistic } from '../../../engine/head/logistic.ts';
import { createRandom } from '../../../engine/random.ts';

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

function made(rows: number, width: number, seed: number) {
  const random = createRandom(seed);
  const features = Float32Array.from({ length: rows * width }, () => 4 * random.uniform() - 2);
  const offsets = Float32Array.from({ length: rows }, () => 2 * random.uniform() - 1);
  const answers = Uint8Array.from({ length: rows }, (_, row) =>
    logistic(2 * features[row * width]! + offsets[row]!) > random.uniform() ? 1 : 0,
  );
  return { features, width, offsets, answers };
}

/** The gradient of the loss, written out plainly. */
function gradientAt(
  { features, width, offsets, answers }: ReturnType<typeof made>,
  v: Float64Array,
): number[] {
  return Array.from(v, (weight, column) => {
    let sum = weight;
    for (let row = 0; row < offsets.length; row++) {
      let logit = offsets[row]!;
      for (let i = 0; i < width; i++) logit += features[row * width + i]! * v[i]!;
      sum += (logistic(logit) - answers[row]!) * features[row * width + column]!;
    }
    return sum;
  });
}

test.each([
  [5, 40],
  [200, 7],
  [60, 60],
])('of %i rows and %i columns the gradient is zero where the search ends', (rows, width) => {
  const problem = made(rows, width, 3);
  const v = fitLogistic(problem);
  expect(Math.hypot(...gradientAt(problem, v))).toBeLessThan(1e-5);
  expect(v[0]).toBeGreaterThan(0);
});

test('one feature with one answer: the root of v = σ(−v), which is 0.401058', () => {
  const problem = {
    features: Float32Array.of(1),
    width: 1,
    offsets: Float32Array.of(0),
    answers: Uint8Array.of(1),
  };
  expect(fitLogistic(problem)[0]).toBeCloseTo(0.401058, 5);
});

test('where the search begins changes nothing', () => {
  const problem = made(80, 12, 5);
  const far = Float64Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 30 : -30));
  const one = fitLogistic(problem);
  const other = fitLogistic(problem, far);
  expect(Math.max(...one.map((x, i) => Math.abs(x - other[i]!)))).toBeLessThan(1e-5);
  expect(far[0]).toBe(30);
});

test('answers that a line divides and features of any size give finite weights', () => {
  const features = Float32Array.of(1e4, -1e4, 5e3, -5e3);
  const v = fitLogistic({
    features,
    width: 1,
    offsets: Float32Array.of(-50, 50, 8, -8),
    answers: Uint8Array.of(1, 0, 1, 0),
  });
  expect(Number.isFinite(v[0])).toBe(true);
  expect(v[0]).toBeGreaterThan(0);
});

test('without rows it is the prior', () => {
  const none = {
    features: new Float32Array(),
    width: 3,
    offsets: new Float32Array(),
    answers: new Uint8Array(),
  };
  expect([...fitLogistic(none)]).toEqual([0, 0, 0]);
});
