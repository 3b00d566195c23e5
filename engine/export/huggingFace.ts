import type { Model } from '../graph/graph.ts';
import { type Tensor, toFloat32 } from '../graph/tensor.ts';
import type { Linear } from '../lora/linears.ts';
import { storesInOut } from '../model/families.ts';
import { transpose } from '../quantize/weights.ts';
import { fromFloat32, type SafeTensor } from '../safetensors/dtype.ts';

/** Weights under the parameter names of Hugging Face transformers, as far as the graph tells them. */
export interface NamedWeights {
  readonly tensors: ReadonlyMap<string, SafeTensor>;
  /** Initializers of weights whose parameter name can't be told. */
  readonly unnamed: readonly string[];
  /** Every layer's matrix has its name; without one, a loader would fill in random numbers. */
  readonly complete: boolean;
}

/** Zeros stand in for a bias that the module does not have. */
const isLearnt = (tensor: Tensor | undefined): boolean =>
  tensor !== undefined && tensor.dims.length > 0 && toFloat32(tensor).some((value) => value !== 0);

const PARAMETER = /\.(weight|bias|gamma|beta)$/;

/**
 * PyTorch's weights from a graph's: exporters keep most names, but store the matrices of MatMul transposed and under
 * numbers ("onnx::MatMul_123"); those get the name of their module and are turned back to [out, in], or to [in, out] where
 * the family of `modelType` stores them so.
 */
export function huggingFaceWeights(
  model: Model,
  linears: readonly Linear[],
  modelType?: string,
): NamedWeights {
  const matrices = new Map(linears.map((linear) => [linear.weight, linear]));
  const tensors = new Map<string, SafeTensor>();
  const unnamed: string[] = [];
  for (const [name, tensor] of model.graph.initializers) {
    if (tensor.dtype !== 'float32') continue;
    const linear = matrices.get(name);
    if (linear) {
      const values = toFloat32(tensor);
      const { inFeatures, outFeatures, storedInOut } = linear;
      const parameter = name.endsWith('.weight') ? name : `${linear.module}.weight`;
      const wanted = storesInOut(modelType, linear.module);
      const turned =
        storedInOut === wanted
          ? values
          : transpose(values, wanted ? [outFeatures, inFeatures] : [inFeatures, outFeatures]);
      const dims = wanted ? [inFeatures, outFeatures] : [outFeatures, inFeatures];
      if (parameter === `${name}.weight`) unnamed.push(name);
      else tensors.set(parameter, fromFloat32(Float32Array.from(turned), dims));
    } else if (PARAMETER.test(name)) {
      tensors.set(name, fromFloat32(Float32Array.from(toFloat32(tensor)), tensor.dims));
    } else if (tensor.bytes.byteLength > 4 * 16) unnamed.push(name);
  }
  // One constant may be the bias of several layers; each has its own in PyTorch.
  for (const { module, bias } of linears) {
    const tensor = model.graph.initializers.get(bias ?? '');
    if (tensor && tensors.has(`${module}.weight`) && !tensors.has(`${module}.bias`))
      tensors.set(`${module}.bias`, fromFloat32(Float32Array.from(toFloat32(tensor)), tensor.dims));
  }
  const tables = model.graph.nodes.filter(({ op }) => op === 'Gather').map(({ inputs }) => inputs[0]!);
  const norms = model.graph.nodes.flatMap(({ op, inputs }) =>
    op === 'LayerNormalization' ? inputs.slice(1) : [],
  );
  const needed = new Set([...matrices.keys(), ...tables, ...norms]);
  const complete =
    !unnamed.some((name) => needed.has(name) && isLearnt(model.graph.initializers.get(name))) &&
    !hidesNorms(model, norms, [...matrices.keys()]);
  return { tensors, unnamed, complete };
}

/**
 * Whether one constant is the norm of several layers that are not the same otherwise: exporters keep one name for what was
 * equal, and after full fine-tuning a loader would fill in the others as they are before any training, ones and zeros.
 */
function hidesNorms({ graph }: Model, norms: readonly string[], matrices: readonly string[]): boolean {
  const reads = (name: string) => graph.nodes.filter(({ inputs }) => inputs.includes(name)).length;
  // Where layers share their matrices, as ALBERT's do, they share their norms, too, also in PyTorch.
  if (matrices.some((name) => reads(name) > 1)) return false;
  return norms.some((name, i) => {
    const tensor = graph.initializers.get(name);
    if (tensor === undefined || norms.indexOf(name) === i) return false;
    const [first] = toFloat32(tensor);
    return (first !== 0 && first !== 1) || toFloat32(tensor).some((value) => value !== first);
  });
}
