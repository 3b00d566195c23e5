import { os, wired } from '../app/base.ts';
import { planTraining } from './plan.ts';
import { activateRun, renameRun, runsOf } from './runs.ts';
import { resume, train } from './train.ts';

const STARTED = { started: true } as const;

export const training = {
  plan: os.training.plan.handler(({ context: { workspace }, input }) => {
    const { project, training: job } = workspace.opened();
    return planTraining(project, input, { running: job.running });
  }),
  start: os.training.start.handler(async ({ context: { workspace, engine }, input }) => {
    const { project, training: job } = workspace.opened();
    const { method, epochs, seed, learningRate, keep } = input;
    const options = {
      method,
      epochs,
      seed,
      ...(learningRate !== undefined && { learningRate }),
      ...(keep !== undefined && { keep }),
    };
    await job.start(async (listener) => {
      const { device } = await engine.devices.choose('auto', 'training');
      return train(project, engine, { options, device, listener });
    });
    return STARTED;
  }),
  resume: os.training.resume.handler(async ({ context: { workspace, engine }, input: { run } }) => {
    const { project, training: job } = workspace.opened();
    await job.start((listener) => resume(project, engine, { run, listener }));
    return STARTED;
  }),
  cancel: os.training.cancel.handler(({ context: { workspace } }) => ({
    cancelled: workspace.opened().training.cancel(),
  })),
  watch: os.training.watch.handler(({ context: { workspace }, signal }) =>
    wired(workspace.opened().training.watch(signal)),
  ),
  runs: os.training.runs.handler(({ context: { workspace } }) => runsOf(workspace.opened().project)),
  rename: os.training.rename.handler(({ context: { workspace }, input: { run, name } }) => {
    const { project } = workspace.opened();
    renameRun(project, run, name);
    return runsOf(project);
  }),
  activate: os.training.activate.handler(({ context: { workspace }, input: { run } }) => {
    const { project, refresh } = workspace.opened();
    const active = activateRun(project, run);
    refresh();
    return { active };
  }),
};
