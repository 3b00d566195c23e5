import { expect, test } from 'vitest';
import { createVerdicts } from '../../../engine/check/verdicts.ts';
import { floatTensor, toFloat32 } from '../../../engine/graph/tensor.ts';
import { createTextEmbedder } from '../../../engine/inference/embed.ts';
import { createExplainer } from '../../../engine/inference/explain.ts';
import { scoreTexts } from '../../../engine/inference/score.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { changedTinyModel } from '../../support/changedModel.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { WORDS } from '../../support/tinyModel.ts';

const WORD = 'parcel';

test('a word whose weights are no numbers is told wherever a text with it is read, and by that text', async () => {
  const dir = changedTinyModel(({ graph }) => {
    const table = Float32Array.from(toFloat32(graph.initializers.get('embeddings.weight')!));
    table.fill(Number.NaN, WORDS.indexOf(WORD) * 16, (WORDS.indexOf(WORD) + 1) * 16);
    graph.initializers.set('embeddings.weight', floatTensor(table, [WORDS.length, 16]));
  });
  const nli = await loadNliModel(dir, { verdicts: createVerdicts(temporaryFolder()) });
  const [hypothesis, good, bad] = ['this is nice', 'the price is high', `the ${WORD} came late`];
  const named = { code: 'not_finite', message: expect.stringContaining(`NaN for "${bad}"`) };
  const embedder = await createTextEmbedder(await nli.encoder());
  const explainer = await createExplainer(nli);
  expect((await embedder.embed([good]))[0]!.every(Number.isFinite)).toBe(true);
  expect(await explainer.attributions(good, [hypothesis])).toHaveLength(4);
  await expect(embedder.embed([good, bad])).rejects.toMatchObject(named);
  await expect(explainer.attributions(bad, [hypothesis])).rejects.toMatchObject(named);
  const request = { texts: [good, bad], hypotheses: [hypothesis] };
  await expect(scoreTexts(nli, request)).rejects.toMatchObject(named);
  await embedder.release();
  await explainer.release();
});
