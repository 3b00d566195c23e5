import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { machineMemory } from '../../process/machineMemory.ts';
import { EngineError } from '../errors.ts';
import type { Attribute, Graph, Model, Node, ValueInfo } from '../graph/graph.ts';
import { bytesPerElement, type DataType, dataTypeOf, elementCount, type Tensor } from '../graph/tensor.ts';
import { limits } from '../limits.ts';
import { externalRange, readExternal } from './externalData.ts';
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataLocation as DataLocation,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './schema/onnx_pb.js';

/**
 * Reads a model file with its external data.
 *
 * Throws an EngineError that names the file when it is missing, empty, no ONNX, truncated, too large (2 GB), of an
 * unsupported opset, or has tensors whose data does not fit their shape.
 */
export function readModel(path: string): Model {
  const name = basename(path);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new EngineError('model_missing', `There is no model file at "${path}".`);
  requireReadable(name, stat.size);
  return parseModel(readFileSync(path), { name, path });
}

/** Throws `model_too_large` for more bytes than a model's file can have. */
export function requireReadable(name: string, bytes: number): void {
  if (bytes <= limits.modelBytes) return;
  throw new EngineError(
    'model_too_large',
    `"${name}" is larger than 2 GB, the most one ONNX file can hold.`,
    'Use a version with external data or float16 weights.',
  );
}

