import { gradient, isBackward } from '../autodiff/gradient.ts';
import { EngineError } from '../errors.ts';
import { cleanModel } from '../graph/clean.ts';
import { keepFirstToken } from '../graph/fuse/firstToken.ts';
import { fuseGelus } from '../graph/fuse/gelu.ts';
import { fuseLayerNorms } from '../graph/fuse/layerNorm.ts';
import { foldReshapes } from '../graph/fuse/reshape.ts';
import { cloneModel, type Model } from '../graph/graph.ts';
import { type Prober, probeShapes, type Shapes } from '../graph/probe.ts';
import { pruneGraph } from '../graph/prune.ts';
import { reverseLeaves } from '../graph/runtimeOrder.ts';
import { upgradeModel } from '../graph/upgrade.ts';
import { type Adapter, attachAdapters } from '../lora/attach.ts';
import { type Linear, linearsOf } from '../lora/linears.ts';
import { appendCrossEntropy } from '../loss/crossEntropy.ts';
import type { Tensor } from '../onnx/tensor.ts';
import { int8Rules, quantizeTrainingGraph } from '../quantize/trainingGraph.ts';
import { recomputeLayers } from './recompute.ts';

/** A model cleaned, fused and with known shapes: what training and merging start from. */
export interface PreparedModel {
  readonly model: Model;
  readonly shapes: Shapes;
  readonly linears: readonly Linear[];
  readonly logits: string;
  readonly name: string;
}

/** Cleans, probes, upgrades and fuses a copy of the model. Throws `not_a_classifier` without [batch, n] logits. */
export async function prepareModel(
  source: Model,
  options: { name: string; probe: Prober },
): Promise<PreparedModel> {
  const model = cloneModel(source);
  cleanModel(model);
  const shapes = await probeShapes(model, options.probe);
  const logits = model.graph.outputs.find((o) => o.name === 'logits') ?? model.graph.outputs[0];
  const dims = logits && shapes.get(logits.name)?.dims;
  if (!logits || dims?.length !== 2 || dims[0]![0] === dims[0]![1] || dims[1]![0] !== dims[1]![1]) {
    throw new EngineError(
      'not_a_classifier',
      `${options.name} is not a sequence classifier: it gives no logits of shape [batch, classes].`,
      'Choose a model that was exported for text classification.',
    );
  }
  upgradeModel(model, shapes);
  fuseLayerNorms(model.graph, shapes);
  if (fuseGelus(model.graph)) model.domains.set('com.microsoft', 1);
  model.graph.outputs = [logits];
  pruneGraph(model.graph);
  return { model, shapes, linears: linearsOf(model.graph, shapes), logits: logits.name, name: options.name };
}

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
  foldReshapes(graph, shapes);
  keepFirstToken(graph, shapes);
  const loss = appendCrossEntropy(graph, prepared.logits, shapes);
  const wrt = [...adapters.flatMap((a) => [a.a, a.b]), ...weights.keys()];
  const int8 = options.precision === 'int8';
  const instead = int8 ? { instead: int8Rules } : {};
  const gradients = gradient(graph, { loss, wrt, shapes, modelName: prepared.name, ...instead });
  graph.outputs = [loss, prepared.logits, ...new Set(gradients.values())].map((name) => ({
    name,
    dtype: null,
    dims: null,
  }));
  pruneGraph(graph);
  if (options.recompute) recomputeLayers(graph);
  if (int8) quantizeTrainingGraph(model, { isBackward, trained: weights });
  reverseLeaves(graph);
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
