import { makeNode } from '../graph/builder.ts';
import { cloneModel, type Model } from '../graph/graph.ts';
import { afterPass } from '../graph/spec.ts';
import { codeOf, elementCount, halvesFromFloats, toFloat32 } from '../graph/tensor.ts';

/** The largest number that float16 has. */
const LARGEST = 65_504;
/** Smaller constants are not worth an operator. */
const LEAST_ELEMENTS = 64;

/**
 * A model whose weights are stored as float16 and computed with as float32: half as large, and nothing overflows that the
 * model computes on the way. Constants with larger numbers than float16 has stay float32. The given model is not changed.
 */
export function withHalfWeights(source: Model): Model {
  const model = cloneModel(source);
  const { graph } = model;
  const casts = [...graph.initializers].flatMap(([name, tensor]) => {
    if (tensor.dtype !== 'float32' || elementCount(tensor.dims) < LEAST_ELEMENTS) return [];
    const values = toFloat32(tensor);
    if (values.some((value) => !(Math.abs(value) <= LARGEST))) return [];
    const halves = halvesFromFloats(values);
    const half = `${name}__f16`;
    graph.initializers.delete(name);
    graph.initializers.set(half, {
      dtype: 'float16',
      dims: tensor.dims,
      bytes: new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength),
    });
    return [
      makeNode({
        op: 'Cast',
        name: `${half}__cast`,
        inputs: [half],
        outputs: [name],
        attributes: { to: codeOf('float32') },
      }),
    ];
  });
  graph.nodes = [...casts, ...graph.nodes];
  afterPass('storing weights as float16', model);
  return model;
}
