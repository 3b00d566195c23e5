import { basename } from 'node:path';
import { findClasses, type NliClasses } from '../nli/classes.ts';
import { readModel } from '../onnx/read.ts';
import { probeWithRuntime } from '../runtime/session.ts';
import { loadTokenizer, type Tokenizer } from '../text/tokenizer.ts';
import { type PreparedModel, prepareModel } from '../train/assemble.ts';
import { type ModelFolder, openModelFolder } from './folder.ts';

/** A loaded NLI model: graph, tokenizer, and which output means what. */
export interface NliModel {
  readonly folder: ModelFolder;
  readonly prepared: PreparedModel;
  readonly tokenizer: Tokenizer;
  readonly classes: NliClasses;
}

/**
 * Loads a model folder for suggesting and training.
 *
 * Throws an EngineError naming what is wrong: a missing or broken file, a model that is no sequence classifier
 * (`not_a_classifier`), or classes that are not named (`labels_unmapped`, unless `classes` says them).
 */
export async function loadNliModel(
  dir: string,
  options: { classes?: { entailment: number; contradiction: number } } = {},
): Promise<NliModel> {
  const folder = await openModelFolder(dir);
  const tokenizer = await loadTokenizer(folder.dir);
  const source = readModel(folder.onnxPath);
  const prepared = await prepareModel(source, { name: basename(folder.dir), probe: probeWithRuntime });
  const outputs = prepared.shapes.get(prepared.logits)!.dims[1]![0];
  const id2label = Object.fromEntries(folder.config.labels.entries());
  return { folder, prepared, tokenizer, classes: findClasses(id2label, outputs, options.classes) };
}
