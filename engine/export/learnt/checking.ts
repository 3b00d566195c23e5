import { join } from 'node:path';
import type { Model } from '../../graph/graph.ts';
import { readTrained } from '../../lora/file.ts';
import type { NliModel } from '../../model/nliModel.ts';
import { readModel } from '../../onnx/read.ts';
import { writeModel } from '../../onnx/write.ts';
import { readConstants, readLearntWeights, WEIGHTS } from './constants.ts';
import { suggestTogether } from './together.ts';
import { withWeights } from './weights.ts';

/**
 * What the files of a folder suggest for texts, [texts][labels], by onnx/model.onnx as it is and the weights beside it;
 * null: the folder holds nothing that decisions taught.
 */
export async function folderSuggestions(
  model: NliModel,
  dir: string,
  texts: readonly string[],
): Promise<{ readonly names: readonly string[]; readonly scores: Float32Array[] } | null> {
  const learnt = readConstants(dir);
  if (learnt === null) return null;
  const source = readModel(join(dir, 'onnx', 'model.onnx'));
  const changed = (file: string): Model =>
    withWeights(source, readTrained(readLearntWeights(dir, file), file), learnt.layers);
  const base = learnt.run ? changed(WEIGHTS.base) : source;
  const graphs = {
    base,
    run: learnt.run && source,
    embedding: learnt.tuned ? changed(WEIGHTS.tuned) : base,
  };
  const scores = await suggestTogether(model, graphs, { learnt, texts, asFile: writeModel });
  return { names: learnt.labels.map(({ name }) => name), scores };
}
