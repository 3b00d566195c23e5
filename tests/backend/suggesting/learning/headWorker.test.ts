import { expect, test } from 'vitest';
import { createHeadWorker } from '../../../../backend/suggesting/learning/headWorker.ts';
import { createRandom, type HeadTables, type LabelAnswers } from '../../../../engine/index.ts';

const [DOCUMENTS, LABELS, DIMENSIONS] = [60, 7, 5];

function made(seed: number): { tables: HeadTables; known: LabelAnswers[] } {
  const random = createRandom(seed);
  const odds = () => Float32Array.from({ length: DOCUMENTS * LABELS }, () => 2 * random.normal());
  const decided = Array.from({ length: 25 }, (_, i) => i);
  return {
    tables: {
      labels: LABELS,
      documents: DOCUMENTS,
      suggested: odds(),
      entailed: odds(),
      trained: null,
      embeddings: {
        dimensions: DIMENSIONS,
        values: Int8Array.from({ length: DOCUMENTS * DIMENSIONS }, () => random.integer(200) - 100),
        scales: new Float32Array(DOCUMENTS).fill(0.01),
        rowOf: Int32Array.from({ length: DOCUMENTS }, (_, i) => i),
      },
    },
    known: Array.from({ length: LABELS }, () => ({
      documents: decided,
      answers: decided.map(() => random.integer(2)),
    })),
  };
}

test('two threads learn what one does, of the tables that they were told last', async () => {
  const [one, two] = [createHeadWorker(1), createHeadWorker(2)];
  try {
    for (const seed of [1, 2]) {
      const { tables, known } = made(seed);
      for (const worker of [one, two]) worker.use(tables);
      const [alone, together] = await Promise.all([one, two].map((worker) => worker.learn(known, null, [])));
      expect(together!.heads.labels).toHaveLength(LABELS);
      expect(together).toEqual(alone);
      const readings = null;
      const [folded, begun] = await Promise.all([
        one.crossFit(known, readings, []),
        two.crossFit(known, readings, [], together!.heads),
      ]);
      expect(begun.documents).toEqual(folded.documents);
      for (const [i, p] of begun.probabilities.entries()) expect(p).toBeCloseTo(folded.probabilities[i]!, 4);
    }
  } finally {
    one.close();
    two.close();
  }
});
