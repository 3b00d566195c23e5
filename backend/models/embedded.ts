import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BackendError } from '../errors.ts';

const MODELS = join(import.meta.dirname, '..', '..', 'resources', 'models');

/**
 * The models that ship with Entail, by the names of their folders; new projects begin with the first. Projects name theirs:
 * a version with another first model changes nothing in them. So a name stays what it is, and its weights stay here.
 */
const EMBEDDED = [
  {
    name: 'entail-minilm-bge',
    about: 'Part of Entail. English. It suggests best, and learns most from few decisions.',
  },
  { name: 'entail-minilm-l6', about: 'Part of Entail. English, the smallest and fastest.' },
] as const;

export interface EmbeddedModel {
  readonly name: string;
  /** For who chooses among them. */
  readonly about: string;
  readonly dir: string;
}

/** What a person calls the model that new projects begin with. */
export const DEFAULT = 'default';
/** Projects of versions before say "default" and mean the one that shipped then. */
const DEFAULT_OF_OLD = 'entail-minilm-l6';

/** The folder of the model that new projects begin with. */
export const EMBEDDED_MODEL = join(MODELS, EMBEDDED[0].name);

/** ENTAIL_DEFAULT_MODEL: a folder to be used wherever "default" stands. */
const chosenDefault = (): string | undefined => process.env.ENTAIL_DEFAULT_MODEL || undefined;

/** As a project stores the model that a person calls "default"; other names as they are. */
export const lastingName = (name: string): string =>
  name === DEFAULT && chosenDefault() === undefined ? EMBEDDED[0].name : name;

/** What new projects begin with, as the list of models has it; the folder that ENTAIL_DEFAULT_MODEL names, where it does. */
export const firstModel = (): string => {
  const chosen = chosenDefault();
  return chosen === undefined ? EMBEDDED[0].name : resolve(chosen);
};

/** What a project names, by the one name that its evidence is kept under and the list of models has. */
export const listedName = (stored: string): string =>
  stored === DEFAULT && chosenDefault() === undefined ? DEFAULT_OF_OLD : stored;

/** Whether a name, of a person or of a project, means a model that ships with Entail. */
export const isEmbedded = (name: string): boolean =>
  name === DEFAULT || EMBEDDED.some((own) => own.name === name);

/** Those of them that this copy has. */
export const embeddedModels = (): EmbeddedModel[] =>
  EMBEDDED.map((own) => ({ ...own, dir: join(MODELS, own.name) })).filter(({ dir }) => existsSync(dir));

/** The folder of a model that ships with Entail, by its name in a project. Throws `model_missing`. */
export function embeddedFolder(stored: string): string {
  const chosen = stored === DEFAULT ? chosenDefault() : undefined;
  if (chosen !== undefined) return resolve(chosen);
  const dir = join(MODELS, listedName(stored));
  if (existsSync(dir)) return dir;
  throw new BackendError('model_missing', 'This copy of Entail comes without a model.', {
    code: 'name_model',
  });
}
