import { awaitsConsent } from '../../models/agreed.ts';
import { installedModels } from '../../models/catalogue.ts';
import { listedName } from '../../models/embedded.ts';
import type { Project } from '../../project/file.ts';
import { suggestingModel } from '../suggestingModel.ts';
import { READ_CHARACTERS } from './detect.ts';
import { type ForeignDocuments, foreignDocuments, forManyLanguages, LOOKED_AT } from './foreign.ts';

/**
 * Documents of the project in languages that what suggests, or this model, does not read, by documents from all over
 * it; null: there are none, nobody agreed to the model yet, or somebody keeps it for them.
 */
export async function foreignInProject(project: Project, model?: string): Promise<ForeignDocuments | null> {
  const { documents, settings } = project.stores;
  const kept = listedName(settings.get('languageKept')) === listedName(model ?? settings.get('model'));
  if (kept || (model === undefined && awaitsConsent(project))) return null;
  // A model that is not here is told where it should suggest.
  const source = await suggestingModel(project, model).catch(() => null);
  if (source === null) return null;
  const starts = documents.starts(spread(documents.ids(), LOOKED_AT), READ_CHARACTERS);
  return foreignDocuments(starts, source.dir);
}

/** The project's model is kept for documents in languages that it does not read: this is not pointed out again. */
export function keepForLanguages(project: Project): void {
  const { settings } = project.stores;
  project.write(() => settings.set('languageKept', settings.get('model')));
}

/** So many of them, evenly. */
function spread(ids: Uint32Array, count: number): number[] {
  if (ids.length <= count) return [...ids];
  return Array.from({ length: count }, (_, i) => ids[Math.floor((i * ids.length) / count)]!);
}

/** The model to use for them instead; null: it is in use. */
export async function remedyIn(project: Project) {
  const model = forManyLanguages();
  if (!model || project.stores.settings.get('model') === model.id) return null;
  const installed = (await installedModels()).some(({ id }) => id === model.id);
  return { name: model.id, bytes: model.megabytes * 1_000_000, installed };
}
