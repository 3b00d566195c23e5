import { keepFirstToken } from '../graph/fuse/firstToken.ts';
import { foldReshapes } from '../graph/fuse/reshape.ts';
import { cloneModel, type Model } from '../graph/graph.ts';
import { quantizeForRuntime } from '../quantize/runtimeModel.ts';
import type { PreparedModel } from '../train/assemble.ts';

/**
 * The graph that suggestions are computed with: the last layer only for the token that is read, shapes as constants,
 * and for 'int8' the encoder's matrices as 8-bit integers. `weights` has the structure of the prepared model and is
 * not changed.
 */
export function inferenceModel({ shapes }: PreparedModel, weights: Model, precision: 'fp32' | 'int8'): Model {
  const model = cloneModel(weights);
  const known = new Map(shapes);
  foldReshapes(model.graph, known);
  keepFirstToken(model.graph, known);
  return precision === 'int8' ? quantizeForRuntime(model) : model;
}
