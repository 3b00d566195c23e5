import type { DataType, Tensor } from './tensor.ts';

/** An attribute of a node, by the kinds of the ONNX specification that real exports use. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'graph'; readonly value: Graph };

/** One operator call. An empty input or output name means "absent", as in ONNX. */
export interface Node {
  op: string;
  /** '' is the standard domain ai.onnx. */
  domain: string;
  name: string;
  inputs: string[];
  outputs: string[];
  attributes: Map<string, Attribute>;
}

/** A named graph input or output; a dimension is a number, a symbol or unknown. */
export interface ValueInfo {
  readonly name: string;
  /** null: left to the runtime's type inference. */
  readonly dtype: DataType | null;
  readonly dims: readonly (number | string | null)[] | null;
}

/** Nodes in topological order, constants by name. Passes change it in place; `cloneGraph` first to keep one. */
export interface Graph {
  name: string;
  nodes: Node[];
  initializers: Map<string, Tensor>;
  inputs: ValueInfo[];
  outputs: ValueInfo[];
}

export interface Model {
  irVersion: number;
  /** Version of the standard operator set. */
  opset: number;
  /** Versions of the other domains, e.g. com.microsoft. */
  domains: Map<string, number>;
  graph: Graph;
  metadata: Map<string, string>;
}

/** A copy that shares the tensors' bytes but no structure. */
export function cloneGraph(graph: Graph): Graph {
  return {
    name: graph.name,
    nodes: graph.nodes.map(cloneNode),
    initializers: new Map(graph.initializers),
    inputs: [...graph.inputs],
    outputs: [...graph.outputs],
  };
}

function cloneNode(node: Node): Node {
  const attributes = new Map<string, Attribute>();
  for (const [key, attribute] of node.attributes) {
    const copy =
      attribute.kind === 'graph' ? { ...attribute, value: cloneGraph(attribute.value) } : attribute;
    attributes.set(key, copy);
  }
  return { ...node, inputs: [...node.inputs], outputs: [...node.outputs], attributes };
}

/** A copy of the model whose graph can be changed freely. */
export const cloneModel = (model: Model): Model => ({
  ...model,
  domains: new Map(model.domains),
  metadata: new Map(model.metadata),
  graph: cloneGraph(model.graph),
});

/** Bodies of control-flow nodes (`If`, `Loop`), which read outer values by name. */
export function bodiesOf(node: Node): Graph[] {
  return [...node.attributes.values()].flatMap((a) => (a.kind === 'graph' ? [a.value] : []));
}

/** Every value a node reads: its inputs, and what its bodies read from outside. */
export function readsOf(node: Node): string[] {
  const direct = node.inputs.filter((name) => name !== '');
  return direct.concat(capturesOf(node));
}

/** What the bodies of a node read from outside of them. */
export const capturesOf = (node: Node): string[] => bodiesOf(node).flatMap(outerReads);

function outerReads(body: Graph): string[] {
  const own = new Set([...body.initializers.keys(), ...body.inputs.map((i) => i.name)]);
  for (const node of body.nodes) for (const output of node.outputs) own.add(output);
  const reads = body.nodes.flatMap(readsOf).concat(body.outputs.map((o) => o.name));
  return reads.filter((name) => !own.has(name));
}

/** Value name → the node that makes it. */
export function producersOf(graph: Graph): Map<string, Node> {
  const producers = new Map<string, Node>();
  for (const node of graph.nodes) {
    for (const output of node.outputs) if (output !== '') producers.set(output, node);
  }
  return producers;
}

/** Value name → the nodes that read it, each once. */
export function consumersOf(graph: Graph): Map<string, Node[]> {
  const consumers = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const name of new Set(readsOf(node))) {
      const list = consumers.get(name);
      if (list) list.push(node);
      else consumers.set(name, [node]);
    }
  }
  return consumers;
}

/** Renames what nodes read, bodies included: every input found in `renames` gets its new name. */
export function renameReads(graph: Graph, renames: ReadonlyMap<string, string>): void {
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map((name) => resolve(name, renames));
    for (const body of bodiesOf(node)) {
      renameReads(body, renames);
      body.outputs = body.outputs.map((o) => ({ ...o, name: resolve(o.name, renames) }));
    }
  }
}

function resolve(name: string, renames: ReadonlyMap<string, string>): string {
  let current = name;
  for (let next = renames.get(current); next !== undefined; next = renames.get(current)) current = next;
  return current;
}

/** A name that no value of the graph has, starting with `stem`. */
export function freshName(graph: Graph, stem: string): string {
  const taken = new Set([...graph.initializers.keys(), ...graph.inputs.map((i) => i.name)]);
  for (const node of graph.nodes) for (const output of node.outputs) taken.add(output);
  if (!taken.has(stem)) return stem;
  let n = 1;
  while (taken.has(`${stem}_${n}`)) n++;
  return `${stem}_${n}`;
}

/** Integer attribute or its default. */
export function intOf(node: Node, key: string, fallback: number): number {
  const attribute = node.attributes.get(key);
  return attribute?.kind === 'int' ? attribute.value : fallback;
}

/** Float attribute or its default. */
export function floatOf(node: Node, key: string, fallback: number): number {
  const attribute = node.attributes.get(key);
  return attribute?.kind === 'float' ? attribute.value : fallback;
}

/** Integer-list attribute, or undefined when absent. */
export function intsOf(node: Node, key: string): readonly number[] | undefined {
  const attribute = node.attributes.get(key);
  return attribute?.kind === 'ints' ? attribute.value : undefined;
}

/** String attribute or its default. */
export function stringOf(node: Node, key: string, fallback: string): string {
  const attribute = node.attributes.get(key);
  return attribute?.kind === 'string' ? attribute.value : fallback;
}
