import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { downloadModel, entailHome, isModelId } from '../../engine/index.ts';
import { isOnServer } from '../../process/serverPath.ts';
import { BackendError } from '../errors.ts';
import { embeddedFolder, isEmbedded, lastingName, listedName } from './embedded.ts';
import { tokenOption } from './hubToken.ts';

/** A model that is on this machine: its folder, and the name it is known by. */
export interface ResolvedModel {
  readonly name: string;
  readonly dir: string;
}

/**
 * The folder of a model, by its name in a project: one that ships with Entail (`embedded.ts`), a folder by its whole path, or
 * `owner/name`, which is downloaded from the hub once.
 *
 * Throws `model_missing`, `model_folder_gone`, or the errors of a download.
 */
export async function resolveModel(
  name: string,
  options: { onProgress?: (received: number, total: number) => void; signal?: AbortSignal } = {},
): Promise<ResolvedModel> {
  if (isEmbedded(name)) return { name: listedName(name), dir: embeddedFolder(name) };
  checkName(name);
  if (existsSync(name)) return { name: resolve(name), dir: resolve(name) };
  const { onProgress, signal } = options;
  const dir = await downloadModel(name, {
    home: entailHome(),
    ...(await tokenOption()),
    ...(onProgress && { onProgress: (p) => onProgress(p.receivedBytes, p.totalBytes) }),
    ...(signal && { signal }),
  });
  return { name, dir };
}

/** Throws `model_missing`, `model_on_server` or `model_folder_gone` for what can be no model's name; nothing is fetched for that. */
export function checkName(name: string): void {
  if (isEmbedded(name)) return;
  if (isRemote(name)) {
    throw new BackendError(
      'model_on_server',
      'A model is not used from a server by name.',
      'Copy its folder to this computer and name that.',
    );
  }
  if (isModelId(name) || (name !== '' && existsSync(name))) return;
  if (isAbsolute(name)) throw folderGone(name);
  throw new BackendError(
    'model_missing',
    `There is no model "${name}".`,
    'Name a folder with a model, a model of the hub as owner/name, or "default".',
    undefined,
    { name },
  );
}

/**
 * What a person calls a model as it is stored, so that it means the same from every place and in every version: a folder by
 * its whole path, "default" by the name of the model; other names as they are.
 */
export const wholeName = (name: string): string =>
  isEmbedded(name) || isRemote(name) || !existsSync(name) ? lastingName(name) : resolve(name);

export function folderGone(path: string): BackendError {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  return new BackendError(
    'model_folder_gone',
    `The model's folder "${shown}" is not there.`,
    { code: 'bring_folder_back' },
    undefined,
    { name: shown },
  );
}

/** URLs are looked up as little as servers. */
const isRemote = (name: string): boolean =>
  isOnServer(name) || /^[a-z][a-z0-9+.-]+:(\/\/|\\\\)/i.test(name) || /^file:/i.test(name);