/** Reads a model from memory; `path` (of the original file) is where external data is looked for. */
export function parseModel(bytes: Uint8Array, source: { name: string; path?: string }): Model {
  refuseOtherFiles(bytes, source.name);
  let proto: ModelProto;
  try {
    proto = fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (cause) {
    throw new EngineError(
      'model_broken',
      `"${source.name}" is not an ONNX model or is cut off.`,
      'Get the file again.',
      cause,
    );
  }
  if (!proto.graph || proto.graph.node.length === 0) {
    throw new EngineError(
      'model_broken',
      `"${source.name}" is not an ONNX model: it holds no graph.`,
      'Get the file again.',
    );
  }
  const opsets = new Map(
    proto.opsetImport.map((o) => [o.domain === 'ai.onnx' ? '' : o.domain, Number(o.version)]),
  );
  const opset = opsets.get('') ?? 0;
  if (opset < limits.minOpset || opset > limits.maxOpset) {
    throw new EngineError(
      'opset_unsupported',
      `"${source.name}" uses opset ${opset}; Entail reads ${limits.minOpset} to ${limits.maxOpset}.`,
      'Export the model again with a supported opset.',
    );
  }
  opsets.delete('');
  const graph = readGraph(proto.graph, { ...source, depth: 0, weights: { bytes: 0 } });
  const metadata = new Map(proto.metadataProps.map((p) => [p.key, p.value]));
  return { irVersion: Number(proto.irVersion), opset, domains: opsets, graph, metadata };
}

interface Source {
  readonly name: string;
  readonly path?: string;
  readonly depth: number;
  /** Of all tensors so far: a small file can name the same range of another one many times. */
  readonly weights: { bytes: number };
}

function refuseOtherFiles(bytes: Uint8Array, name: string): void {
  if (bytes.length === 0) throw new EngineError('model_broken', `"${name}" is empty.`, 'Get the file again.');
  const head = new TextDecoder().decode(bytes.subarray(0, 200)).trimStart().toLowerCase();
  if (head.startsWith('version https://git-lfs')) {
    throw new EngineError(
      'model_lfs_pointer',
      `"${name}" looks like a Git LFS pointer, not the model itself.`,
      'Run "git lfs pull", or download the file.',
    );
  }
  if (head.startsWith('<!doctype') || head.startsWith('<html')) {
    throw new EngineError(
      'model_broken',
      `"${name}" is a web page, not an ONNX model.`,
      'Download the file again.',
    );
  }
}

function readGraph(proto: GraphProto, source: Source): Graph {
  if (source.depth > limits.subgraphDepth)
    throw tooMany(source, 'levels of nested graphs', limits.subgraphDepth);
  if (proto.node.length > limits.nodes) throw tooMany(source, 'nodes', limits.nodes);
  if (proto.initializer.length > limits.initializers)
    throw tooMany(source, 'initializers', limits.initializers);
  const initializers = new Map<string, Tensor>();
  for (const tensor of proto.initializer) initializers.set(tensor.name, readTensor(tensor, source));
  // Before IR version 4 every initializer had to be listed among the inputs too.
  const inputs = proto.input.filter((i) => !initializers.has(i.name)).map((i) => readValueInfo(i));
  return {
    name: proto.name,
    nodes: proto.node.map((node, index) => readNode(node, index, source)),
    initializers,
    inputs,
    outputs: proto.output.map((o) => readValueInfo(o)),
  };
}

const tooHeavy = (source: Source) =>
  new EngineError(
    'model_too_heavy',
    `"${source.name}" has more weights than fit into the memory of this computer.`,
    'Choose a smaller model.',
  );

const tooMany = (source: Source, what: string, limit: number) =>
  new EngineError('model_too_large', `"${source.name}" has more than ${limit} ${what}.`);

function readNode(proto: NodeProto, index: number, source: Source): Node {
  const attributes = new Map<string, Attribute>();
  for (const attribute of proto.attribute) {
    attributes.set(
      attribute.name,
      readAttribute(attribute, `node "${proto.name}" (${proto.opType})`, source),
    );
  }
  return {
    op: proto.opType,
    domain: proto.domain === 'ai.onnx' ? '' : proto.domain,
    name: proto.name || `${proto.opType}_${index}`,
    inputs: proto.input,
    outputs: proto.output,
    attributes,
  };
}

const INT64_MAX = 2n ** 63n - 1n;
/** The largest double that is an int64. */
const LARGEST = 2 ** 63 - 1024;

/** The greatest int64 means "to the end" and stays the greatest; other numbers that a double can't hold are refused. */
function wholeNumber(proto: AttributeProto, value: bigint, where: string, source: Source): number {
  if (value === INT64_MAX) return LARGEST;
  if (BigInt(Number(value)) === value) return Number(value);
  throw new EngineError(
    'attribute_unsupported',
    `Attribute "${proto.name}" of ${where} in "${source.name}" is ${value}, which Entail does not read.`,
  );
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function readAttribute(proto: AttributeProto, where: string, source: Source): Attribute {
  switch (proto.type) {
    case AttributeType.INT:
      return { kind: 'int', value: wholeNumber(proto, proto.i, where, source) };
    case AttributeType.FLOAT:
      return { kind: 'float', value: proto.f };
    case AttributeType.STRING:
      return { kind: 'string', value: text(proto.s) };
    case AttributeType.INTS:
      return { kind: 'ints', value: proto.ints.map((i) => wholeNumber(proto, i, where, source)) };
    case AttributeType.FLOATS:
      return { kind: 'floats', value: proto.floats };
    case AttributeType.STRINGS:
      return { kind: 'strings', value: proto.strings.map(text) };
    case AttributeType.TENSOR:
      if (proto.t) return { kind: 'tensor', value: readTensor(proto.t, source) };
      break;
    case AttributeType.GRAPH:
      if (proto.g)
        return { kind: 'graph', value: readGraph(proto.g, { ...source, depth: source.depth + 1 }) };
      break;
  }
  throw new EngineError(
    'attribute_unsupported',
    `Attribute "${proto.name}" of ${where} in "${source.name}" has a kind Entail does not read.`,
  );
}

function readValueInfo(proto: ValueInfoProto): ValueInfo {
  const type = proto.type?.value;
  if (type?.case !== 'tensorType') return { name: proto.name, dtype: 'float32', dims: null };
  const dims = type.value.shape?.dim.map(({ value }) => {
    if (value.case === 'dimValue') return Number(value.value);
    return value.case === 'dimParam' && value.value !== '' ? value.value : null;
  });
  const code = type.value.elemType;
  return {
    name: proto.name,
    dtype: code === 0 ? 'float32' : dataTypeOf(code, `"${proto.name}"`),
    dims: dims ?? null,
  };
}

function readTensor(proto: TensorProto, source: Source): Tensor {
  const where = `Initializer "${proto.name}" in "${source.name}"`;
  const dtype = dataTypeOf(proto.dataType, where);
  const dims = proto.dims.map(Number);
  const broken = (what: string) =>
    new EngineError('tensor_broken', `${where} ${what}.`, 'Get the model again.');
  if (dims.length > limits.rank || dims.some((d) => d < 0 || d > limits.dimension))
    throw broken('has impossible dimensions');
  const count = elementCount(dims);
  if (!Number.isSafeInteger(count * 8)) throw broken('has impossible dimensions');
  if (dtype === 'string') throw broken('holds text, which Entail does not read');
  const byteLength = count * bytesPerElement(dtype);
  if (proto.dataLocation === DataLocation.EXTERNAL) source.weights.bytes += byteLength;
  if (Math.max(source.weights.bytes, byteLength) > machineMemory()) throw tooHeavy(source);
  if (proto.dataLocation === DataLocation.EXTERNAL) {
    if (source.path === undefined) throw broken('has external data, which needs the model as a file');
    const entries = new Map(proto.externalData.map((e) => [e.key, e.value]));
    const range = externalRange(entries, proto.name);
    return { dtype, dims, bytes: readExternal(source.path, range, byteLength, proto.name) };
  }
  const bytes =
    proto.rawData.length > 0 || count === 0 ? proto.rawData : typedFieldBytes(proto, dtype, count);
  if (bytes.length !== byteLength)
    throw broken(`has ${bytes.length} bytes of data for a shape that needs ${byteLength}`);
  return { dtype, dims, bytes };
}

/** Data stored in the typed repeated fields instead of raw_data (TensorProto, "data types and their fields"). */
function typedFieldBytes(proto: TensorProto, dtype: DataType, count: number): Uint8Array {
  const view = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  switch (dtype) {
    case 'float32':
      return view(Float32Array.from(proto.floatData));
    case 'float64':
      return view(Float64Array.from(proto.doubleData));
    case 'int64':
      return view(BigInt64Array.from(proto.int64Data));
    case 'uint32':
    case 'uint64':
      return dtype === 'uint64'
        ? view(BigUint64Array.from(proto.uint64Data))
        : view(Uint32Array.from(proto.uint64Data, Number));
    case 'int32':
      return view(Int32Array.from(proto.int32Data));
    default: {
      if (proto.int32Data.length !== count) return new Uint8Array(0);
      const bytes = new Uint8Array(count * bytesPerElement(dtype));
      const wide = bytesPerElement(dtype) === 2 ? new Uint16Array(bytes.buffer) : bytes;
      proto.int32Data.forEach((value, i) => {
        wide[i] = value;
      });
      return bytes;
    }
  }
}
