import { mustGet } from '../../process/must.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { cloneModel, floatOf, type Graph, intOf, type Model, type Node } from '../graph/graph.ts';
import { pruneGraph } from '../graph/prune.ts';
import { afterPass } from '../graph/spec.ts';
import { floatTensor, intTensor, type Tensor, toFloat32 } from '../graph/tensor.ts';
import { int8Tensor, quantizeMatrix, transpose, uint8Tensor, ZERO_POINT } from './weights.ts';

/** The largest magnitude of each channel of the values that weight matrices multiply: value's name → [channels]. */
export type ActivationMaxima = ReadonlyMap<string, Float32Array>;

const FLOAT = 1;
/** Of a row, so that a row of zeros divides by something. */
const LEAST_MAXIMUM = 1e-9;

/**
 * A model whose weight matrices are 8-bit integers, activations being quantised while it runs: a file about a quarter
 * as large, of standard operators only, so that every runtime reads it. Embedding tables have a scale per row,
 * matrices one per column; those are unsigned with zero point 128, since signed ones saturate on x86 processors
 * before VNNI.
 *
 * Each row of an activation is divided by its largest value first, so that one token's outlier costs the others no
 * precision; with `maxima` channels are evened out too (SmoothQuant: Xiao et al. 2023, equation 4). The matrices named in
 * `floats` stay as they are.
 * The given model is not changed.
 */
export function quantizeDynamic(
  source: Model,
  options: { readonly maxima?: ActivationMaxima | undefined; readonly floats?: ReadonlySet<string> } = {},
): Model {
  return quantize(source, options, (builder, { input, weight, scales }) => {
    const [values, scale, zero] = builder.emitAll('DynamicQuantizeLinear', [input], 3);
    const product = builder.emit('MatMulInteger', [values!, weight, zero!, MIDDLE]);
    const factor = builder.emit('Mul', [scale!, scales]);
    return builder.emit('Mul', [builder.emit('Cast', [product], { to: FLOAT }), factor]);
  });
}

const MIDDLE = 'int8:middle';
const LAST_AXIS = 'int8:last_axis';
const LEAST = 'int8:least';

type Multiply = (builder: GraphBuilder, call: { input: string; weight: string; scales: string }) => string;

function quantize(
  source: Model,
  { maxima, floats = new Set() }: NonNullable<Parameters<typeof quantizeDynamic>[1]>,
  multiply: Multiply,
): Model {
  const model = cloneModel(source);
  const { graph } = model;
  const smoothing = smoothingOf(graph, maxima, floats);
  const builder = new GraphBuilder(graph, 'int8');
  const original = graph.nodes;
  graph.nodes = [];
  graph.initializers.set(MIDDLE, { dtype: 'uint8', dims: [], bytes: Uint8Array.of(ZERO_POINT) });
  graph.initializers.set(LAST_AXIS, intTensor([-1]));
  graph.initializers.set(LEAST, floatTensor([LEAST_MAXIMUM], []));
  const scaled = new Map<string, { input: string; rows: string }>();
  const weights = new Map<string, { weight: string; scales: string }>();
  const remember = <T>(known: Map<string, T>, key: string, make: () => T): T => {
    const found = known.get(key) ?? make();
    known.set(key, found);
    return found;
  };
  for (const node of original) {
    const matrix = matrixOf(graph, node, floats);
    if (matrix) {
      const activation = node.inputs[0]!;
      const even = smoothing.get(activation);
      const { input, rows } = remember(scaled, activation, () => scaleRows(builder, activation, even));
      const weight = remember(weights, `${matrix.name} ${activation}`, () =>
        addMatrix(graph, { ...matrix, even, key: `${weights.size}` }),
      );
      const product = builder.emit('Mul', [multiply(builder, { input, ...weight }), rows]);
      const bias = node.op === 'Gemm' ? node.inputs[2] : undefined;
      renameLast(graph, bias ? builder.emit('Add', [product, bias]) : product, node.outputs[0]!);
    } else if (isTable(graph, node)) {
      const table = remember(weights, `${node.inputs[0]} rows`, () => addTable(graph, node.inputs[0]!));
      const taken = builder.emit('Gather', [table.weight, node.inputs[1]!]);
      const scales = builder.emit('Gather', [table.scales, node.inputs[1]!]);
      const values = builder.emit('Cast', [taken], { to: FLOAT });
      renameLast(graph, builder.emit('Mul', [values, scales]), node.outputs[0]!);
    } else graph.nodes.push(node);
  }
  pruneGraph(graph);
  afterPass('writing 8-bit weights', model);
  return model;
}

