import type { ModelClasses } from '../../contract/settings.ts';
import { type Engine, rememberClasses } from '../../engine/index.ts';
import { os } from '../app/base.ts';
import { placesOf } from '../app/places.ts';
import { streamed } from '../app/streams.ts';
import { measureDevice } from '../suggesting/devices.ts';
import { agreeToForeign, agreeToModel } from './agreed.ts';
import { getModel, removeModel } from './catalogue.ts';
import { addFolder } from './folders.ts';
import { keepOlderModel, newerModel } from './newer.ts';
import { listedModel, settingsModels, useModel } from './projectModel.ts';
import { resolveModel } from './resolve.ts';

/** Of the model as it is loaded: a downloaded one lies in the folder of its commit. */
const currentDir = async (name: string): Promise<string> =>
  (await resolveModel((await listedModel(name)).id)).dir;

async function modelClasses(engine: Engine, name: string): Promise<ModelClasses> {
  const { outputs, examples, ...choices } = await engine.classExamples(await currentDir(name));
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
  removeModel: os.settings.removeModel.handler(async ({ context: { workspace }, input: { name } }) => {
    const project = workspace.current?.project ?? null;
    removeModel(name);
    return settingsModels(project);
  }),
  useModel: os.settings.useModel.handler(async ({ context: { workspace }, input: { name, back } }) => {
    const { project, refresh } = workspace.opened();
    await useModel(project, name, { back });
    refresh();
    return settingsModels(project);
  }),
  newerModel: os.settings.newerModel.handler(({ context: { workspace } }) => {
    const { project } = workspace.opened();
    const newer = newerModel(project);
    return newer && { name: newer.name, trained: project.stores.settings.get('activeRun') !== 0 };
  }),
  keepOlderModel: os.settings.keepOlderModel.handler(({ context: { workspace } }) => {
    keepOlderModel(workspace.opened().project);
    return { kept: true as const };
  }),
  chooseFolder: os.settings.chooseFolder.handler(async ({ context: { engine, host, workspace } }) => {
    const current = () => workspace.current?.project ?? null;
    current();
    const path = await host.openModelDialog();
    const chosen = path === null ? null : await addFolder(path, engine);
    return { chosen, models: await settingsModels(current()) };
  }),
  agreeToModel: os.settings.agreeToModel.handler(async ({ context: { workspace }, input: { name } }) => {
    const { project, refresh } = workspace.opened();
    agreeToForeign(project, name);
    refresh();
    return settingsModels(project);
  }),
  modelClasses: os.settings.modelClasses.handler(async ({ context: { engine }, input: { name } }) =>
    modelClasses(engine, name),
  ),
  chooseClasses: os.settings.chooseClasses.handler(
    async ({ context: { engine, workspace }, input: { name, classes } }) => {
      const { current } = workspace;
      await rememberClasses(await currentDir(name), classes);
      // What was suggested with outputs of another meaning is stale.
      if (current?.project.stores.settings.get('model') === name) current.refresh();
      return modelClasses(engine, name);
    },
  ),
  hubToken: os.settings.hubToken.handler(({ context: { hubTokens } }) => hubTokens.state()),
  setHubToken: os.settings.setHubToken.handler(({ context: { hubTokens }, input: { token } }) =>
    hubTokens.set(token),
  ),
  removeHubToken: os.settings.removeHubToken.handler(({ context: { hubTokens } }) => hubTokens.remove()),
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
