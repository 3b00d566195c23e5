import { mustGet } from '../../process/must.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { biasAfter, type Linear, linearOf, matrixDims } from '../graph/fuse/products.ts';
import {
  cloneModel,
  consumersOf,
  floatOf,
  type Graph,
  intOf,
  type Model,
  type Node,
  producersOf,
} from '../graph/graph.ts';
import { pruneGraph } from '../graph/prune.ts';
import { afterPass } from '../graph/spec.ts';
import { floatTensor, toFloat32 } from '../graph/tensor.ts';
import type { ActivationPlan } from './activations.ts';
import { int8Tensor, quantizeMatrix } from './weights.ts';

/** Of a row, so that a row of zeros divides by something. */
const LEAST_MAXIMUM = 1e-9;
/** Gelu never goes below -0.17: with this floor the largest value of a row is its largest magnitude too. */
const GELU_FLOOR = 0.17;

/**
 * The model for suggesting on ONNX Runtime's CPU provider: weight matrices of the encoder as 8-bit integers, in its own
 * fused operators (the bias is added on the way out). Attention without a mask whose projections read the same value is
 * one QAttention.
 *
 * Activations are rounded by the plan's scales; each row of an uneven one is divided by its largest magnitude first,
 * and one without a scale is searched for its extremes while the graph runs. Matrices behind the pooling stay float32:
 * they are small and nearest to the answer; so do the matrices named in `floats`.
 * The given model is not changed. Not for files that others read: see `quantizeDynamic`.
 */
export function quantizeForRuntime(
  source: Model,
  plan: ActivationPlan,
  floats: ReadonlySet<string> = new Set(),
): Model {
  const model = cloneModel(source);
  model.domains.set('com.microsoft', 1);
  const { graph } = model;
  const producers = producersOf(graph);
  const consumers = consumersOf(graph);
  const work = createWork(graph, plan);
  const original = graph.nodes;
  const fused = new Set<Node>();
  graph.nodes = [];
  for (const node of original) {
    if (fused.has(node)) continue;
    const projections = attentionProjections(graph, node, { producers, uneven: plan.uneven, floats });
    if (projections) attend(work, node, projections);
    if (projections) continue;
    if (!matrixDims(graph, node) || floats.has(node.inputs[1]!)) {
      graph.nodes.push(node);
      continue;
    }
    const input = node.inputs[0]!;
    const bias = biasAfter(graph, consumers.get(node.outputs[0]!) ?? []);
    if (plan.uneven.has(input)) multiplyRows(work, node, producers.get(input)?.op === 'Gelu');
    else if (bias) {
      multiply(work, node, { input, bias: bias.name, output: bias.add.outputs[0]! });
      fused.add(bias.add);
    } else multiply(work, node, { input, output: node.outputs[0]! });
  }
  pruneGraph(graph);
  afterPass('8-bit products for suggesting', model);
  return model;
}

interface Work {
  readonly graph: Graph;
  readonly builder: GraphBuilder;
  readonly rows: Map<string, ScaledRows>;
  /** [integers, scale, zero point] of a value; undefined where no scale is known before. */
  rounded(value: string): readonly [string, string, string] | undefined;
}

function createWork(graph: Graph, { scales }: ActivationPlan): Work {
  const builder = new GraphBuilder(graph, 'int8');
  const known = new Map<string, readonly [string, string, string]>();
  return {
    graph,
    builder,
    rows: new Map(),
    rounded(value) {
      const found = known.get(value);
      const own = scales.get(value);
      if (found || !own) return found;
      const scale = builder.scalar(own.scale);
      const zero = builder.constant({ dtype: 'uint8', dims: [], bytes: Uint8Array.of(own.zero) });
      const made = [builder.emit('QuantizeLinear', [value, scale, zero]), scale, zero] as const;
      known.set(value, made);
      return made;
    },
  };
}

/** Rows divided by `largest` [..., 1]. */
interface ScaledRows {
  readonly input: string;
  readonly largest: string;
}

type Projection = Linear & { readonly bias: string };

/** The query, key and value projections of an attention that QAttention can compute: all of one value, with biases. */
function attentionProjections(
  graph: Graph,
  node: Node,
  known: {
    producers: ReadonlyMap<string, Node>;
    uneven: ReadonlySet<string>;
    floats: ReadonlySet<string>;
  },
): Projection[] | undefined {
  if (node.op !== 'MultiHeadAttention') return undefined;
  const projections = node.inputs.map((value) => linearOf(graph, value, known.producers));
  const [query] = projections;
  if (!query || known.uneven.has(query.input)) return undefined;
  const hidden = mustGet(graph.initializers, query.weight, 'constant').dims[0]!;
  // The operator knows this scale only.
  const usual = Math.sqrt(intOf(node, 'num_heads', 1) / hidden);
  if (Math.abs(floatOf(node, 'scale', 0) / usual - 1) > 1e-5) return undefined;
  const fits = (p: Linear | undefined): p is Projection =>
    p?.bias !== undefined &&
    !known.floats.has(p.weight) &&
    p.input === query.input &&
    mustGet(graph.initializers, p.weight, 'constant').dims.every((size) => size === hidden) &&
    mustGet(graph.initializers, p.bias, 'constant').dims[0] === hidden;
  return projections.every(fits) ? projections : undefined;
}

