import type { Attribute, Graph, Model, Node } from './graph.ts';
import type { Dim, Shape, Shapes } from './shapes.ts';
import { elementCount, type Tensor, toFloat32, toIntegers } from './tensor.ts';

/** Constants of up to so many elements are written out. */
const MOST_ELEMENTS = 8;

/**
 * A graph as stable text, one line for each input, constant, node and output, for people and failing tests:
 *
 *     y: float32[2|3, 4] = MatMul(x, w) {alpha: 0.5} "layer/MatMul"
 *
 * Of a dimension that differed between the two probing runs both sizes are written. `shapes` is what is known of values;
 * `around` keeps only nodes with an equal name or output and `near` nodes before and behind each.
 */
export function printGraph(
  graph: Graph,
  { shapes, around, near = 3 }: { shapes?: Shapes; around?: ReadonlySet<string>; near?: number } = {},
): string {
  const nodes = printNodes(graph.nodes, { shapes, around, near });
  const read =
    around && new Set(graph.nodes.filter((node) => touches(node, around)).flatMap(({ inputs }) => inputs));
  return [
    `graph ${quoted(graph.name)}`,
    ...graph.inputs.map(({ name, dtype, dims }) => `  input ${quoted(name)}: ${declared(dtype, dims)}`),
    ...[...graph.initializers]
      .filter(([name]) => !read || read.has(name))
      .map(([name, tensor]) => `  constant ${quoted(name)}: ${printTensor(tensor)}`),
    ...nodes.map((line) => `  ${line}`),
    ...graph.outputs.map(({ name, dtype, dims }) => `  output ${quoted(name)}: ${declared(dtype, dims)}`),
  ].join('\n');
}

/** A model: its versions, then its graph. */
export const printModel = (
  { graph, opset, domains }: Model,
  options: Parameters<typeof printGraph>[1] = {},
): string =>
  `opset ${opset}${[...domains].map(([domain, version]) => `, ${domain} ${version}`).join('')}\n${printGraph(graph, options)}`;

const touches = (node: Node, names: ReadonlySet<string>) =>
  names.has(node.name) || node.outputs.some((output) => names.has(output));

function printNodes(
  nodes: readonly Node[],
  {
    shapes,
    around,
    near,
  }: { shapes: Shapes | undefined; around: ReadonlySet<string> | undefined; near: number },
): string[] {
  const lines: string[] = [];
  let last = -1;
  for (const [i, node] of nodes.entries()) {
    const isNear =
      !around || nodes.slice(Math.max(0, i - near), i + near + 1).some((other) => touches(other, around));
    if (!isNear) continue;
    if (i > last + 1) lines.push(`… ${i - last - 1} nodes`);
    lines.push(...printNode(node, shapes));
    last = i;
  }
  if (last < nodes.length - 1) lines.push(`… ${nodes.length - 1 - last} nodes`);
  return lines;
}

function printNode(node: Node, shapes: Shapes | undefined): string[] {
  const plain = [...node.attributes].filter(([, attribute]) => attribute.kind !== 'graph');
  const attributes = plain.map(([key, attribute]) => `${key}: ${printAttribute(attribute)}`).join(', ');
  const outputs = node.outputs.map((output) => {
    const shape = shapes?.get(output);
    return output === '' ? '_' : `${quoted(output)}${shape ? `: ${printShape(shape)}` : ''}`;
  });
  const op = node.domain === '' ? node.op : `${node.domain}.${node.op}`;
  const inputs = node.inputs.map((name) => (name === '' ? '_' : quoted(name))).join(', ');
  const named = node.name === '' || node.name === node.outputs[0] ? '' : ` "${node.name}"`;
  const line = `${outputs.join(', ')} = ${op}(${inputs})${attributes && ` {${attributes}}`}${named}`;
  const bodies = [...node.attributes].flatMap(([key, attribute]) =>
    attribute.kind === 'graph'
      ? [
          `  ${key}:`,
          ...printGraph(attribute.value)
            .split('\n')
            .map((own) => `    ${own}`),
        ]
      : [],
  );
  return [line, ...bodies];
}

function printAttribute(attribute: Attribute): string {
  if (attribute.kind === 'tensor') return printTensor(attribute.value);
  if (attribute.kind === 'graph') return 'graph';
  if (typeof attribute.value === 'object') return `[${attribute.value.join(', ')}]`;
  return attribute.kind === 'string' ? JSON.stringify(attribute.value) : String(attribute.value);
}

const printDim = ([first, second]: Dim) => (first === second ? String(first) : `${first}|${second}`);

/** float32[2|3, 4] */
export const printShape = ({ dtype, dims }: Shape): string => `${dtype}[${dims.map(printDim).join(', ')}]`;

const declared = (dtype: string | null, dims: readonly (number | string | null)[] | null) =>
  `${dtype ?? 'any'}${dims ? `[${dims.map((dim) => dim ?? '?').join(', ')}]` : ''}`;

function printTensor(tensor: Tensor): string {
  const { dtype, dims } = tensor;
  const shape = `${dtype}[${dims.join(', ')}]`;
  if (elementCount(dims) > MOST_ELEMENTS) return shape;
  if (dtype === 'int64' || dtype === 'int32') return `${shape} = ${toIntegers(tensor).join(' ')}`;
  return dtype === 'float32'
    ? `${shape} = ${[...toFloat32(tensor)].map((x) => Number(x.toPrecision(6))).join(' ')}`
    : shape;
}

/** Names of exports may hold anything: those that would be misread stand in quotes. */
const quoted = (name: string) => (/^[\w./:$-]+$/.test(name) ? name : JSON.stringify(name));