/** The values that constant matrices multiply: what is quantised while the model runs. */
export const quantizableInputs = (graph: Graph): string[] => [
  ...new Set(graph.nodes.filter((node) => matrixOf(graph, node)).map((node) => node.inputs[0]!)),
];

/** The constant matrices that products are made with, in the order of their first use. */
export const quantizableMatrices = (graph: Graph): string[] => [
  ...new Set(graph.nodes.flatMap((node) => matrixOf(graph, node)?.name ?? [])),
];

export interface Matrix {
  readonly name: string;
  readonly tensor: Tensor;
  /** Stored [out, in]. */
  readonly transposed: boolean;
}

/** The constant matrix that a node multiplies with, if it is a plain product. */
export function matrixOf(graph: Graph, node: Node, floats?: ReadonlySet<string>): Matrix | undefined {
  if (node.op !== 'MatMul' && node.op !== 'Gemm') return undefined;
  const name = node.inputs[1]!;
  if (floats?.has(name)) return undefined;
  const tensor = graph.initializers.get(name);
  if (tensor?.dtype !== 'float32' || tensor.dims.length !== 2) return undefined;
  if (node.op === 'MatMul') return { name, tensor, transposed: false };
  const plain =
    intOf(node, 'transA', 0) === 0 && floatOf(node, 'alpha', 1) === 1 && floatOf(node, 'beta', 1) === 1;
  return plain ? { name, tensor, transposed: intOf(node, 'transB', 0) === 1 } : undefined;
}

/** Found by trying 0, 0.5 and 0.7 on a MiniLM: how much of the unevenness moves into the weights. */
const SMOOTHING = 0.7;
/** The largest magnitude of a channel in calibration that says nothing about it. */
const UNSEEN = 1e-6;
/** Of the mean of the channels' largest magnitudes. */
const LEAST_SEEN = 0.05;

/**
 * A factor per channel of an activation, by which it is divided and the rows of its matrices multiplied:
 * max|X|^a / max|W|^(1 - a). A value that several matrices read has one factor for all. A channel that was never more than
 * 0 keeps the factor 1: behind a ReLU it may wake up with another text, and a factor made for 0 would let it drown all others.
 */
function smoothingOf(
  graph: Graph,
  maxima: ActivationMaxima | undefined,
  floats: ReadonlySet<string>,
): Map<string, Float32Array> {
  const factors = new Map<string, Float32Array>();
  if (!maxima) return factors;
  const readers = new Map<string, Matrix[]>();
  for (const node of graph.nodes) {
    const matrix = matrixOf(graph, node, floats);
    if (matrix) readers.set(node.inputs[0]!, [...(readers.get(node.inputs[0]!) ?? []), matrix]);
  }
  for (const [activation, matrices] of readers) {
    const most = maxima.get(activation);
    if (!most) continue;
    const weights = new Float32Array(most.length);
    for (const matrix of matrices) {
      const [inputs, outputs] = dimsOf(matrix);
      const values = inOut(matrix);
      for (let i = 0; i < inputs * outputs; i++) {
        const row = Math.floor(i / outputs);
        weights[row] = Math.max(weights[row]!, Math.abs(values[i]!));
      }
    }
    // One that was seen barely awake is taken for as large as a quiet one of its neighbours.
    const least = LEAST_SEEN * (most.reduce((sum, x) => sum + x, 0) / most.length);
    factors.set(
      activation,
      most.map((x, i) => {
        if (x <= UNSEEN) return 1;
        const factor = Math.max(x, least) ** SMOOTHING / Math.max(weights[i]!, 1e-5) ** (1 - SMOOTHING);
        return Math.max(factor, 1e-4);
      }),
    );
  }
  return factors;
}

