import { GraphBuilder } from '../graph/builder.ts';
import { cloneModel, consumersOf, type Graph, type Model, type Node, producersOf } from '../graph/graph.ts';
import { pruneGraph } from '../graph/prune.ts';
import { floatTensor, toFloat32 } from '../onnx/tensor.ts';
import { int8Tensor, quantizeMatrix } from './weights.ts';

/** Of a row, so that a row of zeros divides by something. */
const LEAST_MAXIMUM = 1e-9;
/** Gelu never goes below -0.17: with this floor the largest value of a row is its largest magnitude too. */
const GELU_FLOOR = 0.17;

/**
 * The model for suggesting on ONNX Runtime's CPU provider: weight matrices of the encoder as 8-bit integers, in its own
 * fused operator (activations are quantised while it runs, the bias is added on the way out).
 *
 * One scale per activation tensor loses precision only where single tokens have values ten times those of all others
 * ("massive activations": Sun et al. 2024), which is in the feed-forward layers: there each row is divided by its
 * largest magnitude first. Matrices behind the pooling stay float32: they are small and nearest to the answer.
 * The given model is not changed. Not for files that others read: see `quantizeDynamic`.
 */
export function quantizeForRuntime(source: Model): Model {
  const model = cloneModel(source);
  model.domains.set('com.microsoft', 1);
  const { graph } = model;
  const work = { graph, builder: new GraphBuilder(graph, 'int8'), rows: new Map<string, ScaledRows>() };
  const producers = producersOf(graph);
  const consumers = consumersOf(graph);
  const original = graph.nodes;
  const fused = new Set<Node>();
  graph.nodes = [];
  for (const node of original) {
    const dims = fused.has(node) ? undefined : matrixDims(graph, node);
    if (fused.has(node)) continue;
    if (!dims) {
      graph.nodes.push(node);
      continue;
    }
    const bias = biasAfter(graph, consumers.get(node.outputs[0]!) ?? []);
    if (dims[0] !== dims[1]) multiplyRows(work, node, producers.get(node.inputs[0]!)?.op === 'Gelu');
    else if (bias) {
      multiply(work, node, { input: node.inputs[0]!, bias: bias.name, output: bias.add.outputs[0]! });
      fused.add(bias.add);
    } else multiply(work, node, { input: node.inputs[0]!, output: node.outputs[0]! });
  }
  pruneGraph(graph);
  return model;
}

interface Work {
  readonly graph: Graph;
  readonly builder: GraphBuilder;
  readonly rows: Map<string, ScaledRows>;
}

/** Rows divided by `largest` [..., 1]. */
interface ScaledRows {
  readonly input: string;
  readonly largest: string;
}

/** [in, out] of the constant that a node multiplies tokens with. */
function matrixDims(graph: Graph, node: Node): readonly [number, number] | undefined {
  if (node.op !== 'MatMul') return undefined;
  const tensor = graph.initializers.get(node.inputs[1]!);
  if (tensor?.dtype !== 'float32' || tensor.dims.length !== 2) return undefined;
  return tensor.dims as [number, number];
}

/** The only reader of a product, if it adds a vector. */
function biasAfter(graph: Graph, readers: readonly Node[]): { add: Node; name: string } | undefined {
  const [add, ...others] = readers;
  if (add?.op !== 'Add' || others.length > 0) return undefined;
  const name = add.inputs.find((input) => graph.initializers.get(input)?.dims.length === 1);
  return name === undefined ? undefined : { add, name };
}

function multiply(work: Work, node: Node, call: { input: string; output: string; bias?: string }): void {
  const weight = addWeight(work.graph, node.inputs[1]!);
  const optional = call.bias === undefined ? [] : ['', call.bias];
  const inputs = [call.input, weight.values, weight.scales, ...optional];
  work.builder.emit('DynamicQuantizeMatMul', inputs, {}, 'com.microsoft');
  work.graph.nodes.at(-1)!.outputs = [call.output];
}

/** Each row's scale is taken out before the product and put back after it. */
function multiplyRows(work: Work, node: Node, behindGelu: boolean): void {
  const { builder, rows } = work;
  const source = node.inputs[0]!;
  const scaled = rows.get(source) ?? scaleRows(builder, source, behindGelu);
  rows.set(source, scaled);
  const product = `${node.outputs[0]!}/int8`;
  multiply(work, node, { input: scaled.input, output: product });
  builder.emit('Mul', [product, scaled.largest]);
  work.graph.nodes.at(-1)!.outputs = [...node.outputs];
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
  const tensor = graph.initializers.get(name)!;
  const dims = tensor.dims as [number, number];
  const quantized = quantizeMatrix(toFloat32(tensor), dims, 1);
  graph.initializers.set(names.values, int8Tensor(quantized.values, dims));
  graph.initializers.set(names.scales, floatTensor(quantized.scales, [dims[1]]));
  return names;
}
