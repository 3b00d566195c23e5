import type { InputRule } from '../autodiff/registry.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { consumersOf, type Graph, intsOf, type Model, type Node, producersOf } from '../graph/graph.ts';
import { pruneGraph } from '../graph/prune.ts';
import { floatTensor, type Tensor, toFloat32 } from '../graph/tensor.ts';
import { int8Tensor, MOST, quantizeMatrix, transpose } from './weights.ts';

/** Smaller matrices are not worth the extra operators. */
const LEAST_FEATURES = 64;
/** So small that it only keeps rows of zeros from dividing by zero. */
const TINY = 1e-30;
const MICROSOFT = 'com.microsoft';

/**
 * Replaces every product with a weight matrix, forward and backward, by one with 8-bit integers: weights have a scale
 * per column, what they multiply is quantised while the graph runs (com.microsoft.DynamicQuantizeMatMul). Trained
 * weights stay float32 and are rounded anew in every step; their own gradients are float32 products.
 *
 * Gradients differ by orders of magnitude from row to row, so each row is divided by its root mean square first, by
 * one SimplifiedLayerNormalization, and the product multiplied back. Gradients go straight through the rounding.
 * `isBackward` tells the nodes of the backward pass, `trained` holds the weights that became inputs. Changes the model
 * in place.
 */
export function quantizeTrainingGraph(
  model: Model,
  { isBackward, trained }: { isBackward: (node: Node) => boolean; trained: ReadonlyMap<string, Tensor> },
): void {
  const { graph } = model;
  const builder = new GraphBuilder(graph, 'int8');
  const weights = createWeights(graph, builder, trained);
  const biases = createBiases(graph, trained);
  const rows = createRowFactors(graph, builder);
  const original = graph.nodes;
  const once = createRoundedOnce();
  const factors = original.filter((node) => node.op === 'MatMul' && !isBackward(node));
  const isShared = (x: string) => factors.filter((node) => node.inputs[0] === x).length > 1;
  graph.nodes = [];
  for (const node of original) {
    if (biases.folded.has(node)) continue;
    const weight = node.op === 'MatMul' && node.domain === '' ? weights.of(node.inputs[1]!) : undefined;
    if (!weight) {
      graph.nodes.push(node);
      continue;
    }
    const [x] = node.inputs as [string];
    if (isBackward(node)) {
      rows.product(x, weight, node.outputs[0]!);
      continue;
    }
    const bias = biases.after(node);
    if (bias) biases.folded.add(bias.node);
    const product = (isShared(x) ? once.multiply : multiply)(builder, x, weight, bias?.vector);
    rename(graph, product, bias?.output ?? node.outputs[0]!);
  }
  model.domains.set(MICROSOFT, 1);
  pruneGraph(graph);
}

interface Weight {
  readonly values: string;
  /** Of the columns. */
  readonly scales: string;
  readonly inFeatures: number;
  /** Of the rows, to be multiplied into what the matrix multiplies; absent: all are 1. */
  readonly inScales?: string;
}

const multiply = (b: GraphBuilder, x: string, { values, scales }: Weight, bias?: string) =>
  b.emit('DynamicQuantizeMatMul', [x, values, scales, ...(bias ? ['', bias] : [])], {}, MICROSOFT);

/** The same product, where several matrices multiply one value (query, key, value): it is rounded for all of them. */
function createRoundedOnce() {
  const known = new Map<string, readonly string[]>();
  return {
    multiply: (b: GraphBuilder, x: string, { values, scales }: Weight, bias?: string) => {
      const rounded = known.get(x) ?? b.emitAll('DynamicQuantizeLinear', [x], 3);
      known.set(x, rounded);
      const [integers, scale, zero] = rounded as [string, string, string];
      const inputs = [integers, values, scale, scales, zero, ...(bias ? ['', bias] : [])];
      return b.emit('MatMulIntegerToFloat', inputs, {}, MICROSOFT);
    },
  };
}

