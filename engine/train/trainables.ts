import { EngineError } from '../errors.ts';
import { cloneModel, type Model } from '../graph/graph.ts';
import { floatTensor, type Tensor, toFloat32 } from '../graph/tensor.ts';
import { type Linear, linearsOf } from '../lora/linears.ts';
import { mergeAdapter } from '../lora/merge.ts';
import type { PreparedModel } from '../model/prepare.ts';
import type { Parameter } from '../optim/adamw.ts';
import type { Random } from '../random.ts';
import { assembleTrainingGraph, type TrainingGraph } from './assemble.ts';
import { layerFilter } from './layers.ts';
import type { TrainingOptions } from './plan.ts';

const QUERY_OR_VALUE = /(^|[._])(query|value|q_lin|v_lin|q_proj|v_proj|query_proj|value_proj|q|v)$/;

/**
 * The training graph of a method, with its parameters at their starting values. 'auto' precision is float32 here.
 * `named` tells what is trained; a form of the same model in which norms are found, if those of `prepared` are not fused.
 */
export function createTrainables(
  prepared: PreparedModel,
  options: TrainingOptions,
  random: Random,
  named: PreparedModel = prepared,
): { training: TrainingGraph; parameters: Parameter[] } {
  const { rank, alpha, recompute } = options;
  const isTrained = layerFilter(prepared, options.layers);
  const precision = options.precision === 'int8' ? 'int8' : 'fp32';
  const adapt =
    options.method === 'lora'
      ? adaptedLayers(
          prepared.linears.filter((l) => isTrained(l.module)),
          options.targets,
        )
      : [];
  const weights = options.method === 'lora' ? headWeights(named.linears) : allWeights(named, isTrained);
  if (options.method === 'lora' && adapt.length === 0) throw nothingToAdapt(prepared.name);
  if (options.method === 'full' && weights.length === 0) throw nothingToTrain(prepared.name);
  const training = assembleTrainingGraph(prepared, { weights, adapt, rank, alpha, precision, recompute });
  const adapters = training.adapters.flatMap(({ linear, a, b }): Parameter[] => [
    {
      name: a,
      dims: [linear.inFeatures, rank],
      values: kaiming(linear.inFeatures * rank, linear.inFeatures, random),
      decays: true,
    },
    {
      name: b,
      dims: [rank, linear.outFeatures],
      values: new Float32Array(rank * linear.outFeatures),
      decays: true,
    },
  ]);
  const full = [...training.weights].map(
    ([name, tensor]): Parameter => ({
      name,
      dims: tensor.dims,
      values: Float32Array.from(toFloat32(tensor)),
      decays: tensor.dims.length > 1,
    }),
  );
  return { training, parameters: [...adapters, ...full] };
}

const nothingToAdapt = (name: string) =>
  new EngineError(
    'nothing_to_train',
    `${name} has no layer that can be given an adapter: its weights are stored in 8 bits, or are those of convolutions.`,
    'Train all of its weights instead (method "full"), or choose a model in float32.',
  );

const nothingToTrain = (name: string) =>
  new EngineError(
    'nothing_to_train',
    `${name} has no weights that can be trained: they are stored in 8 bits, or in operators of their own.`,
    'Suggesting still works with this model; choose one in float32 for training.',
  );

/** Uniform in ±1/sqrt(fan in): what PEFT starts A with (kaiming_uniform with a = sqrt 5). B starts at zero. */
function kaiming(count: number, fanIn: number, random: Random): Float32Array {
  const bound = 1 / Math.sqrt(fanIn);
  return Float32Array.from({ length: count }, () => (2 * random.uniform() - 1) * bound);
}

function adaptedLayers(linears: readonly Linear[], targets: 'all' | 'qv'): Linear[] {
  const perToken = linears.filter((l) => l.perToken && l.ownMatrix);
  const chosen = targets === 'qv' ? perToken.filter((l) => QUERY_OR_VALUE.test(l.module)) : perToken;
  return chosen.length > 0 ? chosen : perToken;
}

const namesOf = (linear: Linear) =>
  linear.bias === undefined ? [linear.weight] : [linear.weight, linear.bias];

/** Everything behind the pooling is trained in full. */
const headWeights = (linears: readonly Linear[]) => [
  ...new Set(linears.filter((l) => !l.perToken).flatMap(namesOf)),
];

/** All linear layers, convolutions, sums with weights and normalizations; embeddings stay as they are, most of their rows never occur. */
function allWeights({ model, linears }: PreparedModel, isTrained: (module: string) => boolean): string[] {
  const norms = model.graph.nodes
    .filter((n) => n.op === 'LayerNormalization')
    .flatMap((n) => n.inputs.slice(1))
    .filter((name) => isParameter(name, model.graph.initializers.get(name)) && isTrained(name));
  // Root mean square norms (Zhang and Sennrich 2019) have no operator of their own in most exports.
  const scales = model.graph.nodes
    .filter(({ op }) => op === 'Mul' || op === 'SimplifiedLayerNormalization')
    .flatMap(({ inputs }) => inputs)
    .filter((name) => isScale(name, model.graph.initializers.get(name)) && isTrained(name));
  const kernels = model.graph.nodes
    .flatMap(({ op, inputs }) => (op === 'Conv' ? inputs.slice(1) : op === 'Einsum' ? inputs : []))
    .filter((name) => model.graph.initializers.get(name)?.dtype === 'float32' && isTrained(name));
  const trained = linears.filter((l) => !l.perToken || isTrained(l.module));
  return [...new Set([...trained.flatMap(namesOf), ...kernels, ...norms, ...scales])];
}

/** Zeros without a parameter's name stand in for a bias that the norm does not have. */
const isParameter = (name: string, tensor: Tensor | undefined): boolean =>
  tensor !== undefined &&
  (/\.(weight|bias|gamma|beta)$/.test(name) || toFloat32(tensor).some((value) => value !== 0));

/** A factor of each feature, under the name of a parameter: not a constant that the exporter worked out. */
const isScale = (name: string, tensor: Tensor | undefined): boolean =>
  tensor?.dtype === 'float32' && tensor.dims.length === 1 && /\.(weight|gamma)$/.test(name);

/** A plain model with the trained numbers in it: adapters merged, full weights replaced. */
export function mergeTrained(
  prepared: PreparedModel,
  trained: { values: ReadonlyMap<string, Float32Array>; rank: number; alpha: number },
): Model {
  const model = cloneModel(prepared.model);
  for (const linear of linearsOf(model.graph, prepared.shapes)) {
    const a = trained.values.get(`${linear.module}.lora_A`);
    const b = trained.values.get(`${linear.module}.lora_B`);
    if (a && b)
      mergeAdapter(model.graph, linear, { a, b, rank: trained.rank, scaling: trained.alpha / trained.rank });
  }
  for (const [name, values] of trained.values) {
    const tensor = model.graph.initializers.get(name);
    if (tensor) model.graph.initializers.set(name, floatTensor(values, tensor.dims));
  }
  return model;
}