const dimsOf = ({ tensor, transposed }: Matrix): [number, number] => {
  const [a, b] = tensor.dims as [number, number];
  return transposed ? [b, a] : [a, b];
};

/** The matrix as [out, in], whatever way it is stored. */
export function outIn(matrix: Matrix): { values: Float32Array; outputs: number; inputs: number } {
  const [inputs, outputs] = dimsOf(matrix);
  const own = toFloat32(matrix.tensor);
  return { values: matrix.transposed ? own : transpose(own, [inputs, outputs]), outputs, inputs };
}

/** The matrix as [in, out]. */
const inOut = ({ tensor, transposed }: Matrix): Float32Array =>
  transposed ? transpose(toFloat32(tensor), tensor.dims as [number, number]) : toFloat32(tensor);

/** Evens out channels, then divides each row by its largest magnitude, which is returned as [..., 1]. */
function scaleRows(builder: GraphBuilder, activation: string, even: Float32Array | undefined) {
  let value = activation;
  if (even) {
    const inverse = `${activation}_inverse`;
    builder.graph.initializers.set(
      inverse,
      floatTensor(
        even.map((factor) => 1 / factor),
        [even.length],
      ),
    );
    value = builder.emit('Mul', [activation, inverse]);
  }
  const largest = builder.emit('ReduceMax', [builder.emit('Abs', [value]), LAST_AXIS], { keepdims: 1 });
  const rows = builder.emit('Max', [largest, LEAST]);
  return { input: builder.emit('Div', [value, rows]), rows };
}

function addMatrix(
  graph: Graph,
  matrix: Matrix & { even: Float32Array | undefined; key: string },
): { weight: string; scales: string } {
  const dims = dimsOf(matrix);
  const values = Float32Array.from(inOut(matrix));
  if (matrix.even)
    for (let i = 0; i < values.length; i++) values[i]! *= matrix.even[Math.floor(i / dims[1])]!;
  const quantized = quantizeMatrix(values, dims, 1);
  const names = { weight: `${matrix.name}_int8_${matrix.key}`, scales: `${matrix.name}_scale_${matrix.key}` };
  graph.initializers.set(names.weight, uint8Tensor(quantized.values, dims));
  graph.initializers.set(names.scales, floatTensor(quantized.scales, [dims[1]]));
  return names;
}

/** Tables smaller than this are not worth two more operators. */
const LEAST_ROWS = 256;

/** Whether a node takes rows of a constant table that is worth being made smaller. */
export function isTable(graph: Graph, node: Node): boolean {
  if (node.op !== 'Gather' || intOf(node, 'axis', 0) !== 0) return false;
  const table = graph.initializers.get(node.inputs[0]!);
  return table?.dtype === 'float32' && table.dims.length === 2 && table.dims[0]! >= LEAST_ROWS;
}

/** Adds a table's 8-bit integers and the scale of each row. */
export function addTable(graph: Graph, name: string): { weight: string; scales: string } {
  const tensor = mustGet(graph.initializers, name, 'constant');
  const dims = tensor.dims as [number, number];
  const { values, scales } = quantizeMatrix(toFloat32(tensor), dims, 0);
  const names = { weight: `${name}_int8_rows`, scales: `${name}_scale_rows` };
  graph.initializers.set(names.weight, int8Tensor(values, dims));
  graph.initializers.set(names.scales, floatTensor(scales, [dims[0], 1]));
  return names;
}

/** Gives the value that was just made the name that the rest of the graph reads. */
export function renameLast(graph: Graph, made: string, wanted: string): void {
  const last = graph.nodes.at(-1)!;
  last.outputs = last.outputs.map((name) => (name === made ? wanted : name));
}