/** Biases that follow a product directly and can be added inside the operator. */
function createBiases(graph: Graph, trained: ReadonlyMap<string, Tensor>) {
  const consumers = consumersOf(graph);
  const isVector = (name: string) => (graph.initializers.get(name) ?? trained.get(name))?.dims.length === 1;
  const after = (node: Node) => {
    const [next, ...others] = consumers.get(node.outputs[0]!) ?? [];
    const vector = next?.op === 'Add' && others.length === 0 ? next.inputs.find(isVector) : undefined;
    return vector === undefined ? undefined : { vector, output: next!.outputs[0]!, node: next! };
  };
  return { after, folded: new Set<Node>() };
}

/** A weight matrix as the graph has it: frozen, with its values, or trained, an input. */
interface Matrix {
  readonly name: string;
  readonly tensor: Tensor | undefined;
  readonly dims: readonly [number, number];
  /** Read through a Transpose. */
  readonly flipped: boolean;
}

/** The 8-bit forms of the graph's matrices, made when asked for and once. */
function createWeights(graph: Graph, b: GraphBuilder, trained: ReadonlyMap<string, Tensor>) {
  const producers = producersOf(graph);
  const rounding = createRounding(b);
  const known = new Map<string, Weight | undefined>();
  const matrix = (name: string): Matrix | undefined => {
    const tensor = graph.initializers.get(name);
    const { dtype, dims } = tensor ?? trained.get(name) ?? {};
    if (dtype === 'float32' && dims?.length === 2)
      return { name, tensor, dims: dims as [number, number], flipped: false };
    const source = producers.get(name);
    if (source?.op !== 'Transpose' || (intsOf(source, 'perm') ?? [1, 0]).join() !== '1,0') return undefined;
    const inner = matrix(source.inputs[0]!);
    return inner && { ...inner, flipped: !inner.flipped };
  };
  const make = (name: string): Weight | undefined => {
    const found = matrix(name);
    if (!found || Math.min(...found.dims) < LEAST_FEATURES) return undefined;
    return found.tensor ? frozen(name, found, found.tensor) : rounding(found);
  };
  const frozen = (name: string, { dims: stored, flipped }: Matrix, tensor: Tensor): Weight => {
    const dims = flipped ? ([stored[1], stored[0]] as const) : stored;
    const floats = toFloat32(tensor);
    const { values, scales } = quantizeMatrix(flipped ? transpose(floats, stored) : floats, dims, 1);
    const weight = { values: `${name}/int8`, scales: `${name}/scales`, inFeatures: dims[0] };
    graph.initializers.set(weight.values, int8Tensor(values, dims));
    graph.initializers.set(weight.scales, floatTensor(scales, [dims[1]]));
    return weight;
  };
  return {
    of(name: string): Weight | undefined {
      if (!known.has(name)) known.set(name, make(name));
      return known.get(name);
    },
  };
}

/**
 * A trained matrix changes with every step, so the graph itself rounds it, once for both directions: as `quantizeMatrix`
 * does, a scale per column. ONNX Runtime rounds quickly only by one scale, so columns are brought to the range of the
 * integers before.
 */
function createRounding(b: GraphBuilder) {
  const known = new Map<string, { rounded: string; scales: string }>();
  const round = (name: string) => {
    const largest = b.emit('ReduceMax', [b.emit('Abs', [name]), b.ints([0])], { keepdims: 0 });
    const scales = b.scale(b.emit('Max', [largest, b.scalar(TINY)]), 1 / MOST);
    const even = b.mul(name, b.emit('Reciprocal', [scales]));
    const zero = b.constant(int8Tensor(new Int8Array(1), []));
    const made = { rounded: b.emit('QuantizeLinear', [even, b.scalar(1), zero]), scales };
    known.set(name, made);
    return made;
  };
  return (matrix: Matrix): Weight => {
    const { rounded, scales } = known.get(matrix.name) ?? round(matrix.name);
    const [rows, columns] = matrix.dims;
    if (!matrix.flipped) return { values: rounded, scales, inFeatures: rows };
    const values = b.emit('Transpose', [rounded], { perm: [1, 0] });
    return { values, scales: b.filled(rows, 1), inFeatures: columns, inScales: scales };
  };
}

