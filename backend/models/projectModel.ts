import type { ModelEntry } from '../../contract/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import { agreeToModel } from './agreed.ts';
import { installedModels, RECOMMENDED } from './catalogue.ts';

/** Models to choose from: those on this machine, then recommended ones that would be downloaded. */
export function settingsModels(project: Project | null): ModelEntry[] {
  const used = project?.stores.settings.get('model') ?? null;
  const installed = installedModels();
  const here = installed.map(({ id, megabytes, embedded }) => ({
    name: id,
    description: embedded ? 'Part of Entail. English, small and fast.' : describe(id),
    bytes: megabytes * 1_000_000,
    installed: true,
    used: used === id,
  }));
  const known = new Set(installed.map(({ id }) => id));
  const others = RECOMMENDED.filter(({ id }) => !known.has(id)).map(({ id, megabytes }) => ({
    name: id,
    description: describe(id),
    bytes: megabytes * 1_000_000,
    installed: false,
    used: used === id,
  }));
  return [...here, ...others];
}

function describe(id: string): string {
  const known = RECOMMENDED.find((model) => model.id === id);
  return known ? `${known.languages}: ${known.quality}.` : 'From the Hugging Face hub.';
}

/** The project's suggestions come from this model from now on, without training. Throws `model_missing`. */
export function useModel(project: Project, name: string): void {
  if (!installedModels().some(({ id }) => id === name)) {
    throw new BackendError(
      'model_missing',
      `The model "${name}" is not on this machine.`,
      'Download it first.',
      undefined,
      { name },
    );
  }
  agreeToModel(name);
  project.write(() => {
    project.stores.settings.set('model', name);
    project.stores.settings.set('activeRun', 0);
  });
}
