import { GraphBuilder } from '../graph/builder.ts';
import { cloneModel, type Graph, type Model } from '../graph/graph.ts';
import { pruneGraph } from '../graph/prune.ts';
import { afterPass } from '../graph/spec.ts';
import { floatTensor } from '../graph/tensor.ts';
import { addTable, isTable, type Matrix, matrixOf, outIn, renameLast } from './modelFile.ts';

/** Weights that share a scale: what transformers.js's own files have. */
const BLOCK = 32;
const ZERO = 8;

/**
 * A model whose weight matrices are 4-bit integers with a scale for every 32 inputs of an output, computed with as float32
 * (com.microsoft.MatMulNBits of onnxruntime); tables are 8-bit with a scale per row. The matrices named in `floats` stay as
 * they are. The given model is not changed.
 */
export function quantizeFourBits(source: Model, floats: ReadonlySet<string> = new Set()): Model {
  const model = cloneModel(source);
  const { graph } = model;
  model.domains.set('com.microsoft', model.domains.get('com.microsoft') ?? 1);
  const builder = new GraphBuilder(graph, 'int4');
  const original = graph.nodes;
  graph.nodes = [];
  const matrices = new Map<string, ReturnType<typeof addMatrix>>();
  const tables = new Map<string, ReturnType<typeof addTable>>();
  for (const node of original) {
    const matrix = matrixOf(graph, node, floats);
    if (matrix) {
      const key = `${matrix.name}_int4${matrix.transposed ? '_transposed' : ''}`;
      const { weight, scales, ...attributes } = matrices.get(key) ?? addMatrix(graph, matrix, key);
      matrices.set(key, { weight, scales, ...attributes });
      const inputs = [node.inputs[0]!, weight, scales];
      const product = builder.emit('MatMulNBits', inputs, attributes, 'com.microsoft');
      const bias = node.op === 'Gemm' ? node.inputs[2] : undefined;
      renameLast(graph, bias ? builder.emit('Add', [product, bias]) : product, node.outputs[0]!);
    } else if (isTable(graph, node)) {
      const name = node.inputs[0]!;
      const table = tables.get(name) ?? addTable(graph, name);
      tables.set(name, table);
      const taken = builder.emit('Gather', [table.weight, node.inputs[1]!]);
      const scales = builder.emit('Gather', [table.scales, node.inputs[1]!]);
      const values = builder.emit('Cast', [taken], { to: 1 });
      renameLast(graph, builder.emit('Mul', [values, scales]), node.outputs[0]!);
    } else graph.nodes.push(node);
  }
  pruneGraph(graph);
  afterPass('writing 4-bit weights', model);
  return model;
}

function addMatrix(graph: Graph, matrix: Matrix, key: string) {
  const { values, outputs, inputs } = outIn(matrix);
  const { packed, scales, blocks } = packFourBits(values, [outputs, inputs]);
  const names = { weight: key, scales: `${key}_scales` };
  graph.initializers.set(names.weight, {
    dtype: 'uint8',
    dims: [outputs, blocks, BLOCK / 2],
    bytes: packed,
  });
  graph.initializers.set(names.scales, floatTensor(scales, [outputs * blocks]));
  return { ...names, K: inputs, N: outputs, bits: 4, block_size: BLOCK };
}

/** Of a block's largest value: a little less than all of it often costs less on the whole. */
const SHARES = [1, 0.95, 0.9, 0.85, 0.8, 0.75];

/** The scale with the least squared error, the largest value becoming the integer 0 or beyond. */
function scaleOf(block: Float32Array): number {
  const largest = block.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (const share of SHARES) {
    const scale = (share * largest) / -ZERO;
    let error = 0;
    for (const x of block) error += (x - (integerOf(x, scale) - ZERO) * scale) ** 2;
    if (error < least) [best, least] = [scale, error];
  }
  return best;
}

const integerOf = (value: number, scale: number): number =>
  Math.max(0, Math.min(2 * ZERO - 1, (scale === 0 ? 0 : Math.round(value / scale)) + ZERO));

/**
 * Symmetric quantisation in blocks of 32 inputs: value = (integer − 8) · scale. matrix: [out, in] → two integers a byte,
 * the first in its low half; [out, blocks] scales.
 */
export function packFourBits(
  matrix: Float32Array,
  [outputs, inputs]: readonly [number, number],
): { packed: Uint8Array; scales: Float32Array; blocks: number } {
  const blocks = Math.ceil(inputs / BLOCK);
  const packed = new Uint8Array((outputs * blocks * BLOCK) / 2);
  const scales = new Float32Array(outputs * blocks);
  for (let row = 0; row < outputs; row++) {
    for (let block = 0; block < blocks; block++) {
      const own = matrix.subarray(
        row * inputs + block * BLOCK,
        row * inputs + Math.min((block + 1) * BLOCK, inputs),
      );
      const scale = scaleOf(own);
      const at = row * blocks + block;
      scales[at] = scale;
      for (let i = 0; i < BLOCK; i++) {
        const integer = integerOf(own[i] ?? 0, scale);
        packed[(at * BLOCK) / 2 + (i >> 1)]! |= integer << (i % 2 === 0 ? 0 : 4);
      }
    }
  }
  return { packed, scales, blocks };
}
