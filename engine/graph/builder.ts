import type { Attribute, Graph, Node } from './graph.ts';
import { type Facts, inferNumbers, inferShapes } from './infer.ts';
import { constantShape, type Dim, type Shape, type Shapes } from './shapes.ts';
import { type DataType, elementCount, floatTensor, intTensor, type Tensor, toIntegers } from './tensor.ts';

export type AttributeValues = Record<string, number | readonly number[] | string>;

/** Integer-valued attributes are the rule in ONNX; these few are floats whatever their value. */
const FLOAT_ATTRIBUTES = new Set(['alpha', 'beta', 'epsilon', 'scale']);

function attributeOf(key: string, value: number | readonly number[] | string): Attribute {
  if (typeof value === 'string') return { kind: 'string', value };
  if (typeof value !== 'number') return { kind: 'ints', value };
  return FLOAT_ATTRIBUTES.has(key) ? { kind: 'float', value } : { kind: 'int', value };
}

/** Makes a node; absent inputs are ''. */
export function makeNode(spec: {
  op: string;
  domain?: string;
  name: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes?: AttributeValues;
}): Node {
  const attributes = new Map<string, Attribute>();
  for (const [key, value] of Object.entries(spec.attributes ?? {}))
    attributes.set(key, attributeOf(key, value));
  return {
    op: spec.op,
    domain: spec.domain ?? '',
    name: spec.name,
    inputs: [...spec.inputs],
    outputs: [...spec.outputs],
    attributes,
  };
}

/** Integer constants up to this size are shapes, axes and the like, whose numbers tell other shapes. */
const MOST_NUMBERS = 64;

/** A file may come with values of the same names: it was written by us. */
function unusedPrefix({ nodes, initializers }: Graph, prefix: string): string {
  const names = [...nodes.flatMap(({ outputs }) => outputs), ...initializers.keys()];
  const isTaken = (own: string) => names.some((name) => name.startsWith(`${own}/`));
  if (!isTaken(prefix)) return prefix;
  let n = 1;
  while (isTaken(`${prefix}_${n}`)) n++;
  return `${prefix}_${n}`;
}

/**
 * Appends operators to a graph in the form of opset 18 and later (axes as inputs).
 * Every method returns the name of the new value.
 *
 * The builder learns the shape of what it makes, as far as its inputs tell it, and writes it into `shapes`; what is known
 * before is read there. An operator whose inputs do not fit together is refused with an Error when it is added, naming
 * operator, node and shapes.
 */
export class GraphBuilder {
  private counter = 0;
  private readonly constants = new Map<string, string>();
  private readonly numbers = new Map<string, readonly Dim[]>();
  private readonly facts: Facts = {
    shape: (name) => this.shapeOf(name),
    numbers: (name) => this.numbers.get(name) ?? this.constantNumbers(name),
  };
  readonly graph: Graph;
  private readonly prefix: string;
  private readonly shapes: Shapes;

  constructor(graph: Graph, prefix: string, shapes: Shapes = new Map()) {
    this.graph = graph;
    this.prefix = unusedPrefix(graph, prefix);
    this.shapes = shapes;
  }

  emit(op: string, inputs: readonly string[], attributes: AttributeValues = {}, domain = ''): string {
    const name = this.nextName(op);
    this.append(makeNode({ op, domain, name, inputs, outputs: [name], attributes }));
    return name;
  }

