import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { type Engine, entailHome } from '../../engine/index.ts';
import { temporaryBeside } from '../../process/temporaryBeside.ts';
import { agreeToModel } from './agreed.ts';
import { resolveModel } from './resolve.ts';

/** Folders that hold a model and that a person chose on this machine, by their path. They stay where they are. */
const Folders = z.array(z.string().min(1).max(4096).refine(isAbsolute)).max(1000);
const MOST = 100;
const fileOf = (home: string): string => join(home, 'model-folders.json');

/** The newest first. A list that can't be read is empty: the folders can be chosen again. */
export function chosenFolders(home = entailHome()): string[] {
  try {
    return Folders.parse(JSON.parse(readFileSync(fileOf(home), 'utf8')));
  } catch {
    return [];
  }
}

function keep(folders: readonly string[], home: string): void {
  const path = fileOf(home);
  const temporary = temporaryBeside(path);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeFileSync(temporary, `${JSON.stringify(folders, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

/**
 * Lists a folder among the models of this machine, once it was loaded and answered: what is no model is refused here, not
 * at the first suggestion. Whoever names a folder agrees to it. `named`: its config says which output means what.
 *
 * Throws what `resolveModel` and the engine's loading throw.
 */
export async function addFolder(
  path: string,
  engine: Pick<Engine, 'classExamples'>,
  home = entailHome(),
): Promise<{ readonly name: string; readonly named: boolean }> {
  // The whole path: a folder that is not there must not be looked for on the hub.
  const { name, dir } = await resolveModel(resolve(path));
  const { named, chosen } = await engine.classExamples(dir);
  agreeToModel(name, home);
  keep([name, ...chosenFolders(home).filter((other) => other !== name)].slice(0, MOST), home);
  return { name, named: named || chosen !== null };
}

/** Takes it off the list; nothing of the folder is touched. false: it was not there. */
export function forgetFolder(name: string, home = entailHome()): boolean {
  const folders = chosenFolders(home);
  if (!folders.includes(name)) return false;
  keep(
    folders.filter((other) => other !== name),
    home,
  );
  return true;
}
