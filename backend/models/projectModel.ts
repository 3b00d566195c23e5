import type { ModelEntry } from '../../contract/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import { agreeToModel } from './agreed.ts';
import { type InstalledModel, installedModels, RECOMMENDED } from './catalogue.ts';
import { embeddedModels, lastingName, listedName } from './embedded.ts';
import { chosenFolders } from './folders.ts';
import { folderGone } from './resolve.ts';

/**
 * Models to choose from: those on this machine, chosen folders that can't be reached now, then recommended ones that
 * would be downloaded.
 */
export async function settingsModels(project: Project | null): Promise<ModelEntry[]> {
  const settings = project?.stores.settings;
  const named = settings && listedName(settings.get('model'));
  const isFor = settings?.get('activeRun') === 0 ? 'suggesting' : 'training';
  const usedFor = (name: string): ModelEntry['used'] => (name === named ? isFor : null);
  const installed = await installedModels();
  const here = installed.map((model) => ({
    name: model.id,
    description: describeModel(model),
    bytes: model.megabytes === 0 ? null : model.megabytes * 1_000_000,
    installed: true,
    folder: model.folder,
    embedded: model.embedded,
    used: usedFor(model.id),
  }));
  const known = new Set(installed.map(({ id }) => id));
  const gone = chosenFolders()
    .filter((name) => !known.has(name))
    .map((name) => ({
      name,
      description: 'The folder is not there now.',
      bytes: null,
      installed: false,
      folder: true,
      embedded: false,
      used: usedFor(name),
    }));
  const others = RECOMMENDED.filter(({ id }) => !known.has(id)).map(({ id, megabytes }) => ({
    name: id,
    description: ofHub(id),
    bytes: megabytes * 1_000_000,
    installed: false,
    folder: false,
    embedded: false,
    used: usedFor(id),
  }));
  return [...here, ...gone, ...others];
}

/** What a model is good for, or where it is from, in a sentence. */
export function describeModel({ id, embedded, folder }: InstalledModel): string {
  if (embedded) return embeddedModels().find(({ name }) => name === id)?.about ?? '';
  return folder ? 'A folder on this computer.' : ofHub(id);
}

function ofHub(id: string): string {
  const known = RECOMMENDED.find((model) => model.id === id);
  return known ? `${known.languages}: ${known.quality}.` : 'From the Hugging Face hub.';
}

/**
 * A model on this machine by its name in the list: a page reaches no folder but those that a person chose. Throws
 * `model_missing` or `model_folder_gone`.
 */
export async function listedModel(name: string): Promise<InstalledModel> {
  const found = (await installedModels()).find(({ id }) => id === name);
  if (found) return found;
  if (chosenFolders().includes(name)) throw folderGone(name);
  const shown = name.length > 200 ? `${name.slice(0, 200)}…` : name;
  throw new BackendError(
    'model_missing',
    `The model "${shown}" is not on this machine.`,
    'Download it first.',
    undefined,
    { name: shown },
  );
}

/**
 * The project's suggestions come from this model from now on, without training. `back`: it is the one of before, and nobody
 * chooses it: the newest is offered as it was. Throws what `listedModel` throws.
 */
export async function useModel(
  project: Project,
  wanted: string,
  { back = false }: { readonly back?: boolean | undefined } = {},
): Promise<void> {
  const name = lastingName(wanted);
  await listedModel(name);
  agreeToModel(name);
  project.write(() => {
    if (back) project.stores.settings.set('model', name);
    else nameModel(project, name);
    project.stores.settings.set('activeRun', 0);
  });
}

/** The model that a person chose, as a project stores it. In a transaction of the caller. */
export function nameModel({ stores: { settings } }: Project, name: string): void {
  settings.set('model', name);
  // Whoever takes an older one saw the newest in the same list: it is not offered again.
  const [newest] = embeddedModels();
  if (newest && newest.name !== name) settings.set('newerPassedOver', newest.name);
}
