import { bodiesOf, type Graph, intOf, type Model, type Node, producersOf, renameReads } from './graph.ts';
import { pruneGraph } from './prune.ts';
import {
  codeOf,
  type DataType,
  elementCount,
  floatTensor,
  intTensor,
  type Tensor,
  toFloat32,
} from './tensor.ts';

/** Operators that pass their first input through when a model is not training itself. */
const PASS_THROUGH = new Set(['Identity', 'Dropout']);

/**
 * Brings an exported graph into the plain form that fusion and differentiation read: constants are initializers,
 * all floats are float32, weights stored smaller (float16 with Cast, int8 with DequantizeLinear) are unfolded, and
 * nodes that do nothing are gone. The numbers that the graph computes stay the same. Changes the model in place.
 */
export function cleanModel(model: Model): void {
  cleanGraph(model.graph);
  pruneGraph(model.graph);
}

function cleanGraph(graph: Graph): void {
  for (const node of graph.nodes) for (const body of bodiesOf(node)) cleanGraph(body);
  liftConstants(graph);
  widenFloats(graph);
  foldStoredWeights(graph);
  removePassThrough(graph);
}

function liftConstants(graph: Graph): void {
  graph.nodes = graph.nodes.filter((node) => {
    const tensor = node.op === 'Constant' ? constantOf(node) : undefined;
    if (tensor) graph.initializers.set(node.outputs[0]!, tensor);
    return !tensor;
  });
}

function constantOf(node: Node): Tensor | undefined {
  for (const [key, attribute] of node.attributes) {
    if (key === 'value' && attribute.kind === 'tensor') return attribute.value;
    if (key === 'value_float' && attribute.kind === 'float') return floatTensor([attribute.value], []);
    if (key === 'value_floats' && attribute.kind === 'floats')
      return floatTensor(attribute.value, [attribute.value.length]);
    if (key === 'value_int' && attribute.kind === 'int') return intTensor([attribute.value], []);
    if (key === 'value_ints' && attribute.kind === 'ints') return intTensor(attribute.value);
  }
  return undefined;
}

const NARROW: readonly DataType[] = ['float16', 'bfloat16'];
const isNarrow = (dtype: DataType | null) => dtype !== null && NARROW.includes(dtype);
const widened = (tensor: Tensor): Tensor =>
  isNarrow(tensor.dtype) ? floatTensor(toFloat32(tensor), tensor.dims) : tensor;

/** float16 and bfloat16 → float32, everywhere: constants, Cast targets, inputs and outputs. */
function widenFloats(graph: Graph): void {
  for (const [name, tensor] of graph.initializers) graph.initializers.set(name, widened(tensor));
  const widenInfo = <T extends { dtype: DataType | null }>(info: T): T =>
    isNarrow(info.dtype) ? { ...info, dtype: 'float32' as const } : info;
  graph.inputs = graph.inputs.map(widenInfo);
  graph.outputs = graph.outputs.map(widenInfo);
  const narrowCodes = new Set(NARROW.map(codeOf));
  for (const node of graph.nodes) {
    for (const [key, attribute] of node.attributes) {
      if (attribute.kind === 'tensor')
        node.attributes.set(key, { kind: 'tensor', value: widened(attribute.value) });
    }
    if (node.op === 'Cast' && narrowCodes.has(intOf(node, 'to', 0))) {
      node.attributes.set('to', { kind: 'int', value: codeOf('float32') });
    }
  }
}

/** Cast and DequantizeLinear of a constant become the float32 constant they make. */
function foldStoredWeights(graph: Graph): void {
  graph.nodes = graph.nodes.filter((node) => {
    const tensor = foldedWeight(graph, node);
    if (tensor) graph.initializers.set(node.outputs[0]!, tensor);
    return !tensor;
  });
}

function foldedWeight(graph: Graph, node: Node): Tensor | undefined {
  const source = graph.initializers.get(node.inputs[0] ?? '');
  if (!source) return undefined;
  if (node.op === 'Cast' && source.dtype === 'float32' && intOf(node, 'to', 0) === codeOf('float32'))
    return source;
  if (node.op !== 'DequantizeLinear' || !['int8', 'uint8'].includes(source.dtype)) return undefined;
  const scale = graph.initializers.get(node.inputs[1] ?? '');
  const zero = graph.initializers.get(node.inputs[2] ?? '');
  if (!scale || (node.inputs[2] && !zero) || node.attributes.has('block_size')) return undefined;
  return dequantized(source, {
    scale: toFloat32(scale),
    zero: zero && toFloat32(zero),
    axis: intOf(node, 'axis', 1),
  });
}

/** (x - zero) * scale, per tensor or per index of `axis` (ONNX DequantizeLinear). */
function dequantized(
  source: Tensor,
  by: { scale: Float32Array; zero: Float32Array | undefined; axis: number },
): Tensor {
  const raw = toFloat32(source);
  const axis = by.axis < 0 ? by.axis + source.dims.length : by.axis;
  const inner = elementCount(source.dims.slice(axis + 1));
  const size = source.dims[axis] ?? 1;
  const values = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i++) {
    const channel = by.scale.length === 1 ? 0 : Math.floor(i / inner) % size;
    values[i] = (raw[i]! - (by.zero?.[channel] ?? 0)) * by.scale[channel]!;
  }
  return floatTensor(values, source.dims);
}

function removePassThrough(graph: Graph): void {
  const outputs = new Set(graph.outputs.map((o) => o.name));
  const producers = producersOf(graph);
  const floats = new Set(
    graph.nodes.filter((n) => n.op === 'Cast' && intOf(n, 'to', 0) === codeOf('float32')),
  );
  const renames = new Map<string, string>();
  graph.nodes = graph.nodes.filter((node) => {
    const source = producers.get(node.inputs[0] ?? '');
    const doubleCast = floats.has(node) && source !== undefined && floats.has(source);
    if (node.domain !== '' || !(PASS_THROUGH.has(node.op) || doubleCast)) return true;
    if (outputs.has(node.outputs[0]!)) return true;
    renames.set(node.outputs[0]!, node.inputs[0]!);
    return false;
  });
  renameReads(graph, renames);
}
