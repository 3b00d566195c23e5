import { GraphBuilder } from '../graph/builder.ts';
import { cloneModel, type Model } from '../graph/graph.ts';
import { pruneGraph } from '../graph/prune.ts';
import { codeOf, halvesFromFloats, type Tensor, toFloat32 } from '../graph/tensor.ts';

const PRODUCTS = new Set(['MatMul', 'Gemm', 'com.microsoft.FusedMatMul']);

/**
 * A copy of a training graph whose matrix products, forward and backward, are computed in float16, as PyTorch's
 * autocast does: sums, norms, softmax, loss and weight updates stay float32, frozen matrices take half the memory.
 * Small gradients vanish in float16: multiply the loss (see `createLossScale`).
 */
export function withHalfMatMuls(source: Model): Model {
  const model = cloneModel(source);
  const { graph } = model;
  const halves = new Map<string, string>();
  const original = graph.nodes;
  graph.nodes = [];
  const b = new GraphBuilder(graph, 'half');
  const cast = (from: string, to: string, dtype: 'float16' | 'float32') =>
    b.emitAs([to], 'Cast', [from], { to: codeOf(dtype) });
  const halfOf = (value: string): string => {
    if (value === '') return value;
    const known = halves.get(value);
    if (known !== undefined) return known;
    const name = `${value}__half`;
    halves.set(value, name);
    const constant = graph.initializers.get(value);
    if (constant?.dtype === 'float32') graph.initializers.set(name, halfTensor(constant));
    else cast(value, name, 'float16');
    return name;
  };
  for (const node of original) {
    if (!PRODUCTS.has(node.domain === '' ? node.op : `${node.domain}.${node.op}`)) {
      graph.nodes.push(node);
      continue;
    }
    const [output] = node.outputs as [string];
    const product = `${output}__product`;
    const inputs = node.inputs.map(halfOf);
    graph.nodes.push({ ...node, inputs, outputs: [product] });
    cast(product, output, 'float32');
  }
  pruneGraph(graph);
  return model;
}

function halfTensor(tensor: Tensor): Tensor {
  const halves = halvesFromFloats(toFloat32(tensor));
  return { dtype: 'float16', dims: tensor.dims, bytes: new Uint8Array(halves.buffer) };
}
