import { mustGet } from '../../process/must.ts';
import { EngineError } from '../errors.ts';
import { readInside } from '../files/inside.ts';
import { type Graph, type Model, type Node, producersOf } from '../graph/graph.ts';
import { toFloat32 } from '../graph/tensor.ts';
import type { NliModel } from '../model/nliModel.ts';
import type { PreparedModel } from '../model/prepare.ts';
import { fromFloat32, type SafeTensor } from '../safetensors/dtype.ts';
import { readSafetensors } from '../safetensors/read.ts';
import { huggingFaceWeights } from './huggingFace.ts';
import { parameterNames } from './parameterNames.ts';

const MOST_CONFIG_MEGABYTES = 16;
/** The most that Node reads at once. */
const MOST_WEIGHTS_MEGABYTES = 2047;

/** The weights for PyTorch, each under the name that transformers looks for; or why there are none, as half a sentence. */
export type PytorchWeights =
  | { readonly tensors: ReadonlyMap<string, SafeTensor> }
  | { readonly without: string };

/**
 * The weights under the names that transformers' own class of the model has: all of them and no others, for it fills what a
 * file lacks with random numbers and says so in a warning at most. Names that a wrapper has put something before, or that
 * lack the model's prefix ("model.bert.encoder…", "encoder…"), are mapped.
 */
export function pytorchWeights(nli: Pick<NliModel, 'prepared' | 'folder'>, weights: Model): PytorchWeights {
  const { prepared, folder } = nli;
  const { modelType } = folder.config;
  const { tensors, complete } = huggingFaceWeights(weights, prepared.linears, modelType);
  if (!complete)
    return {
      without: 'the graph that the base model was exported as does not tell the names of its weights',
    };
  if (!endsInLayer(weights.graph, prepared))
    return { without: 'its graph goes on behind its last layer, which its weights do not tell' };
  const expected = parameterNames(configOf(folder.dir)) ?? ownNames(folder.dir);
  if (expected === null)
    return {
      without: `Entail does not know which weights transformers' "${modelType}" model of its config.json has`,
    };
  return named(tensors, expected, weights.graph);
}

/**
 * Whether logits are what the last layer gives, as in transformers' classes; of a layer that works on every token, those of
 * one. Scaled, cut or sorted otherwise, they are not what a loader of the weights alone would compute.
 */
function endsInLayer(graph: Graph, { logits, linears }: Pick<PreparedModel, 'logits' | 'linears'>): boolean {
  const producers = producersOf(graph);
  const { initializers } = graph;
  const layerOf = (node: Node | undefined) =>
    linears.find(({ weight }) => node?.inputs.includes(weight) || weight === transposedOf(node));
  const transposedOf = (node: Node | undefined) => producers.get(node?.inputs[1] ?? '')?.inputs[0];
  let node = producers.get(logits);
  let chooses = false;
  while (node !== undefined && (PASSED.has(node.op) || CHOSEN.has(node.op))) {
    chooses ||= CHOSEN.has(node.op);
    node = producers.get(node.inputs[0]!);
  }
  if (node?.op === 'Add') {
    const [product] = node.inputs.filter((name) => !initializers.has(name));
    node = producers.get(product ?? '');
  }
  const last = layerOf(node);
  return last !== undefined && (last.perToken || !chooses);
}
const PASSED = new Set(['Identity', 'Cast', 'Reshape', 'Squeeze', 'Flatten']);
const CHOSEN = new Set(['Gather', 'GatherND', 'GatherElements', 'Slice', 'Transpose']);

const configOf = (dir: string): unknown => {
  const bytes = readInside(dir, 'config.json', MOST_CONFIG_MEGABYTES);
  return bytes === null ? null : JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
};

/** The names in the base model's own file for PyTorch, which transformers loads; null without one that can be read. */
function ownNames(dir: string): string[] | null {
  const bytes = ownWeights(dir);
  if (bytes === null) return null;
  const own = readSafetensors(bytes, 'model.safetensors');
  return [...own].filter(([, { dtype }]) => /^B?F\d/.test(dtype)).map(([name]) => name);
}

function ownWeights(dir: string): Uint8Array | null {
  try {
    return readInside(dir, 'model.safetensors', MOST_WEIGHTS_MEGABYTES);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'model_file_unusable') return null;
    throw error;
  }
}

function named(
  tensors: ReadonlyMap<string, SafeTensor>,
  expected: readonly string[],
  graph: Graph,
): PytorchWeights {
  const fit = fitting(expected);
  const found = new Map<string, SafeTensor>();
  for (const [name, tensor] of tensors) {
    const own = fit(name);
    if (own === null) return { without: `its graph has a weight "${name}" that transformers does not know` };
    if (found.has(own)) return { without: `its graph has two weights that could be "${own}"` };
    found.set(own, tensor);
  }
  const missing = expected.filter((name) => !found.has(name));
  const all = missing.length === 0 ? found : withSharedNorms(found, missing, graph);
  if (all) return { tensors: all };
  const more = missing.length === 1 ? '' : ` and ${missing.length - 1} more`;
  return { without: `its graph does not tell which weight is "${missing[0]!}"${more}` };
}

/** Finds the expected name of a weight: its own, without what a wrapper put before it, or with the model's prefix. */
function fitting(expected: readonly string[]): (name: string) => string | null {
  const known = new Set(expected);
  const prefixes = ['', ...new Set(expected.map((name) => `${name.split('.')[0]}.`))];
  return (name) => {
    const parts = name.split('.');
    for (let from = 0; from < parts.length - 1; from++) {
      const rest = parts.slice(from).join('.');
      const own = prefixes.map((prefix) => `${prefix}${rest}`).find((candidate) => known.has(candidate));
      if (own !== undefined) return own;
    }
    return null;
  };
}

/**
 * Exporters keep one constant for norms that are equal, as before any training; then each gets a copy. Undefined where what is
 * missing is something else. That none of them hides one that has learnt, `huggingFaceWeights` has seen.
 */
function withSharedNorms(
  found: ReadonlyMap<string, SafeTensor>,
  missing: readonly string[],
  graph: Graph,
): ReadonlyMap<string, SafeTensor> | undefined {
  const all = new Map(found);
  for (const [kind, input] of [
    ['weight', 1],
    ['bias', 2],
  ] as const) {
    const wanted = missing.filter((name) => NORM.test(name) && name.endsWith(`.${kind}`));
    const read = graph.nodes
      .filter(({ op }) => op === 'LayerNormalization')
      .map((node) => node.inputs[input]!);
    const spare = read.filter((name, i) => read.indexOf(name) !== i);
    const sizes = new Set(spare.map((name) => graph.initializers.get(name)?.dims.join()));
    if (spare.length !== wanted.length || sizes.size > 1) return undefined;
    for (const name of wanted) {
      const tensor = mustGet(graph.initializers, spare[0]!, 'constant');
      all.set(name, fromFloat32(Float32Array.from(toFloat32(tensor)), tensor.dims));
    }
  }
  return missing.every((name) => all.has(name)) ? all : undefined;
}
const NORM = /(norm|ln_\w+)\.(weight|bias)$/i;
