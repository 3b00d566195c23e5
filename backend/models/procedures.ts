import type { ModelClasses } from '../../contract/settings.ts';
import { type Engine, rememberClasses } from '../../engine/index.ts';
import { os } from '../app/base.ts';
import { placesOf } from '../app/places.ts';
import { streamed } from '../app/streams.ts';
import { measureDevice } from '../suggesting/devices.ts';
import { agreeToForeign, agreeToModel } from './agreed.ts';
import { getModel, removeModel } from './catalogue.ts';
import { settingsModels, useModel } from './projectModel.ts';
import { resolveModel } from './resolve.ts';

async function modelClasses(engine: Engine, name: string): Promise<ModelClasses> {
  const { outputs, examples, ...choices } = await engine.classExamples((await resolveModel(name)).dir);
  return {
    ...choices,
    outputs: [...outputs],
    examples: examples.map(({ shares, ...example }) => ({ ...example, shares: [...shares] })),
  };
}

export const settings = {
  models: os.settings.models.handler(({ context: { workspace } }) =>
    settingsModels(workspace.current?.project ?? null),
  ),
  getModel: os.settings.getModel.handler(({ input: { name }, signal }) =>
    streamed<{ received: number; total: number }>(signal, async (emit, stop) => {
      await getModel(name, { signal: stop, onProgress: (received, total) => emit({ received, total }) });
      agreeToModel(name);
    }),
  ),
  removeModel: os.settings.removeModel.handler(({ context: { workspace }, input: { name } }) => {
    const project = workspace.current?.project ?? null;
    removeModel(name);
    return settingsModels(project);
  }),
  useModel: os.settings.useModel.handler(({ context: { workspace }, input: { name } }) => {
    const { project, refresh } = workspace.opened();
    useModel(project, name);
    refresh();
    return settingsModels(project);
  }),
  agreeToModel: os.settings.agreeToModel.handler(({ context: { workspace }, input: { name } }) => {
    const { project, refresh } = workspace.opened();
    agreeToForeign(project, name);
    refresh();
    return settingsModels(project);
  }),
  modelClasses: os.settings.modelClasses.handler(async ({ context: { engine }, input: { name } }) =>
    modelClasses(engine, name),
  ),
  chooseClasses: os.settings.chooseClasses.handler(
    async ({ context: { engine }, input: { name, classes } }) => {
      const { dir } = await resolveModel(name);
      await rememberClasses(dir, classes);
      return modelClasses(engine, name);
    },
  ),
  device: os.settings.device.handler(async ({ context: { engine } }) => {
    const { found, ...report } = await engine.devices.describe();
    return { ...report, found: [...found] };
  }),
  testDevice: os.settings.testDevice.handler(async ({ context: { engine, workspace }, signal }) => ({
    pairsPerSecond: await measureDevice(engine, workspace.current?.project ?? null, signal),
  })),
  places: os.settings.places.handler(({ context: { home, workspace } }) =>
    placesOf(home, workspace.current?.project.path ?? null),
  ),
};
