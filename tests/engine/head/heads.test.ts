import { expect, test } from 'vitest';
import { embeddingSpace, type HeadEvidence, type LabelAnswers } from '../../../engine/head/evidence.ts';
import { fitHeads, headOdds } from '../../../engine/head/heads.ts';
import { createRandom } from '../../../engine/random.ts';

const LABELS = 3;
const DIMENSIONS = 8;

/** Documents whose first embedding dimensions tell their labels, and suggestions that are right more often than not. */
function made(documents: number, seed = 1) {
  const random = createRandom(seed);
  const gold = Uint8Array.from({ length: documents * LABELS }, () => (random.uniform() < 0.3 ? 1 : 0));
  const noise = () => random.uniform() + random.uniform() - 1;
  const odds = () => Float32Array.from(gold, (yes) => (yes ? 1.5 : -0.5) + 3 * noise());
  const evidence: HeadEvidence = {
    labels: LABELS,
    dimensions: DIMENSIONS,
    suggested: odds(),
    entailed: odds(),
    embeddings: Float32Array.from({ length: documents * DIMENSIONS }, (_, i) => {
      const dimension = i % DIMENSIONS;
      const document = (i - dimension) / DIMENSIONS;
      return 0.3 + noise() + (dimension < LABELS && gold[document * LABELS + dimension] === 1 ? 1.2 : 0);
    }),
  };
  const answersOf = (known: readonly number[]): LabelAnswers[] =>
    Array.from({ length: LABELS }, (_, label) => ({
      documents: known,
      answers: known.map((document) => gold[document * LABELS + label]!),
    }));
  return { evidence, gold, answersOf };
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const largest = (one: Float32Array, other: Float32Array) =>
  one.reduce((most, x, i) => Math.max(most, Math.abs(x - other[i]!)), 0);

test('without a decision it is the zero-shot suggestion', () => {
  const { evidence, answersOf } = made(20);
  expect(headOdds(evidence, fitHeads(evidence, answersOf([])))).toEqual(evidence.suggested);
});

test('decisions make it better than the suggestion on documents it has not seen', () => {
  const { evidence, gold, answersOf } = made(1000);
  const errors = (odds: Float32Array) =>
    odds.reduce((sum, x, i) => sum + (i >= 300 * LABELS && (x > 0 ? 1 : 0) !== gold[i] ? 1 : 0), 0);
  const few = errors(headOdds(evidence, fitHeads(evidence, answersOf(upTo(30)))));
  const many = errors(headOdds(evidence, fitHeads(evidence, answersOf(upTo(300)))));
  const none = errors(evidence.suggested);
  expect(few).toBeLessThan(0.8 * none);
  expect(many).toBeLessThan(0.8 * few);
});

test('what is expected of a label that nobody decided follows the decisions of the others', () => {
  const { evidence, answersOf } = made(200);
  const [first, second] = answersOf(upTo(100));
  // Suggestions are too low throughout.
  const shifted = { ...evidence, suggested: evidence.suggested.map((z) => z - 3) };
  const heads = fitHeads(shifted, [first!, second!, { documents: [], answers: [] }]);
  expect(heads.labels[2]!.embedding).toBeNull();
  expect(heads.labels[2]!.constant).toBeGreaterThan(1);
  const odds = headOdds(shifted, heads);
  const higher = upTo(200).filter((i) => odds[i * LABELS + 2]! > shifted.suggested[i * LABELS + 2]!);
  expect(higher.length).toBeGreaterThan(150);
});

test('from heads of a moment ago the same is found', () => {
  const { evidence, answersOf } = made(120);
  const before = fitHeads(evidence, answersOf(upTo(80)));
  const warm = headOdds(evidence, fitHeads(evidence, answersOf(upTo(81)), { before }));
  const cold = headOdds(evidence, fitHeads(evidence, answersOf(upTo(81))));
  expect(largest(warm, cold)).toBeLessThan(1e-4);
});

test('a document without a suggestion, without an embedding, without both', () => {
  const { evidence, answersOf } = made(60);
  evidence.suggested[0] = Number.NaN;
  evidence.embeddings.fill(Number.NaN, DIMENSIONS, 2 * DIMENSIONS);
  evidence.embeddings.fill(Number.NaN, 2 * DIMENSIONS, 3 * DIMENSIONS);
  evidence.entailed.fill(Number.NaN, 2 * LABELS, 3 * LABELS);
  const heads = fitHeads(evidence, answersOf(upTo(40)));
  const odds = headOdds(evidence, heads);
  expect(odds.subarray(0, 2 * LABELS).every(Number.isFinite)).toBe(true);
  expect([...odds.subarray(2 * LABELS, 3 * LABELS)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  expect(odds.subarray(3 * LABELS).every(Number.isFinite)).toBe(true);
});

test('a part of the documents is the same as in the whole', () => {
  const { evidence, answersOf } = made(50);
  const heads = fitHeads(evidence, answersOf(upTo(20)));
  const whole = headOdds(evidence, heads);
  expect(headOdds(evidence, heads, { from: 10, to: 13 })).toEqual(whole.slice(10 * LABELS, 13 * LABELS));
});

test('the space: mean distance from the mean is 1, documents without an embedding left out', () => {
  const { mean, scale } = embeddingSpace(
    [Float32Array.of(1, 0, Number.NaN, Number.NaN), Float32Array.of(5, 0)],
    2,
  );
  expect([...mean]).toEqual([3, 0]);
  expect(scale).toBeCloseTo(0.5, 12);
  expect(embeddingSpace([new Float32Array()], 4)).toEqual({ mean: new Float32Array(4), scale: 1 });
});

test('yeses alone tell what such documents are like, and not how many there are', () => {
  const { evidence, gold, answersOf } = made(1000);
  const yesesOf = (known: readonly number[]) =>
    answersOf(known).map(({ documents, answers }) => {
      const yeses = documents.filter((_, i) => answers[i] === 1);
      return { documents: yeses, answers: yeses.map(() => 1), oneSided: yeses.map(() => 1) };
    });
  const share = (odds: Float32Array) =>
    odds.reduce((sum, x) => sum + 1 / (1 + Math.exp(-x)), 0) / odds.length;
  /** Pairs of a document that has a label and one that has not, in the right order. */
  const ordered = (odds: Float32Array) => {
    const of = (wanted: number) => [...odds].filter((_, i) => i >= 300 * LABELS && gold[i] === wanted);
    const [yes, no] = [of(1), of(0)];
    return yes.reduce((sum, y) => sum + no.filter((n) => y > n).length, 0) / (yes.length * no.length);
  };
  const alone = headOdds(evidence, fitHeads(evidence, yesesOf(upTo(300))));
  expect(share(alone)).toBeCloseTo(share(evidence.suggested), 3);
  expect(ordered(alone)).toBeGreaterThan(ordered(evidence.suggested) + 0.02);
  // As if they were all that was answered.
  const taken = yesesOf(upTo(300)).map(({ documents, answers }) => ({ documents, answers }));
  expect(share(headOdds(evidence, fitHeads(evidence, taken)))).toBeGreaterThan(0.7);

  const finished = answersOf(upTo(40));
  const byFinished = headOdds(evidence, fitHeads(evidence, finished));
  const more = yesesOf(upTo(300).slice(40));
  const both = finished.map(({ documents, answers }, label) => ({
    documents: [...documents, ...more[label]!.documents],
    answers: [...Array.from(answers), ...more[label]!.answers],
    oneSided: [...documents.map(() => 0), ...more[label]!.oneSided],
  }));
  const odds = headOdds(evidence, fitHeads(evidence, both));
  expect(share(odds)).toBeCloseTo(share(byFinished), 3);
  expect(ordered(odds)).toBeGreaterThan(ordered(byFinished));
});
