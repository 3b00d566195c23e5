import { fuseAttention } from '../graph/fuse/attention.ts';
import { keepFirstToken } from '../graph/fuse/firstToken.ts';
import { removePadding, uniformValues } from '../graph/fuse/padding.ts';
import { foldReshapes } from '../graph/fuse/reshape.ts';
import { absorbProjections } from '../graph/fuse/singleQuery.ts';
import { cloneModel, type Model } from '../graph/graph.ts';
import type { NliModel } from '../models/nliModel.ts';
import { planActivations } from '../quantize/activations.ts';
import { quantizeForRuntime } from '../quantize/runtimeModel.ts';
import type { PreparedModel } from '../train/assemble.ts';
import { evaluateUnpadded, watchRows } from './probePairs.ts';

/**
 * The graph that suggestions are computed with: the last layer only for the token that is read, shapes as constants.
 * `weights` has the structure of the prepared model and is not changed.
 */
export function inferenceModel(prepared: PreparedModel, weights: Model): Model {
  const model = cloneModel(weights);
  const shapes = new Map(prepared.shapes);
  foldReshapes(model.graph, shapes);
  keepFirstToken(model.graph, shapes);
  return model;
}

/**
 * The same for batches whose pairs have one length: no masks, attention in one operator, the last layer's keys and
 * values not at all. Logits are those of the padded graph up to float32 rounding.
 */
export async function unpaddedModel(prepared: PreparedModel, weights: Model): Promise<Model> {
  const model = cloneModel(weights);
  const shapes = new Map(prepared.shapes);
  foldReshapes(model.graph, shapes);
  removePadding(model.graph, shapes, await uniformValues(model, evaluateUnpadded));
  keepFirstToken(model.graph, shapes);
  if (!fuseAttention(model.graph, shapes)) return model;
  model.domains.set('com.microsoft', 1);
  absorbProjections(model.graph, shapes);
  return model;
}

/** What `unpaddedModel` gives, with the encoder's matrices as 8-bit integers; scales of activations come from built-in pairs. */
export async function int8Model(nli: NliModel, unpadded: Model): Promise<Model> {
  const model = cloneModel(unpadded);
  const plan = await planActivations(model, (watched, names) => watchRows(nli, watched, names));
  return quantizeForRuntime(model, plan);
}
