import { expect, test } from 'vitest';
import { EngineError } from '../../../engine/errors.ts';
import { createLastingScorer } from '../../../engine/inference/fallback.ts';
import { createScorer } from '../../../engine/inference/score.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeTinyModel } from '../../support/tinyModel.ts';

const request = {
  texts: ['the parcel came late', 'nice colour'],
  hypotheses: ['this is about shipping .', 'this is about price .'],
};

async function tinyModel() {
  const dir = temporaryFolder();
  writeTinyModel(dir);
  return loadNliModel(dir);
}

/** The CPU under another name, which fails when loaded or at its second use. */
const faulty =
  (when: 'load' | 'run'): typeof createScorer =>
  async (model, options = {}) => {
    const { device, ...rest } = options;
    const scorer = await createScorer(model, rest);
    if (device === 'cpu') return scorer;
    if (when === 'load')
      throw new EngineError('model_refused', 'ONNX Runtime cannot load the model: no adapter');
    let uses = 0;
    return {
      ...scorer,
      score: async (given) => {
        uses += 1;
        if (uses === 2) throw new EngineError('run_failed', 'ONNX Runtime stopped: device lost');
        return scorer.score(given);
      },
    };
  };

test.each(['load', 'run'] as const)(
  '53: a device that fails to %s is left for the CPU, with the same scores',
  async (when) => {
    const model = await tinyModel();
    const notices: string[] = [];
    const plain = await createScorer(model);
    const expected = await plain.score(request);
    await plain.release();
    const scorer = await createLastingScorer(
      model,
      { device: 'webgpu' },
      (text) => notices.push(text),
      faulty(when),
    );
    for (let i = 0; i < 3; i++) expect(await scorer.score(request)).toEqual(expected);
    await scorer.release();
    expect(notices).toEqual([expect.stringMatching(/^WebGPU cannot run this model .*processor does it\.$/)]);
  },
);

test('a request that was cancelled is not repeated on the CPU', async () => {
  const scorer = await createLastingScorer(
    await tinyModel(),
    { device: 'webgpu' },
    () => undefined,
    faulty('run'),
  );
  const signal = AbortSignal.abort();
  await expect(scorer.score({ ...request, signal })).rejects.toMatchObject({ code: 'cancelled' });
  await scorer.release();
});
