import { expect, test } from 'vitest';
import { createScorer } from '../../../engine/inference/score.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

test('pairs that are not asked are not scored, and the others are as if all were', async () => {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  const scorer = await createScorer(await loadNliModel(dir));
  const texts = ['the parcel came late', `${'the price is high . '.repeat(60)}`, 'nice colour'];
  const hypotheses = ['this is about price .', 'this is about shipping .'];
  try {
    const all = await scorer.score({ texts, hypotheses });
    const done: number[] = [];
    const some = await scorer.score({
      ...{ texts, hypotheses, onProgress: (_: number, total: number) => void done.push(total) },
      asked: Uint8Array.of(1, 0, 0, 1, 0, 0),
    });
    const odds = some.map((row) => [...row.odds]);
    expect(odds[0]![0]).toBeCloseTo(all[0]!.odds[0]!, 5);
    expect(odds[1]![1]).toBeCloseTo(all[1]!.odds[1]!, 5);
    expect([odds[0]![1], odds[1]![0], ...odds[2]!]).toEqual(Array(4).fill(Number.NEGATIVE_INFINITY));
    expect(some[1]!.passages[1]).toEqual(all[1]!.passages[1]);
    const windows = done[0]! - 1;
    expect(windows).toBeGreaterThan(1);
    expect(await scorer.score({ texts, hypotheses, asked: new Uint8Array(6) })).toHaveLength(3);
  } finally {
    await scorer.release();
  }
});
