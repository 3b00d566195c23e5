import { cloneModel, type Graph, type Model, type Node, readsOf, renameReads } from '../graph.ts';
import { pruneGraph } from '../prune.ts';
import { type Shapes, sameDims } from '../shapes.ts';
import { floatTensor } from '../tensor.ts';

/** Values of which every element is the same number (or truth, as 0 and 1) in a batch without padding. */
export type UniformValues = ReadonlyMap<string, number>;

/** Runs a model on batches without padding, of several sizes up to the longest pair, and gives each run's outputs. */
export type Evaluator = (model: Model) => AsyncIterable<ReadonlyMap<string, ArrayLike<unknown>>>;

/** Operators whose result depends on the shape of what they read, not on its values. */
const SHAPE_ONLY = new Set(['Shape', 'Size']);

/**
 * Finds what is the same number everywhere in a batch without padding: masks become "add nothing", scales that
 * exporters compute from shapes become numbers. Values that depend on tokens are not asked for.
 */
export async function uniformValues(model: Model, evaluate: Evaluator): Promise<UniformValues> {
  const probed = cloneModel(model);
  const names = frontier(probed.graph);
  if (names.length === 0) return new Map();
  probed.graph.outputs = names.map((name) => ({ name, dtype: null, dims: null }));
  pruneGraph(probed.graph);
  const uniform = new Map<string, number>();
  const differing = new Set<string>();
  for await (const run of evaluate(probed)) {
    for (const name of names) {
      const value = onlyValue(run.get(name));
      if (value === undefined || (uniform.get(name) ?? value) !== value) differing.add(name);
      else uniform.set(name, value);
    }
  }
  for (const name of differing) uniform.delete(name);
  return uniform;
}

/** The number that all elements are; undefined where two differ or there is none. */
function onlyValue(values: ArrayLike<unknown> | undefined): number | undefined {
  if (values === undefined || values.length === 0) return undefined;
  const first = values[0];
  for (let i = 1; i < values.length; i++) if (values[i] !== first) return undefined;
  return Number(first);
}

/** Values that no token has a part in, where they meet values that tokens have a part in. */
function frontier(graph: Graph): string[] {
  const free = new Set<string>(['attention_mask']);
  const isFree = (name: string) => name === '' || free.has(name) || graph.initializers.has(name);
  const met = new Set<string>();
  for (const node of graph.nodes) {
    if (SHAPE_ONLY.has(node.op) || readsOf(node).every(isFree)) {
      for (const output of node.outputs) free.add(output);
    } else if (MET.has(node.op)) {
      for (const name of node.inputs) if (name !== '' && free.has(name)) met.add(name);
    }
  }
  met.delete('attention_mask');
  return [...met];
}

/** Operators that masks and scales take part in. */
const MET = new Set(['Add', 'Mul', 'Div', 'Where']);

/**
 * Removes what padding needs: masks that add 0, multiply by 1 or choose nothing; scales become constants. For batches
 * of equally long pairs the result is the same. In place, `shapes` too.
 */
export function removePadding(graph: Graph, shapes: Shapes, uniform: UniformValues): void {
  const renames = new Map<string, string>();
  for (const node of graph.nodes) {
    const kept = keptInput(node, shapes, uniform);
    if (kept !== undefined) renames.set(node.outputs[0]!, kept);
  }
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  for (const name of renames.keys()) if (outputs.has(name)) renames.delete(name);
  graph.nodes = graph.nodes.filter((node) => !renames.has(node.outputs[0]!));
  renameReads(graph, renames);
  nameScales(graph, shapes, uniform);
  pruneGraph(graph);
}

/** The input that a node passes on unchanged when there is no padding. */
function keptInput(node: Node, shapes: Shapes, uniform: UniformValues): string | undefined {
  const candidate = passedOn(node, uniform);
  if (candidate === undefined) return undefined;
  const [from, to] = [shapes.get(candidate)?.dims, shapes.get(node.outputs[0]!)?.dims];
  return sameDims(from, to) ? candidate : undefined;
}

function passedOn({ op, inputs }: Node, uniform: UniformValues): string | undefined {
  const neutral = op === 'Add' ? 0 : op === 'Mul' ? 1 : undefined;
  if (neutral !== undefined) {
    if (uniform.get(inputs[1]!) === neutral) return inputs[0];
    return uniform.get(inputs[0]!) === neutral ? inputs[1] : undefined;
  }
  const chosen = op === 'Where' ? uniform.get(inputs[0]!) : undefined;
  return chosen === undefined ? undefined : inputs[chosen === 0 ? 2 : 1];
}

/** Single numbers that were computed become constants that patterns can read. */
function nameScales(graph: Graph, shapes: Shapes, uniform: UniformValues): void {
  for (const [name, value] of uniform) {
    const shape = shapes.get(name);
    if (shape?.dtype !== 'float32' || !shape.dims.every(([a, b]) => a === 1 && b === 1)) continue;
    const constant = `${name}/constant`;
    graph.initializers.set(
      constant,
      floatTensor(
        [value],
        shape.dims.map(() => 1),
      ),
    );
    shapes.set(constant, shape);
    renameReads(graph, new Map([[name, constant]]));
  }
}
