import { EngineError } from '../errors.ts';
import { makeNode } from '../graph/builder.ts';
import {
  cloneModel,
  freshName,
  type Graph,
  intOf,
  type Model,
  type Node,
  producersOf,
  type ValueInfo,
} from '../graph/graph.ts';
import { pruneGraph } from '../graph/prune.ts';
import { afterPass } from '../graph/spec.ts';
import { codeOf, type DataType } from '../graph/tensor.ts';

/** How the one output is called that everything else reads, as in the files of transformers' exporters. */
const LOGITS = 'logits';

/**
 * The same model with logits as its only output, under the usual name, so that everything else, and who loads an exported
 * folder, needs to know no other. A file that ends in a softmax over its classes gives probabilities; what that is made of are
 * its logits: softmaxed again, all of them would lie near a half. The given model is not changed.
 *
 * Throws `not_a_classifier` where each class has a probability of its own.
 */
export function withUsualOutput(source: Model, name: string): Model {
  const model = cloneModel(source);
  const { graph } = model;
  const given = logitsOf(graph);
  if (given === undefined) throw notClassifier(`${name} has no output`);
  const last = behind(graph, given.name);
  if (last?.op === 'Sigmoid' && last.domain === '') {
    throw notClassifier(
      `${name} cannot be used: its file ends in a Sigmoid, so that each class has a probability of its own, where the classes of an NLI model compete`,
    );
  }
  const value = last && isSoftmax(last, model.opset) ? last.inputs[0]! : given.name;
  const isFloat32 = given.dtype === null || !OTHER_FLOATS.includes(given.dtype);
  if (value === LOGITS && graph.outputs.length === 1 && isFloat32) return source;
  const { dtype, dims } = given;
  graph.outputs = [{ name: value, dtype, dims }];
  pruneGraph(graph);
  if (value !== LOGITS) rename(graph, value);
  if (!isFloat32) asFloat32(graph);
  afterPass('the usual output', model);
  return model;
}

/** The output that holds logits: it is called so, or is the only one of two dimensions, or the first. */
function logitsOf({ outputs }: Graph): ValueInfo | undefined {
  const named = outputs.find(({ name }) => name === LOGITS);
  const flat = outputs.filter(({ dims }) => dims?.length === 2);
  return named ?? (flat.length === 1 ? flat[0] : outputs[0]);
}

/** The last node before a value that computes anything. */
function behind(graph: Graph, value: string): Node | undefined {
  const producers = producersOf(graph);
  let node = producers.get(value);
  while (node?.domain === '' && SAME.has(node.op)) node = producers.get(node.inputs[0]!);
  return node;
}
const SAME = new Set(['Identity', 'Dropout', 'Cast']);

/** Over the second of two axes, [batch, classes]; before opset 13 it is so where nothing is said. */
const isSoftmax = (node: Node, opset: number): boolean =>
  node.op === 'Softmax' && node.domain === '' && [1, -1].includes(intOf(node, 'axis', opset < 13 ? 1 : -1));

/** What files of other precision give. */
const OTHER_FLOATS: readonly DataType[] = ['float16', 'bfloat16', 'float64'];

/** The output as float32, which is what is read. */
function asFloat32(graph: Graph): void {
  const own = freshName(graph, `${LOGITS}/own`);
  renameValues(graph, new Map([[LOGITS, own]]));
  const attributes = { to: codeOf('float32') };
  graph.nodes.push(makeNode({ op: 'Cast', name: LOGITS, inputs: [own], outputs: [LOGITS], attributes }));
  graph.outputs = graph.outputs.map(({ dims }) => ({ name: LOGITS, dtype: 'float32', dims }));
}

/** Calls a value "logits"; another one that is called so gets another name. */
function rename(graph: Graph, value: string): void {
  const names = new Map([[value, LOGITS]]);
  const other = freshName(graph, LOGITS);
  if (other !== LOGITS) names.set(LOGITS, other);
  renameValues(graph, names);
}

function renameValues(graph: Graph, names: ReadonlyMap<string, string>): void {
  const own = (name: string) => names.get(name) ?? name;
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map(own);
    node.outputs = node.outputs.map(own);
    for (const attribute of node.attributes.values())
      if (attribute.kind === 'graph') renameValues(attribute.value, names);
  }
  graph.initializers = new Map([...graph.initializers].map(([name, tensor]) => [own(name), tensor]));
  graph.inputs = graph.inputs.map((input) => ({ ...input, name: own(input.name) }));
  graph.outputs = graph.outputs.map((output) => ({ ...output, name: own(output.name) }));
}

/** Far from what sums of logits ever are in every row; a softmax of float16 is nearer to 1. */
const NEAR_ONE = 1e-3;

/**
 * Throws `not_a_classifier` where a file's answers to all pairs are probabilities that add up to 1, by whatever operators.
 * logits: of each batch, row by row.
 */
export function requireLogits(logits: readonly Float32Array[], classes: number, name: string): void {
  const isDistribution = (row: Float32Array) =>
    row.every((p) => p >= 0 && p <= 1) && Math.abs(row.reduce((sum, p) => sum + p, 0) - 1) <= NEAR_ONE;
  const rows = logits.flatMap((own) =>
    Array.from({ length: own.length / classes }, (_, i) => own.subarray(i * classes, (i + 1) * classes)),
  );
  if (classes < 2 || rows.length === 0 || !rows.every(isDistribution)) return;
  throw notClassifier(`${name} cannot be used: its file gives probabilities where logits are needed`);
}

const notClassifier = (what: string) =>
  new EngineError(
    'not_a_classifier',
    `${what}.`,
    'Export it for text classification, with logits as its output.',
  );
