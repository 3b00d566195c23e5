import { makeNode } from '../graph/builder.ts';
import { cloneModel, type Model } from '../graph/graph.ts';
import { halvesFromFloats, type Tensor, toFloat32 } from '../onnx/tensor.ts';

const FLOAT = 1;
/** Small tensors are not worth a node. */
const LEAST_ELEMENTS = 1024;

/**
 * A model whose weights are stored as float16 and computed with as float32: half the file, the same operators. Every
 * float32 initializer `X` becomes `X__f16` with a Cast to `X` before it. The given model is not changed.
 */
export function withHalfWeights(source: Model): Model {
  const model = cloneModel(source);
  const { graph } = model;
  const casts = [...graph.initializers].flatMap(([name, tensor]) => {
    if (tensor.dtype !== 'float32' || tensor.bytes.byteLength < 4 * LEAST_ELEMENTS) return [];
    const half = `${name}__f16`;
    graph.initializers.delete(name);
    graph.initializers.set(half, halfTensor(tensor));
    return [
      makeNode({
        op: 'Cast',
        name: `${name}__cast`,
        inputs: [half],
        outputs: [name],
        attributes: { to: FLOAT },
      }),
    ];
  });
  graph.nodes = [...casts, ...graph.nodes];
  return model;
}

function halfTensor(tensor: Tensor): Tensor {
  const halves = halvesFromFloats(toFloat32(tensor));
  return {
    dtype: 'float16',
    dims: tensor.dims,
    bytes: new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength),
  };
}
