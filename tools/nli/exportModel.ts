import { copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { invariant } from '../../engine/errors.ts';
import { floatTensor, halvesFromFloats, type Tensor } from '../../engine/graph/tensor.ts';
import type { ModelFolder } from '../../engine/model/folder.ts';
import { readModel } from '../../engine/onnx/read.ts';
import { writeModel } from '../../engine/onnx/write.ts';
import { temporaryBeside } from '../../process/temporaryBeside.ts';

const FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'];
/** A float16 weight `X__f16` is followed by a Cast to float32 named `X`. */
const STORED = '__f16';

/**
 * Writes the base model's folder with trained numbers: the exported graph unchanged, each weight stored as its base
 * stores it (float16 and a Cast, or float32).
 */
export function exportModel(
  base: ModelFolder,
  values: ReadonlyMap<string, Float32Array>,
  out: string,
): { bytes: number } {
  const model = readModel(base.onnxPath);
  for (const [name, trained] of values) {
    const stored = model.graph.initializers.has(name) ? name : `${name}${STORED}`;
    const before = model.graph.initializers.get(stored);
    invariant(before !== undefined, `${base.onnxPath} has the weight ${name}`);
    model.graph.initializers.set(stored, likeBefore(trained, before));
  }
  mkdirSync(join(out, 'onnx'), { recursive: true });
  const bytes = writeModel(model);
  for (const file of FILES) {
    if (existsSync(join(base.dir, file))) copyFileSync(join(base.dir, file), join(out, file));
  }
  // Last and at once: a folder with a model is whole.
  const path = join(out, 'onnx', 'model.onnx');
  const temporary = temporaryBeside(path);
  writeFileSync(temporary, bytes);
  renameSync(temporary, path);
  return { bytes: bytes.length };
}

function likeBefore(values: Float32Array, { dtype, dims }: Tensor): Tensor {
  if (dtype !== 'float16') return floatTensor(values, dims);
  const halves = halvesFromFloats(values);
  return { dtype, dims, bytes: new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength) };
}
