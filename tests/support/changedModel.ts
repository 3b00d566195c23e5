import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphBuilder } from '../../engine/graph/builder.ts';
import type { Model } from '../../engine/graph/graph.ts';
import { readModel } from '../../engine/onnx/read.ts';
import { writeModel } from '../../engine/onnx/write.ts';
import { temporaryFolder } from './temporary.ts';
import { writeTinyModel } from './tinyModel.ts';

/** The folder of a tiny model whose graph was changed before it was written. */
export function changedTinyModel(change: (model: Model) => void, dir = temporaryFolder()): string {
  writeTinyModel(dir);
  const path = join(dir, 'model.onnx');
  const model = readModel(path);
  change(model);
  writeFileSync(path, writeModel(model));
  return dir;
}

/** Puts operators between the logits and the graph's output; `make` gets the logits and returns what replaces them. */
export function afterLogits(model: Model, make: (builder: GraphBuilder, logits: string) => string): void {
  const { graph } = model;
  const last = graph.nodes.find(({ outputs }) => outputs.includes('logits'))!;
  last.outputs = ['logits/own'];
  make(new GraphBuilder(graph, 'changed'), 'logits/own');
  graph.nodes.at(-1)!.outputs = ['logits'];
}
