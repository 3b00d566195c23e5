import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { entailHome, isModelId } from '../../engine/index.ts';
import { temporaryBeside } from '../../process/temporaryBeside.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import { DEFAULT, isEmbedded } from './embedded.ts';
import { type ResolvedModel, resolveModel } from './resolve.ts';

/** A model that a project names and nobody on this machine agreed to yet. */
export interface ForeignModel {
  readonly name: string;
  readonly origin: 'hub' | 'folder';
}

const Name = z.string().min(1).max(4096);
/** What is no name is passed over: the others were agreed to all the same. */
const Names = z
  .array(z.unknown())
  .transform((all) => all.flatMap((one) => Name.safeParse(one).data ?? []))
  .pipe(z.array(Name).max(10_000));
const fileOf = (home: string): string => join(home, 'agreed-models.json');

/** The names that someone chose or agreed to on this machine. A list that can't be read is empty: it is asked again. */
function agreedModels(home: string): string[] {
  try {
    return Names.parse(JSON.parse(readFileSync(fileOf(home), 'utf8')));
  } catch {
    return [];
  }
}

/** Models that ship with Entail need no consent. */
export const isAgreed = (name: string, home = entailHome()): boolean =>
  isEmbedded(name) || agreedModels(home).includes(name);

/** Someone chose this model on this machine, or agreed to a project's: it is not asked about again. */
export function agreeToModel(name: string, home = entailHome()): void {
  if (isAgreed(name, home) || !Name.safeParse(name).success) return;
  const path = fileOf(home);
  const temporary = temporaryBeside(path);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeFileSync(temporary, `${JSON.stringify([...agreedModels(home), name], null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

/** Where a model of this name would come from; nothing is looked up for that. */
const originOf = (name: string): ForeignModel['origin'] => (isModelId(name) ? 'hub' : 'folder');

/** A model that somebody named on this machine: that is agreement too. Throws what `resolveModel` throws. */
export async function resolveChosen(name: string): Promise<ResolvedModel> {
  const resolved = await resolveModel(name);
  agreeToModel(name);
  return resolved;
}

/**
 * A model that a project names. Nothing is fetched or touched before someone agreed: throws `model_not_agreed`, or what
 * `resolveModel` throws.
 */
export async function resolveNamed(name: string): Promise<ResolvedModel> {
  if (isAgreed(name)) return resolveModel(name);
  const from = originOf(name) === 'hub' ? 'huggingface.co' : 'a folder';
  const shown = name.length > 200 ? `${name.slice(0, 200)}…` : name;
  throw new BackendError(
    'model_not_agreed',
    `This project was made with the model "${shown}" (from ${from}), which nobody agreed to use on this machine.`,
    { code: 'agree_to_model', model: shown },
  );
}

/** The first model that work with this project would need and that nobody agreed to; null: there is none. */
export function foreignModel({ stores: { settings, runs } }: Project): ForeignModel | null {
  const run = settings.get('activeRun');
  const named = [run === 0 ? undefined : runs.get(run)?.model, settings.get('model')];
  const name = named.find((own) => own !== undefined && !isAgreed(own));
  return name === undefined ? null : { name, origin: originOf(name) };
}

/** The model that suggests waits for an answer: what is in the file is shown, nothing is computed. */
export function awaitsConsent({ stores: { settings, runs } }: Project): boolean {
  const run = settings.get('activeRun');
  return !isAgreed(run === 0 ? settings.get('model') : (runs.get(run)?.model ?? DEFAULT));
}

/** To the model that the project names, and to no other. Throws `model_missing`. */
export function agreeToForeign(project: Project, name: string): void {
  if (foreignModel(project)?.name !== name) {
    throw new BackendError('model_missing', 'The project names another model now.', 'Look at it again.');
  }
  agreeToModel(name);
}
