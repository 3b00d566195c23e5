import { join } from 'node:path';
import type { Model } from '../../graph/graph.ts';
import { readTrained } from '../../lora/file.ts';
import { encoderFolder } from '../../model/encoderFolder.ts';
import { openModelFolder } from '../../model/folder.ts';
import type { NliModel } from '../../model/nliModel.ts';
import { readModel } from '../../onnx/read.ts';
import { writeModel } from '../../onnx/write.ts';
import { type LearntFile, readConstants, readLearntWeights, WEIGHTS } from './constants.ts';
import { requireRestingOn } from './restingOn.ts';
import { suggestTogether } from './together.ts';
import { withWeights } from './weights.ts';

/**
 * What the files of a folder suggest for texts, [texts][labels], by its models' files as they are and the weights beside them;
 * null: the folder holds nothing that decisions taught.
 */
export async function folderSuggestions(
  model: NliModel,
  dir: string,
  texts: readonly string[],
): Promise<{ readonly names: readonly string[]; readonly scores: Float32Array[] } | null> {
  const learnt = readConstants(dir);
  if (learnt === null) return null;
  await requireRestingOn(dir, learnt.files);
  const source = readModel(join(dir, 'onnx', 'model.onnx'));
  const encoder = encoderFolder(dir);
  const ownEncoder = encoder === null ? null : readModel((await openModelFolder(encoder)).onnxPath);
  const changed = (graph: Model, file: string, layers: LearntFile['layers']): Model =>
    withWeights(graph, readTrained(readLearntWeights(dir, file), file), layers);
  const base = learnt.run ? changed(source, WEIGHTS.base, learnt.layers) : source;
  const likeness = ownEncoder ?? base;
  const graphs = {
    base,
    run: learnt.run && source,
    likeness,
    embedding: learnt.tuned ? changed(ownEncoder ?? source, WEIGHTS.tuned, learnt.encoderLayers) : likeness,
  };
  const scores = await suggestTogether(model, graphs, { learnt, texts, asFile: writeModel });
  return { names: learnt.labels.map(({ name }) => name), scores };
}
