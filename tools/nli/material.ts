import { join } from 'node:path';
import { createEmbedder, encodeText } from '../../engine/inference/embedding.ts';
import type { NliModel } from '../../engine/model/nliModel.ts';
import type { Material } from './mixture.ts';
import { type NliRow, readNliFile, readTextSet, type TextSet } from './readData.ts';
import type { Recipe } from './recipe.ts';
import { neighboursOf } from './zeroShotPairs.ts';

export interface LoadedData {
  readonly material: Material;
  readonly heldOutNli: readonly NliRow[];
  readonly heldOutSets: readonly TextSet[];
}

/** Reads everything a recipe names from the data folder; held-out rows are taken out of what is trained on. */
export async function loadData(recipe: Recipe, dataDir: string, model: NliModel): Promise<LoadedData> {
  const heldOutNli: NliRow[] = [];
  const nli: { share: number; rows: NliRow[] }[] = [];
  const held = new Map(recipe.heldOut.nli.map(({ file, pairs }) => [file, pairs]));
  for (const { file, share } of recipe.nli.files) {
    const rows = await readNliFile(join(dataDir, file));
    const aside = held.get(file) ?? 0;
    heldOutNli.push(...rows.slice(0, aside));
    nli.push({ share, rows: rows.slice(aside) });
  }
  const embedder = await createEmbedder(model.prepared, model.tokenizer.padId);
  const zeroShot: Material['zeroShot'][number][] = [];
  for (const { set: name, share } of recipe.zeroShot.sets) {
    const set = await readTextSet(dataDir, name, 'train');
    const wordings = set.labels.map((label) =>
      encodeText(model.tokenizer, `${label.name}. ${label.hypothesis}`, 64),
    );
    zeroShot.push({ share, set: { ...set, neighbours: neighboursOf(await embedder.embed(wordings)) } });
  }
  await embedder.release();
  const heldOutSets: TextSet[] = [];
  for (const { set: name, texts } of recipe.heldOut.sets) {
    const set = await readTextSet(dataDir, name, 'train');
    heldOutSets.push({ ...set, texts: set.texts.slice(0, texts) });
  }
  return { material: { nli, zeroShot }, heldOutNli, heldOutSets };
}
