import { expect, test } from 'vitest';
import { embeddingSpace, type HeadEvidence } from '../../../engine/head/evidence.ts';
import { fitHeads, headOdds } from '../../../engine/head/heads.ts';
import { labelPrototypes, withPrototypes } from '../../../engine/head/prototypes.ts';
import { logistic } from '../../../engine/nli/probability.ts';
import { createRandom } from '../../../engine/random.ts';

/** Many, so that no two documents are nearly the same by chance. */
const DIMENSIONS = 32;
const spaceOf = ({ embeddings }: HeadEvidence) => embeddingSpace([embeddings], DIMENSIONS);

/** Two labels, the first of which lies along the first axis; suggestions are right more often than not. */
function made(documents: number): HeadEvidence {
  const random = createRandom(5);
  const yes = Array.from({ length: documents }, () => random.uniform() < 0.3);
  return {
    labels: 2,
    dimensions: DIMENSIONS,
    suggested: Float32Array.from(yes.flatMap((is) => [(is ? 1 : -1) + random.normal(), random.normal()])),
    entailed: new Float32Array(2 * documents),
    embeddings: Float32Array.from(
      yes.flatMap((is) =>
        Array.from({ length: DIMENSIONS }, (_, i) => (is && i === 0 ? 2 : 0) + 0.3 * random.normal()),
      ),
    ),
  };
}

test('a label’s direction is that of the documents it is suggested for', () => {
  const evidence = made(400);
  const [prototype] = labelPrototypes(evidence, spaceOf(evidence))!;
  const [first, ...others] = prototype!.vector;
  expect(first).toBeGreaterThan(0);
  for (const other of others) expect(Math.abs(other)).toBeLessThan(0.2 * first!);
});

test('its length is 3 · n / (n + 100) over the mean distance of documents from their mean', () => {
  for (const documents of [20, 100, 300]) {
    const evidence = made(documents);
    const space = spaceOf(evidence);
    const length = Math.hypot(...labelPrototypes(evidence, space)![0]!.vector);
    expect(length / space.scale).toBeCloseTo((3 * documents) / (documents + 100), 4);
  }
});

test('a label is as likely as before on the average', () => {
  const evidence = made(300);
  const space = spaceOf(evidence);
  const { suggested } = withPrototypes(evidence, labelPrototypes(evidence, space)!, space);
  const meanOf = (odds: Float32Array, label: number) =>
    odds.filter((_, i) => i % 2 === label).reduce((sum, x) => sum + logistic(x), 0) / 300;
  for (const label of [0, 1])
    expect(meanOf(suggested, label)).toBeCloseTo(meanOf(evidence.suggested, label), 5);
  expect(Math.max(...suggested.map((x, i) => Math.abs(x - evidence.suggested[i]!)))).toBeGreaterThan(1);
});

/** The evidence with so many copies of its last document behind it, each a little different from it. */
function withCopies(evidence: HeadEvidence, copies: number): HeadEvidence {
  const random = createRandom(9);
  const { labels, suggested, entailed, embeddings } = evidence;
  const suggestion = suggested.slice(-labels);
  const vector = embeddings.slice(-DIMENSIONS);
  const many = Array.from({ length: copies });
  return {
    ...evidence,
    suggested: Float32Array.from([...suggested, ...many.flatMap(() => [...suggestion])]),
    entailed: Float32Array.from([...entailed, ...many.flatMap(() => [0, 0])]),
    embeddings: Float32Array.from([
      ...embeddings,
      ...many.flatMap(() => [...vector].map((x) => x + 0.01 * random.normal())),
    ]),
  };
}

test('documents that say almost the same count once, however many they are', () => {
  const evidence = made(100);
  const many = withCopies(evidence, 900);
  const added = (from: HeadEvidence) => {
    const space = spaceOf(from);
    const told = withPrototypes(evidence, labelPrototypes(from, space)!, space);
    return told.suggested.map((x, i) => x - evidence.suggested[i]!);
  };
  const once = added(evidence);
  for (const [cell, x] of added(many).entries()) expect(x).toBeCloseTo(once[cell]!, 4);
});

test('no document is moved by more than 3, also where one is far from all others', () => {
  const evidence = made(300);
  const embeddings = evidence.embeddings.map((x, i) => (i < DIMENSIONS ? 100 * x : x));
  const odd = { ...evidence, embeddings };
  const space = spaceOf(odd);
  for (const { vector } of labelPrototypes(odd, space)!) {
    const moved = Array.from({ length: 300 }, (_, row) =>
      vector.reduce((sum, x, i) => sum + x * (embeddings[row * DIMENSIONS + i]! - space.mean[i]!), 0),
    );
    expect(Math.max(...moved.map(Math.abs))).toBeLessThan(3.01);
  }
});

test('documents without a suggestion or an embedding tell nothing', () => {
  const evidence = made(50);
  const suggested = evidence.suggested.slice();
  const embeddings = evidence.embeddings.slice();
  const whole = {
    ...evidence,
    suggested: suggested.slice(20),
    embeddings: embeddings.slice(10 * DIMENSIONS),
  };
  suggested.fill(Number.NaN, 0, 10);
  embeddings.fill(Number.NaN, 5 * DIMENSIONS, 10 * DIMENSIONS);
  const holed = { ...evidence, suggested, embeddings };
  const space = spaceOf(whole);
  // Of the first ten, five have an embedding and no suggestion, the others neither.
  const found = labelPrototypes(holed, space)!;
  for (const [label, { vector, constant }] of labelPrototypes(whole, space)!.entries()) {
    expect(found[label]!.constant).toBeCloseTo(constant, 5);
    for (const [i, x] of vector.entries()) expect(found[label]!.vector[i]).toBeCloseTo(x, 5);
  }
  const { suggested: kept } = withPrototypes(holed, found, space);
  expect(kept[0]).toBeNaN();
  expect(kept.subarray(20).every((x) => !Number.isNaN(x))).toBe(true);
  expect(labelPrototypes({ ...holed, suggested: suggested.fill(Number.NaN) }, space)).toBeNull();
});

test('a label that nobody decided keeps what documents tell, and a decided one what decisions do not deny', () => {
  const evidence = made(200);
  const space = spaceOf(evidence);
  const prototypes = labelPrototypes(evidence, space)!;
  const nothing = { documents: [], answers: [] };
  const expected = withPrototypes(evidence, prototypes, space).suggested;
  const untaught = fitHeads(evidence, [nothing, nothing], { prototypes });
  headOdds(evidence, untaught).forEach((odds, cell) => {
    expect(odds).toBeCloseTo(expected[cell]!, 4);
  });
  // What documents tell is told of their embeddings: one that has none keeps its suggestion.
  const notEmbedded = {
    ...evidence,
    embeddings: new Float32Array(evidence.embeddings.length).fill(Number.NaN),
  };
  headOdds(notEmbedded, untaught).forEach((odds, cell) => {
    expect(odds).toBeCloseTo(evidence.suggested[cell]!, 5);
  });
  // Every document is a yes: only the level moves, by much more than the direction does.
  const documents = [0, 1, 2];
  const known = [{ documents, answers: [1, 1, 1] }, nothing];
  const { labels } = fitHeads(evidence, known, { prototypes });
  const [first] = labels[0]!.embedding!;
  expect(first).toBeGreaterThan(0.4 * prototypes[0]!.vector[0]!);
  expect(labels[0]!.constant).toBeGreaterThan(0);
});
