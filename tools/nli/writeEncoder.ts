import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloneModel } from '../../engine/graph/graph.ts';
import { pruneGraph } from '../../engine/graph/prune.ts';
import { appendEmbedding } from '../../engine/inference/embedding.ts';
import type { TextModel } from '../../engine/model/textModel.ts';
import { writeModel } from '../../engine/onnx/write.ts';
import { withHalfWeights } from '../../engine/quantize/halfWeights.ts';

const TOKENIZER = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'];
const OUTPUT = 'sentence_embedding';

/**
 * Writes what embeds texts of a model as a folder of its own: the encoder alone, whose output is the embedding of length 1,
 * weights stored as float16. Returns the size of the graph in bytes.
 */
export function writeEncoder(source: TextModel, to: string): number {
  const {
    folder: { dir },
    prepared,
  } = source;
  const model = cloneModel(prepared.model);
  const { graph } = model;
  const { embedding, hidden } = appendEmbedding(graph, new Map(prepared.shapes), prepared.name);
  for (const node of graph.nodes)
    node.outputs = node.outputs.map((name) => (name === embedding ? OUTPUT : name));
  graph.outputs = [{ name: OUTPUT, dtype: 'float32', dims: ['batch_size', hidden] }];
  pruneGraph(graph);
  const bytes = writeModel(withHalfWeights(model));
  mkdirSync(join(to, 'onnx'), { recursive: true });
  writeFileSync(join(to, 'onnx', 'model.onnx'), bytes);
  for (const name of TOKENIZER)
    if (existsSync(join(dir, name))) copyFileSync(join(dir, name), join(to, name));
  const config = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(to, 'config.json'), `${JSON.stringify(withoutClasses(config), null, 2)}\n`);
  return bytes.length;
}

/** config.json of a plain encoder. */
function withoutClasses({
  id2label: _ids,
  label2id: _labels,
  architectures: _,
  ...rest
}: Record<string, unknown>): Record<string, unknown> {
  return { ...rest, architectures: ['BertModel'] };
}
