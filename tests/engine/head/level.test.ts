import { expect, test } from 'vitest';
import type { HeadEvidence, LabelAnswers } from '../../../engine/head/evidence.ts';
import { sharedLevel } from '../../../engine/head/level.ts';
import { createRandom } from '../../../engine/random.ts';

/** Suggestions whose true log-odds are `level` higher, [documents, labels]. */
function made(documents: number, labels: number, level: number) {
  const random = createRandom(4);
  const suggested = Float32Array.from({ length: documents * labels }, () => 4 * random.uniform() - 3);
  const evidence: HeadEvidence = {
    labels,
    dimensions: 1,
    suggested,
    entailed: suggested,
    embeddings: new Float32Array(documents),
  };
  const known = Array.from({ length: labels }, (_, label): LabelAnswers => {
    const rows = Array.from({ length: documents }, (_, document) => document);
    const yes = (document: number) =>
      1 / (1 + Math.exp(-suggested[document * labels + label]! - level)) > random.uniform() ? 1 : 0;
    return { documents: rows, answers: rows.map(yes) };
  });
  return { evidence, known };
}

test.each([-2, 0, 1.5])('suggestions that are %f too low are found to be', (level) => {
  const { evidence, known } = made(60, 20, level);
  expect(Math.abs(sharedLevel(evidence, known) - level)).toBeLessThan(0.3);
});

test('one cell: the root of its equation', () => {
  // One label, z = 0, answer yes: u = c by symmetry, and 0.5 c = σ(−2c).
  const { evidence } = made(1, 1, 0);
  evidence.suggested[0] = 0;
  const level = sharedLevel(evidence, [{ documents: [0], answers: [1] }]);
  expect(0.5 * level).toBeCloseTo(1 / (1 + Math.exp(2 * level)), 6);
});

test('one label that is far from the others moves what all share by little', () => {
  const { evidence, known } = made(60, 20, 0);
  const always = { documents: known[0]!.documents, answers: known[0]!.documents.map(() => 1) };
  expect(sharedLevel(evidence, [always, ...known.slice(1)])).toBeLessThan(0.3);
});

test('nothing decided, or nothing suggested where it was: 0', () => {
  const { evidence, known } = made(5, 2, 1);
  expect(sharedLevel(evidence, [])).toBe(0);
  evidence.suggested.fill(Number.NaN);
  expect(sharedLevel(evidence, known)).toBe(0);
});
