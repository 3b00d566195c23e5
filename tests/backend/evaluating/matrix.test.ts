import { expect, test } from 'vitest';
import { labelsOfMatrix, matrixOf } from '../../../backend/evaluating/matrix.ts';
import { createRandom } from '../../../engine/index.ts';
import { inTurns } from '../../../engine/turns.ts';

test('labels are in a matrix where there is room, the most frequent first, in their order', () => {
  expect(labelsOfMatrix([{ support: 1 }, { support: 5 }, { support: 3 }], 2)).toEqual([1, 2]);
});

/** Documents with so many labels, at random, a fifth of them given. */
function documentsWith(labels: number, count: number) {
  const random = createRandom(1);
  return Array.from({ length: count }, () => ({
    gold: Uint8Array.from({ length: labels }, () => (random.uniform() < 0.2 ? 1 : 0)),
    scores: Float32Array.from({ length: labels }, () => random.uniform()),
    thresholds: new Float64Array(labels).fill(0.5),
  }));
}

const supportOf = (documents: ReturnType<typeof documentsWith>, labels: number) =>
  Array.from({ length: labels }, (_, label) => ({
    support: documents.filter(({ gold }) => gold[label] === 1).length,
  }));

test('it counts each label given against each suggested', async () => {
  const documents = documentsWith(30, 200);
  const { labels, counts } = await inTurns(matrixOf(documents, supportOf(documents, 30)));
  expect(labels).toHaveLength(20);
  const wanted = labels.map((given) =>
    labels.map(
      (suggested) =>
        documents.filter(({ gold, scores }) => gold[given] === 1 && scores[suggested]! >= 0.5).length,
    ),
  );
  expect(counts).toEqual(wanted);
});

test('ten thousand labels need no more room than twenty', async () => {
  const documents = documentsWith(10_000, 2);
  const { labels, counts } = await inTurns(matrixOf(documents, supportOf(documents, 10_000)));
  expect([labels.length, ...counts.map((row) => row.length)]).toEqual(Array(21).fill(20));
});
