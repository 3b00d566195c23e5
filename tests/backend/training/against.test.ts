import { expect, test } from 'vitest';
import { suggest } from '../../../backend/suggesting/suggesting.ts';
import { train } from '../../../backend/training/train.ts';
import { annotatedProject } from '../../support/learning.ts';
import { right, trainedTo, wrong } from '../../support/trainedTo.ts';

const OPTIONS = { epochs: 12, batchSize: 8, learningRate: 1e-2, seed: 3 };
const request = { options: OPTIONS, device: 'cpu' as const };

test('a run that does clearly worse than what suggested before, on the same documents, does not take over', async () => {
  const { project, engine } = annotatedProject();
  await suggest(project, engine, { device: 'cpu', precision: 'auto' });
  const better = await train(project, trainedTo(engine, right), request);
  expect(better.report).toMatchObject({ tookOver: true, against: { run: 0, documents: 8, ownMacroF1: 1 } });
  expect(project.stores.settings.get('activeRun')).toBe(better.run);

  const worse = await train(project, trainedTo(engine, wrong), request);
  expect(worse.report).toMatchObject({
    tookOver: false,
    against: { run: better.run, documents: 8, macroF1: 1, ownMacroF1: expect.closeTo(0.67, 2) },
  });
  expect(project.stores.settings.get('activeRun')).toBe(better.run);
  expect(project.stores.runs.get(worse.run)).toMatchObject({ status: 'done' });
});

test('a run that is worse on one of a few documents takes over: that may be chance', async () => {
  const { project, engine } = annotatedProject();
  await suggest(project, engine, { device: 'cpu', precision: 'auto' });
  await train(project, trainedTo(engine, right), request);
  let seen = 0;
  const almost = (gold: Uint8Array) => (seen++ === 0 ? wrong(gold) : right(gold));
  const { run, report } = await train(project, trainedTo(engine, almost), request);
  expect(report).toMatchObject({ tookOver: true, against: { documents: 8, macroF1: 1 } });
  expect(report.against!.ownMacroF1).toBeLessThan(1);
  expect(project.stores.settings.get('activeRun')).toBe(run);
});
