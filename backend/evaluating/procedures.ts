import { os } from '../app/base.ts';
import { BackendError } from '../errors.ts';
import { learnerOf } from '../suggesting/learning/learner.ts';
import { setTarget } from '../suggesting/targets.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';
import { evaluationOf } from './evaluation.ts';
import { lockTestSample, testSampleOf } from './testSample.ts';
import { whyNothing } from './whyNothing.ts';

/** Of test samples: the same documents give the same sample. */
const SEED = 1;

export const evaluation = {
  get: os.evaluation.get.handler(async ({ context: { workspace } }) => {
    const { project, suggestions, refresh } = workspace.opened();
    const found = await evaluationOf(project);
    // Labels or documents that came after the training are read by the untrained model too.
    if (found?.on === 'test sample' && (found.untrained?.missing ?? 0) > 0 && !suggestions.running) refresh();
    return found;
  }),
  whyNothing: os.evaluation.whyNothing.handler(({ context: { workspace } }) =>
    whyNothing(workspace.opened().project),
  ),
  testSample: os.evaluation.testSample.handler(({ context: { workspace } }) =>
    testSampleOf(workspace.opened().project),
  ),
  drawTestSample: os.evaluation.drawTestSample.handler(({ context: { workspace }, input: { size } }) => {
    const { project } = workspace.opened();
    lockTestSample(project, { size, seed: SEED, grow: true });
    return testSampleOf(project);
  }),
  setThreshold: os.evaluation.setThreshold.handler(({ context: { workspace }, input }) => {
    const { project } = workspace.opened();
    const { labels, runs, settings } = project.stores;
    const place = labels.all().findIndex(({ id }) => id === input.labelId);
    if (place < 0) throw new BackendError('label_missing', 'This label is not there any more.');
    project.write(() => runs.setThreshold(settings.get('activeRun'), input.labelId, input.threshold));
    return { threshold: thresholdsOf(project)[place]! };
  }),
  setTarget: os.evaluation.setTarget.handler(async ({ context: { workspace }, input }) => {
    const { project } = workspace.opened();
    setTarget(project, input.labelIds, input.target);
    await learnerOf(project).follow({ whole: true });
    return null;
  }),
};
