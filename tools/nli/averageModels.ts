import { EngineError } from '../../engine/errors.ts';
import { elementCount, type Tensor, toFloat32 } from '../../engine/graph/tensor.ts';
import type { ModelFolder } from '../../engine/model/folder.ts';
import { readModel } from '../../engine/onnx/read.ts';
import { exportModel } from './exportModel.ts';

const FLOATS = new Set<Tensor['dtype']>(['float32', 'float16']);

/**
 * Writes the folder of a model whose weights are the means of several of the same kind, as copies of one training are
 * (stochastic weight averaging: Izmailov et al. 2018). Everything else is the last one's.
 *
 * Throws `models_differ` when a model has other weights than the last.
 */
export function averageModels(models: readonly ModelFolder[], out: string): { bytes: number } {
  const last = models.at(-1)!;
  const sums = floatsOf(last);
  for (const model of models.slice(0, -1)) {
    const values = floatsOf(model);
    for (const [name, sum] of sums) {
      const own = values.get(name);
      if (own?.length !== sum.length || values.size !== sums.size) {
        const message = `${model.dir} and ${last.dir} are not copies of one model: "${name}" differs.`;
        throw new EngineError('models_differ', message, 'Average copies of one training.');
      }
      for (let i = 0; i < sum.length; i++) sum[i]! += own[i]!;
    }
  }
  for (const sum of sums.values()) for (let i = 0; i < sum.length; i++) sum[i]! /= models.length;
  return exportModel(last, sums, out);
}

function floatsOf({ onnxPath }: ModelFolder): Map<string, Float32Array> {
  const { initializers } = readModel(onnxPath).graph;
  return new Map(
    [...initializers]
      .filter(([, { dtype, dims }]) => FLOATS.has(dtype) && elementCount(dims) > 1)
      .map(([name, tensor]) => [name, Float32Array.from(toFloat32(tensor))]),
  );
}
