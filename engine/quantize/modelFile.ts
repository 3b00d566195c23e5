import { GraphBuilder, makeNode } from '../graph/builder.ts';
import { cloneModel, floatOf, type Graph, intOf, type Model, type Node } from '../graph/graph.ts';
import { pruneGraph } from '../graph/prune.ts';
import { floatTensor, type Tensor, toFloat32 } from '../onnx/tensor.ts';
import { int8Tensor, quantizeMatrix, uint8Tensor, ZERO_POINT } from './weights.ts';

const FLOAT = 1;

/**
 * A model whose weight matrices are 8-bit integers, activations being quantised while it runs: a file about a quarter
 * as large, of standard operators only, so that every runtime reads it. Embedding tables have a scale per row,
 * matrices one per column. Matrices are unsigned with zero point 128: signed ones saturate on x86 processors before VNNI.
 *
 * The given model is not changed.
 */
export function quantizeDynamic(source: Model): Model {
  const model = cloneModel(source);
  const { graph } = model;
  const builder = new GraphBuilder(graph, 'int8');
  const activations = new Map<string, readonly string[]>();
  const weights = new Map<string, { values: string; scales: string }>();
  const original = graph.nodes;
  graph.nodes = [];
  const middle = 'int8:middle';
  graph.initializers.set(middle, { dtype: 'uint8', dims: [], bytes: Uint8Array.of(ZERO_POINT) });
  const activationOf = (name: string) => {
    const known = activations.get(name);
    if (known) return known;
    const made = builder.emitAll('DynamicQuantizeLinear', [name], 3);
    activations.set(name, made);
    return made;
  };
  const weightOf = (name: string, tensor: Tensor, axis: 0 | 1, transposed: boolean) => {
    const known = weights.get(`${name} ${axis}`);
    if (known) return known;
    const made = addWeight(graph, name, { tensor, axis, transposed, unsigned: axis === 1 });
    weights.set(`${name} ${axis}`, made);
    return made;
  };
  for (const node of original) {
    const matrix = matrixOf(graph, node);
    if (matrix) {
      const [values, scale, zero] = activationOf(node.inputs[0]!);
      const weight = weightOf(matrix.name, matrix.tensor, 1, matrix.transposed);
      const product = builder.emit('MatMulInteger', [values!, weight.values, zero!, middle]);
      const factor = builder.emit('Mul', [scale!, weight.scales]);
      const bias = node.op === 'Gemm' ? node.inputs[2] : undefined;
      const scaled = builder.emit('Mul', [builder.emit('Cast', [product], { to: FLOAT }), factor]);
      const result = bias ? builder.emit('Add', [scaled, bias]) : scaled;
      rename(graph, result, node.outputs[0]!);
    } else if (isTable(graph, node)) {
      const table = weightOf(node.inputs[0]!, graph.initializers.get(node.inputs[0]!)!, 0, false);
      const rows = builder.emit('Cast', [builder.emit('Gather', [table.values, node.inputs[1]!])], {
        to: FLOAT,
      });
      const scales = builder.emit('Gather', [table.scales, node.inputs[1]!]);
      rename(graph, builder.emit('Mul', [rows, scales]), node.outputs[0]!);
    } else graph.nodes.push(node);
  }
  pruneGraph(graph);
  return model;
}

/**
 * The same with ONNX Runtime's own fused operator, faster on its CPU provider; for suggesting, not for files that
 * others read.
 */
export function quantizeForRuntime(source: Model): Model {
  const model = cloneModel(source);
  const { graph } = model;
  const weights = new Map<string, { values: string; scales: string }>();
  graph.nodes = graph.nodes.map((node) => {
    const matrix = matrixOf(graph, node);
    if (!matrix) return node;
    let weight = weights.get(matrix.name);
    if (!weight) {
      weight = addWeight(graph, matrix.name, { ...matrix, axis: 1, unsigned: false });
      weights.set(matrix.name, weight);
    }
    const bias = node.op === 'Gemm' ? node.inputs[2] : undefined;
    return makeNode({
      op: 'DynamicQuantizeMatMul',
      domain: 'com.microsoft',
      name: node.name,
      inputs: [node.inputs[0]!, weight.values, weight.scales, '', ...(bias ? [bias] : [])],
      outputs: node.outputs,
    });
  });
  model.domains.set('com.microsoft', 1);
  pruneGraph(graph);
  return model;
}

interface Matrix {
  readonly name: string;
  readonly tensor: Tensor;
  /** Stored [out, in]. */
  readonly transposed: boolean;
}

/** The constant matrix that a node multiplies with, if it is a plain product. */
function matrixOf(graph: Graph, node: Node): Matrix | undefined {
  if (node.op !== 'MatMul' && node.op !== 'Gemm') return undefined;
  const name = node.inputs[1]!;
  const tensor = graph.initializers.get(name);
  if (tensor?.dtype !== 'float32' || tensor.dims.length !== 2) return undefined;
  if (node.op === 'MatMul') return { name, tensor, transposed: false };
  const plain =
    intOf(node, 'transA', 0) === 0 && floatOf(node, 'alpha', 1) === 1 && floatOf(node, 'beta', 1) === 1;
  return plain ? { name, tensor, transposed: intOf(node, 'transB', 0) === 1 } : undefined;
}

/** Tables smaller than this are not worth two more operators. */
const LEAST_ROWS = 256;

function isTable(graph: Graph, node: Node): boolean {
  if (node.op !== 'Gather' || intOf(node, 'axis', 0) !== 0) return false;
  const table = graph.initializers.get(node.inputs[0]!);
  return table?.dtype === 'float32' && table.dims.length === 2 && table.dims[0]! >= LEAST_ROWS;
}

function addWeight(
  graph: Graph,
  name: string,
  {
    tensor,
    axis,
    transposed,
    unsigned,
  }: { tensor: Tensor; axis: 0 | 1; transposed: boolean; unsigned: boolean },
): { values: string; scales: string } {
  const [a, b] = tensor.dims as [number, number];
  const stored = toFloat32(tensor);
  const [matrix, dims] = transposed
    ? [transpose(stored, [a, b]), [b, a] as const]
    : [stored, [a, b] as const];
  const { values, scales } = quantizeMatrix(matrix, dims, axis);
  const names = { values: `${name}_int8_${axis}`, scales: `${name}_scale_${axis}` };
  graph.initializers.set(names.values, unsigned ? uint8Tensor(values, dims) : int8Tensor(values, dims));
  graph.initializers.set(names.scales, floatTensor(scales, axis === 1 ? [dims[1]] : [dims[0], 1]));
  return names;
}

/** [rows, columns] → [columns, rows]. */
export function transpose(values: Float32Array, [rows, columns]: readonly [number, number]): Float32Array {
  const flipped = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) flipped[c * rows + r] = values[r * columns + c]!;
  }
  return flipped;
}

/** Gives the value that was just made the name that the rest of the graph reads. */
function rename(graph: Graph, made: string, wanted: string): void {
  const last = graph.nodes.at(-1)!;
  last.outputs = last.outputs.map((name) => (name === made ? wanted : name));
}
