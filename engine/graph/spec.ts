import { type Attribute, bodiesOf, type Graph, type Model, type Node, readsOf } from './graph.ts';
import { type Facts, inferShapes } from './infer.ts';
import { SIGNATURES, SIGNED_OPSET } from './operators.ts';
import { printModel, printShape } from './print.ts';
import { constantShape, type Dim, type Shapes, sameDims } from './shapes.ts';
import { bytesPerElement, elementCount, type Tensor, toIntegers } from './tensor.ts';

/** A pass left a graph that is not legal: a fault of Entail's, found where it was made. */
export class IllegalGraph extends Error {}

/** Something that is wrong with a graph, and the nodes or values where it shows. */
export interface Fault {
  readonly what: string;
  readonly at: readonly string[];
}

/**
 * What makes a graph illegal; empty for a legal one. A legal graph has
 * - each value defined once: by an input, a constant or one node (node names may repeat, as exporters leave them empty);
 * - each node after what it reads, bodies included, and each output defined;
 * - known operators called with as many inputs and outputs and such attributes as they have, of domains the model names;
 * - constants with as many bytes as their type and dimensions say;
 * - with `shapes`: values whose known shape is what their operator makes of its inputs.
 */
export function faultsOf({ graph, opset, domains }: Model, shapes?: Shapes): Fault[] {
  const faults = [...faultsIn(graph, { opset, domains, outer: new Set() })];
  return shapes && faults.length === 0 ? shapeFaults(graph, shapes) : faults;
}

/**
 * Throws an IllegalGraph that says what is wrong after which pass, with the graph around it, when the environment sets
 * ENTAIL_CHECK_GRAPHS, as the tests do: every pass calls it, and in use it costs nothing.
 */
export function afterPass(pass: string, model: Model, shapes?: Shapes): void {
  if (process.env.ENTAIL_CHECK_GRAPHS) requireLegal(pass, model, shapes);
}

/** As `afterPass`, always. */
export function requireLegal(pass: string, model: Model, shapes?: Shapes): void {
  const faults = faultsOf(model, shapes);
  if (faults.length === 0) return;
  const around = new Set(faults.flatMap(({ at }) => at));
  const list = faults.slice(0, 20).map(({ what }) => `- ${what}`);
  const printed = printModel(model, { around, ...(shapes && { shapes }) });
  throw new IllegalGraph(`After "${pass}" the graph is not legal:\n${list.join('\n')}\n\n${printed}`);
}

interface Scope {
  readonly opset: number;
  readonly domains: ReadonlyMap<string, number>;
  /** Values that a body sees of the graph around it. */
  readonly outer: ReadonlySet<string>;
}

function* faultsIn(graph: Graph, scope: Scope): Generator<Fault> {
  const defined = new Set<string>();
  const define = (name: string, by: string): Fault[] => {
    const known = defined.has(name) || scope.outer.has(name);
    defined.add(name);
    if (name === '') return [{ what: `${by} has no name`, at: [] }];
    return known ? [{ what: `${by} "${name}" is defined a second time`, at: [name] }] : [];
  };
  for (const { name } of graph.inputs) yield* define(name, 'input');
  for (const [name, tensor] of graph.initializers) {
    yield* define(name, 'constant');
    yield* tensorFaults(name, tensor);
  }
  for (const node of graph.nodes) {
    for (const name of readsOf(node))
      if (!defined.has(name) && !scope.outer.has(name))
        yield {
          what: `${titleOf(node)} reads "${name}", which nothing before it defines`,
          at: [node.name, ...node.outputs],
        };
    yield* callFaults(node, scope);
    for (const body of bodiesOf(node))
      yield* faultsIn(body, { ...scope, outer: new Set([...scope.outer, ...defined]) });
    for (const output of node.outputs) if (output !== '') yield* define(output, `output of ${titleOf(node)}`);
  }
  const outputs = new Set<string>();
  for (const { name } of graph.outputs) {
    if (outputs.has(name)) yield { what: `output "${name}" stands twice`, at: [name] };
    outputs.add(name);
    if (!defined.has(name) && !scope.outer.has(name))
      yield { what: `output "${name}" is not defined`, at: [name] };
  }
}