/** One operator for the three projections and what follows them. */
function attend(work: Work, node: Node, projections: readonly Projection[]): void {
  const { graph, builder } = work;
  const [query] = projections as [Projection];
  const hidden = mustGet(graph.initializers, query.weight, 'constant').dims[0]!;
  const joined = joinColumns(
    projections.map(({ weight }) => toFloat32(mustGet(graph.initializers, weight, 'constant'))),
    hidden,
  );
  const quantized = quantizeMatrix(joined, [hidden, 3 * hidden], 1);
  const biases = projections.flatMap(({ bias }) => [
    ...toFloat32(mustGet(graph.initializers, bias, 'constant')),
  ]);
  const weight = builder.constant(int8Tensor(quantized.values, [hidden, 3 * hidden]));
  const scales = builder.constant(floatTensor(quantized.scales, [3 * hidden]));
  const bias = builder.constant(floatTensor(biases, [3 * hidden]));
  const zero = builder.constant(int8Tensor(new Int8Array(1), []));
  const [values, scale, zeroPoint] =
    work.rounded(query.input) ?? builder.emitAll('DynamicQuantizeLinear', [query.input], 3);
  const inputs = [values!, weight, bias, scale!, scales, '', zeroPoint!, zero];
  const heads = { num_heads: intOf(node, 'num_heads', 1) };
  builder.emitAs(node.outputs, 'QAttention', inputs, heads, 'com.microsoft');
}

/** Square matrices of `size`, side by side. */
function joinColumns(matrices: readonly Float32Array[], size: number): Float32Array {
  const joined = new Float32Array(matrices.length * size * size);
  matrices.forEach((matrix, m) => {
    for (let row = 0; row < size; row++)
      joined.set(matrix.subarray(row * size, (row + 1) * size), (row * matrices.length + m) * size);
  });
  return joined;
}

function multiply(work: Work, node: Node, call: { input: string; output: string; bias?: string }): void {
  const { values, scales } = addWeight(work.graph, node.inputs[1]!);
  const bias = call.bias === undefined ? [] : ['', call.bias];
  const rounded = work.rounded(call.input);
  if (rounded) {
    const [integers, scale, zero] = rounded;
    const inputs = [integers, values, scale, scales, zero, ...bias];
    work.builder.emitAs([call.output], 'MatMulIntegerToFloat', inputs, {}, 'com.microsoft');
  } else {
    const inputs = [call.input, values, scales, ...bias];
    work.builder.emitAs([call.output], 'DynamicQuantizeMatMul', inputs, {}, 'com.microsoft');
  }
}

/** Each row's scale is taken out before the product and put back after it. */
function multiplyRows(work: Work, node: Node, behindGelu: boolean): void {
  const { builder, rows } = work;
  const source = node.inputs[0]!;
  const scaled = rows.get(source) ?? scaleRows(builder, source, behindGelu);
  rows.set(source, scaled);
  const product = `${node.outputs[0]!}/int8`;
  multiply(work, node, { input: scaled.input, output: product });
  builder.emitAs(node.outputs, 'Mul', [product, scaled.largest]);
}

function scaleRows(builder: GraphBuilder, value: string, behindGelu: boolean): ScaledRows {
  const magnitudes = behindGelu ? value : builder.emit('Abs', [value]);
  const maxima = builder.emit('ReduceMax', [magnitudes, builder.ints([-1])], { keepdims: 1 });
  const least = behindGelu ? GELU_FLOOR : LEAST_MAXIMUM;
  const largest = builder.emit('Max', [maxima, builder.scalar(least)]);
  return { input: builder.emit('Div', [value, largest]), largest };
}

/** The 8-bit form of a matrix, made once. */
function addWeight(graph: Graph, name: string): { values: string; scales: string } {
  const names = { values: `${name}/int8`, scales: `${name}/int8_scales` };
  if (graph.initializers.has(names.values)) return names;
  const tensor = mustGet(graph.initializers, name, 'constant');
  const dims = tensor.dims as [number, number];
  const quantized = quantizeMatrix(toFloat32(tensor), dims, 1);
  graph.initializers.set(names.values, int8Tensor(quantized.values, dims));
  graph.initializers.set(names.scales, floatTensor(quantized.scales, [dims[1]]));
  return names;
}