  /** With `count` outputs. */
  emitAll(
    op: string,
    inputs: readonly string[],
    count: number,
    attributes: AttributeValues = {},
    domain = '',
  ): string[] {
    const name = this.nextName(op);
    const outputs = Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}:${i}`));
    this.append(makeNode({ op, domain, name, inputs, outputs, attributes }));
    return outputs;
  }

  /** Under names that the rest of the graph reads already. */
  emitAs(
    outputs: readonly string[],
    op: string,
    inputs: readonly string[],
    attributes: AttributeValues = {},
    domain = '',
  ): void {
    this.append(makeNode({ op, domain, name: this.nextName(op), inputs, outputs, attributes }));
  }

  /** A new input of the graph; `declared` are its dimensions in the file, where they have names. */
  input(name: string, { dtype, dims }: Shape, declared?: readonly (number | string)[]): string {
    const fixed = dims.map(([a, b]) => (a === b ? a : null));
    this.graph.inputs.push({ name, dtype: dtype as DataType, dims: declared ?? fixed });
    this.shapes.set(name, { dtype, dims });
    return name;
  }

  /** What is known of a value: seen when the graph was probed, or told by the operators that make it. */
  shapeOf(name: string): Shape | undefined {
    const known = this.shapes.get(name);
    const constant = known ? undefined : this.graph.initializers.get(name);
    return constant ? constantShape(constant.dtype, constant.dims) : known;
  }

  /** The dimensions of a value that must be known. */
  dimsOf(name: string): readonly Dim[] {
    const shape = this.shapeOf(name);
    if (!shape) throw new Error(`The shape of "${name}" is not known.`);
    return shape.dims;
  }

  /** Says the shape of a value that its operators do not tell. */
  declare(name: string, shape: Shape): void {
    this.shapes.set(name, shape);
  }

  /** The shapes of a node's outputs, as far as its inputs tell them. */
  inferred(node: Node): readonly (Shape | undefined)[] {
    return inferShapes(node, this.facts);
  }

  private nextName(op: string): string {
    return `${this.prefix}/${op}_${this.counter++}`;
  }

  private append(node: Node): void {
    const shapes = this.inferred(node);
    const numbers = inferNumbers(node, this.facts);
    const [first] = node.outputs;
    if (numbers && first !== undefined && numbers.length <= MOST_NUMBERS) this.numbers.set(first, numbers);
    node.outputs.forEach((output, i) => {
      const shape = shapes[i];
      if (output !== '' && shape) this.shapes.set(output, shape);
    });
    this.graph.nodes.push(node);
  }

  private constantNumbers(name: string): readonly Dim[] | undefined {
    const tensor = this.graph.initializers.get(name);
    if (tensor?.dtype !== 'int64' || elementCount(tensor.dims) > MOST_NUMBERS) return undefined;
    return toIntegers(tensor).map((n): Dim => [n, n]);
  }

  constant(tensor: Tensor): string {
    const name = `${this.prefix}/constant_${this.counter++}`;
    this.graph.initializers.set(name, tensor);
    return name;
  }

  /** A float scalar; equal ones are shared. */
  scalar(value: number): string {
    return this.shared(`f${value}`, () => floatTensor([value], []));
  }

  /** A 1-D int64 constant; equal ones are shared. */
  ints(values: readonly number[]): string {
    return this.shared(`i${values.join()}`, () => intTensor(values));
  }

  /** A 0-D int64 constant; equal ones are shared. */
  constantInt(value: number): string {
    return this.shared(`s${value}`, () => intTensor([value], []));
  }

  /** A 1-D float constant of equal values; equal ones are shared. */
  filled(length: number, value: number): string {
    return this.shared(`${value}x${length}`, () =>
      floatTensor(new Float32Array(length).fill(value), [length]),
    );
  }

  /** The numbers of an integer constant, or undefined when the value is computed. */
  integersOf(name: string): number[] | undefined {
    const tensor = this.graph.initializers.get(name);
    return tensor && toIntegers(tensor);
  }

  private shared(key: string, make: () => Tensor): string {
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const name = this.constant(make());
    this.constants.set(key, name);
    return name;
  }

  add = (a: string, b: string) => this.emit('Add', [a, b]);
  sub = (a: string, b: string) => this.emit('Sub', [a, b]);
  mul = (a: string, b: string) => this.emit('Mul', [a, b]);
  div = (a: string, b: string) => this.emit('Div', [a, b]);
  neg = (a: string) => this.emit('Neg', [a]);
  exp = (a: string) => this.emit('Exp', [a]);
  matmul = (a: string, b: string) => this.emit('MatMul', [a, b]);
  shape = (a: string) => this.emit('Shape', [a]);
  reshape = (a: string, shape: string) => this.emit('Reshape', [a, shape]);
  expand = (a: string, shape: string) => this.emit('Expand', [a, shape]);
  transpose = (a: string, perm: readonly number[]) => this.emit('Transpose', [a], { perm });
  scale = (a: string, factor: number) => this.mul(a, this.scalar(factor));
  concat = (parts: readonly string[], axis: number) =>
    parts.length === 1 ? parts[0]! : this.emit('Concat', parts, { axis });
  unsqueeze = (a: string, axes: readonly number[]) => this.emit('Unsqueeze', [a, this.ints(axes)]);
  squeeze = (a: string, axes: readonly number[]) => this.emit('Squeeze', [a, this.ints(axes)]);
  sum = (a: string, axes: readonly number[], keepdims: 0 | 1) =>
    this.emit('ReduceSum', [a, this.ints(axes)], { keepdims });
  mean = (a: string, axes: readonly number[], keepdims: 0 | 1) =>
    this.emit('ReduceMean', [a, this.ints(axes)], { keepdims });
  /** Zeros with the shape of a value. */
  zerosLike = (a: string) => this.expand(this.scalar(0), this.shape(a));
  /** Size of one axis as a 1-D tensor of one element. */
  dim = (a: string, axis: number) =>
    this.emit('Slice', [this.shape(a), this.ints([axis]), this.ints([axis + 1]), this.ints([0])]);
}