/** A value that is `rest` with each row divided by the [.., 1] values `divisors` and multiplied by `factor`. */
interface Stripped {
  readonly rest: string;
  readonly divisors: readonly string[];
  readonly factor: number;
}

/**
 * Backward products, whose rows are brought to the same size first. A factor per row (of an earlier product) and
 * constants need not be applied for that: they are taken off the value and put on the product.
 */
function createRowFactors(graph: Graph, b: GraphBuilder) {
  const producers = producersOf(graph);
  const consumers = consumersOf(graph);
  const scaled = new Map<string, { even: string; divisors: readonly string[]; factor: number }>();
  const products = new Map<string, { raw: string; divisor: string }>();

  function stripped(value: string): Stripped {
    const product = products.get(value);
    if (product) return { rest: product.raw, divisors: [product.divisor], factor: 1 };
    const whole = { rest: value, divisors: [], factor: 1 };
    const node = producers.get(value);
    if (node?.op !== 'Mul' || (consumers.get(value) ?? []).length !== 1) return whole;
    const [left, right] = node.inputs as [string, string];
    const constant = graph.initializers.get(right);
    const inner = stripped(left);
    if (constant?.dtype === 'float32' && constant.dims.length === 0)
      return { ...inner, factor: inner.factor * toFloat32(constant)[0]! };
    if (inner.rest === left) return whole;
    return { ...inner, rest: b.mul(inner.rest, right) };
  }

  function even(x: string, { inFeatures, inScales = b.filled(inFeatures, 1) }: Weight) {
    const key = `${x} ${inScales}`;
    const known = scaled.get(key);
    if (known) return known;
    const { rest, divisors, factor } = stripped(x);
    const [value, inverse] = b.emitAll('SimplifiedLayerNormalization', [rest, inScales], 2, {
      axis: -1,
      epsilon: TINY,
    });
    const made = { even: value!, divisors: [inverse!, ...divisors], factor };
    scaled.set(key, made);
    return made;
  }

  return {
    /** Emits x W under the given name. */
    product(x: string, weight: Weight, name: string): void {
      const { even: rows, divisors, factor } = even(x, weight);
      const all = divisors.reduce((product, divisor) => b.mul(product, divisor));
      const divisor = factor === 1 ? all : b.scale(all, 1 / factor);
      const raw = multiply(b, rows, weight);
      rename(graph, b.div(raw, divisor), name);
      products.set(name, { raw, divisor });
    },
  };
}

/**
 * GELU's slope by a difference of GELU itself, as it was computed forward: (gelu(x + h) - gelu(x)) / h. Off by less
 * than h / 2, far less than 8-bit rounding, and three passes over the values instead of eleven.
 */
const geluBySteps: InputRule = ({ b, x, y, dy, shape }) => {
  const width = shape(x[0]!).dims.at(-1)![0];
  const shifted = b.emit('BiasGelu', [x[0]!, b.filled(width, STEP)], {}, MICROSOFT);
  return b.scale(b.mul(dy, b.sub(shifted, y[0]!)), 1 / STEP);
};
/** A power of two, so that dividing by it is exact. */
const STEP = 2 ** -8;

/** Gradient rules that suit 8-bit training. */
export const int8Rules: ReadonlyMap<string, InputRule> = new Map([[`${MICROSOFT}.Gelu`, geluBySteps]]);

/** Gives a value that was just made the name that the rest of the graph reads. */
function rename(graph: Graph, made: string, wanted: string): void {
  const last = graph.nodes.at(-1)!;
  last.outputs = last.outputs.map((name) => (name === made ? wanted : name));
}
