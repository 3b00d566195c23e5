import type { Project } from '../project/file.ts';
import { DEFAULT, type EmbeddedModel, embeddedModels, isEmbedded, listedName } from './embedded.ts';

/**
 * The model that new projects begin with, for a project that stays with one that shipped before; null: it has it, uses
 * a model of another origin, or somebody keeps the one it has.
 */
export function newerModel(
  project: Project,
  [newest]: readonly EmbeddedModel[] = embeddedModels(),
): EmbeddedModel | null {
  const { settings } = project.stores;
  const used = listedName(settings.get('model'));
  // "default" is a folder that ENTAIL_DEFAULT_MODEL names.
  if (newest === undefined || used === newest.name || used === DEFAULT || !isEmbedded(used)) return null;
  return settings.get('newerPassedOver') === newest.name ? null : newest;
}

/** The project keeps the model that it has: the one that is new now is not offered again. */
export function keepOlderModel(
  project: Project,
  [newest]: readonly EmbeddedModel[] = embeddedModels(),
): void {
  if (newest) project.write(() => project.stores.settings.set('newerPassedOver', newest.name));
}
