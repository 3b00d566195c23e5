import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { downloadModel, entailHome, isModelId } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import { isPresent } from '../machine/recent.ts';
import { sizeOfModel } from './digest.ts';
import { embeddedModels, isEmbedded } from './embedded.ts';
import { chosenFolders, forgetFolder } from './folders.ts';
import { tokenOption } from './hubToken.ts';

/** A larger model of the hub that is worth its size. */
export interface Recommended {
  readonly id: string;
  /** Of the download, about. */
  readonly megabytes: number;
  readonly languages: string;
  /** Reads what smaller ones do not. */
  readonly manyLanguages?: boolean;
  /** What its makers published, or what kind of model it is. */
  readonly quality: string;
}

/**
 * Sizes are those of the ONNX files on the hub. Figures are from the model cards there: macro F1 is the mean over 28 data
 * sets of the zeroshot-v2.0 series; accuracy is on MultiNLI. Where a card gives no zero-shot figure, none is given.
 */
export const RECOMMENDED: readonly Recommended[] = [
  {
    id: 'MoritzLaurer/deberta-v3-xsmall-zeroshot-v1.1-all-33',
    megabytes: 290,
    languages: 'English',
    quality:
      'made for zero-shot labelling, trained on 33 sets, no zero-shot figure published; the smallest step up',
  },
  {
    id: 'Xenova/nli-deberta-v3-small',
    megabytes: 570,
    languages: 'English',
    quality: 'natural language inference, three classes',
  },
  {
    id: 'MoritzLaurer/deberta-v3-base-zeroshot-v2.0',
    megabytes: 740,
    languages: 'English',
    quality: 'zero-shot macro F1 0.64, with 500 texts per label 0.83 (published)',
  },
  {
    id: 'Xenova/mDeBERTa-v3-base-xnli-multilingual-nli-2mil7',
    megabytes: 1120,
    languages: '100 languages',
    manyLanguages: true,
    quality:
      'natural language inference in many languages, three classes; MultiNLI accuracy 0.86 (published)',
  },
];

export interface InstalledModel {
  readonly id: string;
  readonly dir: string;
  readonly megabytes: number;
  /** Ships with Entail and can't be removed. */
  readonly embedded: boolean;
  /** Somebody's own folder: listed, never deleted. */
  readonly folder: boolean;
}

/** Models in Entail's own keeping: those that ship with it, and those that were downloaded. */
function keptModels(): InstalledModel[] {
  const root = join(entailHome(), 'models');
  const cached = existsSync(root) ? readdirSync(root) : [];
  const downloaded = cached.flatMap((name) => {
    const id = name.replace('--', '/');
    const dir = join(root, name);
    if (!isModelId(id) || !existsSync(join(dir, 'current'))) return [];
    return [{ id, dir, megabytes: sizeOf(dir), embedded: false, folder: false }];
  });
  const own = embeddedModels().map(({ name, dir }) => ({
    ...{ id: name, dir, megabytes: sizeOf(dir) },
    ...{ embedded: true, folder: false },
  }));
  return [...own, ...downloaded];
}

/** Models on this machine: those in Entail's keeping, then the folders that were chosen and can be reached now. */
export async function installedModels(): Promise<InstalledModel[]> {
  const folders = await Promise.all(
    chosenFolders().map(async (dir) =>
      (await isPresent(dir))
        ? [{ id: dir, dir, megabytes: await sizeOfModel(dir), embedded: false, folder: true }]
        : [],
    ),
  );
  return [...keptModels(), ...folders.flat()];
}

/** Downloads a model of the hub, going on where an earlier download stopped; returns its folder. */
export async function getModel(
  id: string,
  options: { signal?: AbortSignal; onProgress?: (received: number, total: number) => void } = {},
): Promise<string> {
  const { signal, onProgress } = options;
  return downloadModel(id, {
    home: entailHome(),
    ...(await tokenOption()),
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (p) => onProgress(p.receivedBytes, p.totalBytes) }),
  });
}

/** Deletes a downloaded model, or takes a chosen folder off the list. Throws `model_missing` for what is not there, `model_embedded` for the embedded one. */
export function removeModel(id: string): void {
  if (isEmbedded(id)) throw new BackendError('model_embedded', 'The embedded model is part of Entail.');
  if (forgetFolder(id)) return;
  const found = keptModels().find((model) => model.id === id && !model.embedded);
  if (!found) {
    throw new BackendError(
      'model_missing',
      `The model "${id.slice(0, 100)}" was not downloaded.`,
      { code: 'list_models' },
      undefined,
      { name: id.slice(0, 100) },
    );
  }
  rmSync(found.dir, { recursive: true, force: true });
}

function sizeOf(dir: string): number {
  const bytes = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  return Math.round(bytes / 1e6);
}
