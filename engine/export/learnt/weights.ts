import { mustGet } from '../../../process/must.ts';
import { EngineError } from '../../errors.ts';
import type { Graph, Model } from '../../graph/graph.ts';
import { cloneModel } from '../../graph/graph.ts';
import { floatTensor, toFloat32 } from '../../graph/tensor.ts';
import type { Trained } from '../../lora/file.ts';
import type { Linear } from '../../lora/linears.ts';
import { mergeAdapter } from '../../lora/merge.ts';
import type { PreparedModel } from '../../model/prepare.ts';
import { mergeTrained } from '../../train/trainables.ts';
import type { Layer } from './constants.ts';

/**
 * What has to be trained on top of a graph with the weights `from` for it to have the weights `to`, both of them on top of
 * the prepared model; null: nothing, the model as it came. Where adapters were learnt it is small: an adapter goes out by
 * being added with the other sign, and one that comes in is laid beside it. The rest are whole weights.
 */
export function weightsBetween(prepared: PreparedModel, from: Trained | null, to: Trained | null): Trained {
  const whole = new Set(
    [from, to].flatMap((own) =>
      [...(own?.values.keys() ?? [])].filter((name) => prepared.model.graph.initializers.has(name)),
    ),
  );
  const target = to ? mergeTrained(prepared, to) : prepared.model;
  const parts = [...(from ? [{ own: from, sign: -1 }] : []), ...(to ? [{ own: to, sign: 1 }] : [])];
  const rank = Math.max(
    1,
    parts.reduce((sum, { own }) => sum + own.rank, 0),
  );
  const values = new Map<string, Float32Array>();
  const dims = new Map<string, readonly number[]>();
  const put = (name: string, own: Float32Array, shape: readonly number[]) => {
    values.set(name, own);
    dims.set(name, shape);
  };
  for (const linear of prepared.linears) {
    if (whole.has(linear.weight)) continue;
    const { module, inFeatures, outFeatures } = linear;
    const [nameA, nameB] = [`${module}.lora_A`, `${module}.lora_B`];
    if (!parts.some(({ own }) => own.values.has(nameA) && own.values.has(nameB))) continue;
    const a = new Float32Array(inFeatures * rank);
    const b = new Float32Array(rank * outFeatures);
    let at = 0;
    for (const { own, sign } of parts) {
      const ownA = own.values.get(nameA);
      const ownB = own.values.get(nameB);
      const scaling = (sign * own.alpha) / own.rank;
      for (let i = 0; ownA && ownB && i < inFeatures; i++)
        a.set(ownA.subarray(i * own.rank, (i + 1) * own.rank), i * rank + at);
      if (ownA && ownB)
        b.set(
          ownB.map((value) => value * scaling),
          at * outFeatures,
        );
      at += own.rank;
    }
    put(nameA, a, [inFeatures, rank]);
    put(nameB, b, [rank, outFeatures]);
  }
  for (const name of whole) {
    const tensor = mustGet(target.graph.initializers, name, 'constant');
    put(name, Float32Array.from(toFloat32(tensor)), tensor.dims);
  }
  return { values, dims, rank, alpha: rank };
}

/** Where the layers lie that these weights adapt. */
export const layersOf = (
  { linears }: PreparedModel,
  weights: readonly Trained[],
): Readonly<Record<string, Layer>> =>
  Object.fromEntries(
    linears
      .filter(({ module }) => weights.some(({ values }) => values.has(`${module}.lora_A`)))
      .map(({ module, weight, storedInOut }) => [module, { weight, transposed: !storedInOut }]),
  );

/** A file's graph with other weights, found by what `learnt.json` says of layers alone: as the Python of the folder does it. */
export function withWeights(model: Model, trained: Trained, layers: Readonly<Record<string, Layer>>): Model {
  const changed = cloneModel(model);
  const { graph } = changed;
  const { rank, alpha, values, dims } = trained;
  for (const [name, own] of values) {
    const module = name.replace(/\.lora_[AB]$/, '');
    if (name === module) {
      const tensor = tensorOf(graph, name);
      graph.initializers.set(name, floatTensor(own, tensor.dims));
    } else if (name.endsWith('.lora_A')) {
      const layer = Object.hasOwn(layers, module) ? layers[module] : undefined;
      const other = `${module}.lora_B`;
      const [b, sizes] = [values.get(other), dims.get(other)];
      if (!layer || !b || !sizes) throw misfit(name);
      tensorOf(graph, layer.weight);
      const [inFeatures = 0, outFeatures = 0] = [dims.get(name)?.[0], sizes[1]];
      mergeAdapter(graph, linearOf(layer, { inFeatures, outFeatures }), {
        ...{ a: own, b, rank },
        scaling: alpha / rank,
      });
    }
  }
  return changed;
}

const linearOf = (
  { weight, transposed }: Layer,
  sizes: Pick<Linear, 'inFeatures' | 'outFeatures'>,
): Pick<Linear, 'weight' | 'storedInOut' | 'inFeatures' | 'outFeatures'> => ({
  weight,
  storedInOut: !transposed,
  ...sizes,
});

function tensorOf({ initializers }: Graph, name: string) {
  const tensor = initializers.get(name);
  if (tensor === undefined) throw misfit(name);
  return tensor;
}

const misfit = (name: string) =>
  new EngineError(
    'weights_invalid',
    `The weights "${name}" beside the model belong to another model.`,
    'Export the model again.',
  );
