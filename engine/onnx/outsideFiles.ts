import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { limits } from '../limits.ts';

/**
 * The files beside a model's file that hold weights of it (external data), by their names from its folder, in the order of
 * their first use: "model.onnx_data" of one exporter is "model.onnx.data" of another and a file per matrix of a third. The
 * weights themselves are not read. What is broken ends the list, and what leads out of the folder is left out of it: reading
 * the model tells.
 */
export function outsideFiles(path: string): string[] {
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info?.isFile()) return [];
  const stamp = `${info.size} ${info.mtimeMs}`;
  const before = known.get(path);
  if (before?.stamp === stamp) return [...before.names];
  const names = namesIn(path);
  known.set(path, { stamp, names });
  return [...names];
}

const known = new Map<string, { readonly stamp: string; readonly names: readonly string[] }>();

function namesIn(path: string): string[] {
  const names = new Set<string>();
  const descriptor = openSync(path, 'r');
  try {
    const file = new Fields(descriptor);
    for (const graph of file.within({ from: 0, to: fstatSync(descriptor).size }, MODEL_GRAPH))
      addOfGraph(file, { span: graph, depth: 0 }, names);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
  } finally {
    closeSync(descriptor);
  }
  return [...names].filter(isInside);
}

/** Of one name: relative, and not upwards. */
const isInside = (name: string): boolean =>
  name.length > 0 &&
  name.length <= limits.nameLength &&
  !/^[\\/]|^[a-zA-Z]:|\\|\0/.test(name) &&
  !name.split('/').includes('..');

/** Field numbers of onnx.proto. */
const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_INITIALIZER = 5;
const NODE_ATTRIBUTE = 5;
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11 } as const;
const TENSOR_EXTERNAL = 13;
const ENTRY = { key: 1, value: 2 } as const;

function addOfGraph(file: Fields, { span, depth }: { span: Span; depth: number }, names: Set<string>): void {
  if (depth > limits.subgraphDepth) return;
  for (const { number, ...part } of file.fields(span)) {
    if (number === GRAPH_INITIALIZER) addOfTensor(file, part, names);
    if (number !== GRAPH_NODE) continue;
    for (const attribute of file.within(part, NODE_ATTRIBUTE)) {
      for (const { number: kind, ...value } of file.fields(attribute)) {
        if (kind === ATTRIBUTE.tensor || kind === ATTRIBUTE.tensors) addOfTensor(file, value, names);
        if (kind === ATTRIBUTE.graph || kind === ATTRIBUTE.graphs)
          addOfGraph(file, { span: value, depth: depth + 1 }, names);
      }
    }
  }
}

function addOfTensor(file: Fields, tensor: Span, names: Set<string>): void {
  for (const entry of file.within(tensor, TENSOR_EXTERNAL)) {
    const [key] = [...file.within(entry, ENTRY.key)];
    const [value] = [...file.within(entry, ENTRY.value)];
    if (key && value && file.text(key) === 'location') names.add(file.text(value));
  }
}

interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

class Broken extends Error {}

const WINDOW = 16_384;
/** Far above any real model's: a file made of nothing but tiny fields is not walked for minutes. */
const MOST_FIELDS = 20_000_000;

/** Fields of protobuf messages in a file, of which only what is asked for is read. */
class Fields {
  private readonly descriptor: number;
  private readonly window = Buffer.alloc(WINDOW);
  private start = 0;
  private length = 0;
  private seen = 0;

  constructor(descriptor: number) {
    this.descriptor = descriptor;
  }

  /** Those of a message that have a length: messages, texts and bytes. */
  *fields({ from, to }: Span): Generator<Span & { readonly number: number }> {
    let at = from;
    while (at < to) {
      this.seen += 1;
      if (this.seen > MOST_FIELDS) throw new Broken();
      const tag = this.varint(at);
      at = tag.end;
      const kind = tag.value % 8;
      if (kind === 0) at = this.varint(at).end;
      else if (kind === 1) at += 8;
      else if (kind === 5) at += 4;
      else if (kind === 2) {
        const size = this.varint(at);
        at = size.end + size.value;
        if (at > to) throw new Broken();
        yield { number: Math.floor(tag.value / 8), from: size.end, to: at };
      } else throw new Broken();
    }
  }

  *within(span: Span, wanted: number): Generator<Span> {
    for (const { number, ...part } of this.fields(span)) if (number === wanted) yield part;
  }

  /** Longer ones are no file's name. */
  text({ from, to }: Span): string {
    const bytes = Buffer.alloc(Math.min(to - from, limits.nameLength + 1));
    readSync(this.descriptor, bytes, 0, bytes.length, from);
    return bytes.toString('utf8');
  }

  private varint(at: number): { value: number; end: number } {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const byte = this.byte(at + i);
      value += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) return { value, end: at + i + 1 };
    }
    throw new Broken();
  }

  private byte(at: number): number {
    if (at < this.start || at >= this.start + this.length) {
      this.start = at;
      this.length = readSync(this.descriptor, this.window, 0, WINDOW, at);
      if (this.length === 0) throw new Broken();
    }
    return this.window[at - this.start]!;
  }
}