const keyOf = ({ domain, op }: Node) => (domain === '' ? op : `${domain}.${op}`);
const titleOf = (node: Node) => `${keyOf(node)} "${node.name}"`;

function* tensorFaults(name: string, { dtype, dims, bytes }: Tensor): Generator<Fault> {
  if (!dims.every((size) => Number.isInteger(size) && size >= 0))
    yield { what: `constant "${name}" has dimensions [${dims.join(', ')}]`, at: [name] };
  const wanted = elementCount(dims) * bytesPerElement(dtype);
  if (dtype !== 'string' && bytes.length !== wanted)
    yield {
      what: `constant "${name}" has ${bytes.length} bytes where ${dtype}[${dims.join(', ')}] has ${wanted}`,
      at: [name],
    };
}

function* callFaults(node: Node, { opset, domains }: Scope): Generator<Fault> {
  const fault = (what: string): Fault => ({
    what: `${titleOf(node)} ${what}`,
    at: [node.name, ...node.outputs],
  });
  if (node.domain !== '' && !domains.has(node.domain))
    yield fault(`is of a domain that the model does not name`);
  if (!node.outputs.some((output) => output !== '')) yield fault('has no output');
  for (const [key, attribute] of node.attributes)
    if (!holdsItsKind(attribute)) yield fault(`has an attribute "${key}" that is no ${attribute.kind}`);
  const signature = SIGNATURES.get(keyOf(node));
  if (!signature || opset < SIGNED_OPSET) return;
  const [least, most] = signature.inputs;
  if (node.inputs.length < least || node.inputs.length > most)
    yield fault(`has ${node.inputs.length} inputs`);
  if (node.inputs.slice(0, least).includes('')) yield fault('misses an input that it needs');
  const [fewest, more] = signature.outputs;
  if (node.outputs.length < fewest || node.outputs.length > more)
    yield fault(`has ${node.outputs.length} outputs`);
  for (const [key, { kind }] of node.attributes) {
    const wanted = signature.attributes[key];
    if (wanted !== kind)
      yield fault(`has an attribute "${key}" of kind ${kind}${wanted ? ` instead of ${wanted}` : ''}`);
  }
}

function holdsItsKind({ kind, value }: Attribute): boolean {
  if (kind === 'int') return Number.isSafeInteger(value);
  if (kind === 'float') return typeof value === 'number';
  if (kind === 'ints') return value.every((n) => Number.isSafeInteger(n));
  return kind !== 'floats' || value.every((n) => typeof n === 'number');
}

const MOST_NUMBERS = 64;

/** Values whose known shape is not what their operator makes of the known shapes of its inputs. */
function shapeFaults(graph: Graph, shapes: Shapes): Fault[] {
  const facts: Facts = {
    shape: (name) => {
      const constant = graph.initializers.get(name);
      return constant ? constantShape(constant.dtype, constant.dims) : shapes.get(name);
    },
    numbers: (name) => {
      const tensor = graph.initializers.get(name);
      if (tensor?.dtype !== 'int64' || elementCount(tensor.dims) > MOST_NUMBERS) return undefined;
      return toIntegers(tensor).map((n): Dim => [n, n]);
    },
  };
  return graph.nodes.flatMap((node): Fault[] => {
    const at = [node.name, ...node.outputs];
    try {
      return inferShapes(node, facts).flatMap((told, i): Fault[] => {
        const output = node.outputs[i] ?? '';
        const known = output === '' ? undefined : shapes.get(output);
        if (!told || !known || (told.dtype === known.dtype && sameDims(told.dims, known.dims))) return [];
        return [{ what: `"${output}" is ${printShape(told)} and known as ${printShape(known)}`, at }];
      });
    } catch (error) {
      return [{ what: error instanceof Error ? error.message : String(error), at }];
    }
  });
}
