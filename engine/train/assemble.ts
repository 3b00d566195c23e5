import { gradient, isBackward } from '../autodiff/gradient.ts';
import { EngineError } from '../errors.ts';
import { keepFirstToken } from '../graph/fuse/firstToken.ts';
import { foldReshapes } from '../graph/fuse/reshape.ts';
import { cloneModel, type Model } from '../graph/graph.ts';
import { pruneGraph } from '../graph/prune.ts';
import type { Rewrite } from '../graph/rewrite.ts';
import { reverseLeaves } from '../graph/runtimeOrder.ts';
import { afterPass } from '../graph/spec.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type Adapter, attachAdapters } from '../lora/attach.ts';
import { type Linear, linearsOf } from '../lora/linears.ts';
import { appendCrossEntropy } from '../loss/crossEntropy.ts';
import type { PreparedModel } from '../model/prepare.ts';
import { int8Rules, quantizeTrainingGraph } from '../quantize/trainingGraph.ts';
import { recomputeLayers } from './recompute.ts';

/** What makes a training graph faster; each must leave loss and gradients as they are. */
export const TRAINING_REWRITES: readonly Rewrite[] = [
  {
    name: 'constant targets of reshapes',
    version: 1,
    apply: ({ model, shapes }) => foldReshapes(model.graph, shapes),
  },
  {
    name: 'last layer for the first token alone',
    version: 1,
    apply: ({ model, shapes }) => keepFirstToken(model.graph, shapes),
  },
];

export interface TrainingGraph {
  readonly model: Model;
  readonly loss: string;
  readonly logits: string;
  readonly adapters: readonly Adapter[];
  /** Trainable initializers that became inputs, with their starting values. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** Trainable input → output that holds its gradient. */
  readonly gradients: ReadonlyMap<string, string>;
}

/**
 * The training graph: (batch, trainable weights) → (loss, logits, gradients), in ordinary ONNX operators.
 * `weights` are initializers trained in full, `adapt` the layers that get LoRA adapters.
 */
export function assembleTrainingGraph(
  prepared: PreparedModel,
  options: {
    weights: readonly string[];
    adapt?: readonly Linear[];
    rank?: number;
    alpha?: number;
    precision?: 'fp32' | 'int8';
    recompute?: boolean;
  },
): TrainingGraph {
  const model = cloneModel(prepared.model);
  const shapes = new Map(prepared.shapes);
  const { graph } = model;
  const adapted = new Set((options.adapt ?? []).map((l) => l.weight));
  const linears = adapted.size > 0 ? linearsOf(graph, shapes).filter((l) => adapted.has(l.weight)) : [];
  const adapters =
    linears.length > 0
      ? attachAdapters(graph, linears, { rank: options.rank ?? 8, alpha: options.alpha ?? 16, shapes })
      : [];
  const weights = new Map(options.weights.map((name) => [name, lift(graph, name, prepared.name)]));
  afterPass('attaching adapters and lifting weights', model, shapes);
  for (const rewrite of prepared.trainingRewrites ?? TRAINING_REWRITES) {
    rewrite.apply({ model, shapes });
    afterPass(rewrite.name, model, shapes);
  }
  const loss = appendCrossEntropy(graph, prepared.logits, shapes);
  const wrt = [...adapters.flatMap((a) => [a.a, a.b]), ...weights.keys()];
  const int8 = options.precision === 'int8';
  const instead = int8 ? { instead: int8Rules } : {};
  const gradients = gradient(graph, { loss, wrt, shapes, modelName: prepared.name, ...instead });
  afterPass('differentiating', model, shapes);
  graph.outputs = [loss, prepared.logits, ...new Set(gradients.values())].map((name) => ({
    name,
    dtype: null,
    dims: null,
  }));
  pruneGraph(graph);
  if (options.recompute) recomputeLayers(graph);
  afterPass('recomputing layers', model);
  if (int8) quantizeTrainingGraph(model, { isBackward, trained: weights });
  reverseLeaves(graph);
  afterPass('assembling a training graph', model);
  return { model, loss, logits: prepared.logits, adapters, weights, gradients };
}

/** Turns an initializer into a graph input of the same name. */
function lift(graph: Model['graph'], name: string, modelName: string): Tensor {
  const tensor = graph.initializers.get(name);
  if (tensor?.dtype !== 'float32') {
    throw new EngineError('weight_unknown', `${modelName} has no float weight "${name}".`);
  }
  graph.initializers.delete(name);
  graph.inputs.push({ name, dtype: 'float32', dims: tensor.dims });
  return tensor;
}
