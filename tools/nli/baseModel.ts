import { EngineError } from '../../engine/errors.ts';
import { makeNode } from '../../engine/graph/builder.ts';
import { cleanModel } from '../../engine/graph/clean.ts';
import { cloneModel, type Graph, type Model, type Node } from '../../engine/graph/graph.ts';
import { pruneGraph } from '../../engine/graph/prune.ts';
import {
  floatTensor,
  halvesFromFloats,
  intTensor,
  type Tensor,
  toFloat32,
} from '../../engine/graph/tensor.ts';
import type { Random } from '../../engine/random.ts';

/** Hidden states of a BERT encoder, exported under its module names ("/encoder/layer.3/output/LayerNorm/Add_1"). */
export interface EncoderSize {
  readonly layers: number;
  readonly hidden: number;
  readonly intermediate: number;
  readonly vocabulary: number;
  readonly positions: number;
  readonly tokenTypes: number;
}

/** What new weights are drawn from, as in BERT (Devlin et al. 2019): N(0, 0.02²). */
const DEVIATION = 0.02;
/** A float16 weight `X__f16` is followed by a Cast to float32 named `X`. */
const STORED = '__f16';
const LAYER = /^\/encoder\/layer\.(\d+)\//;

/**
 * A sequence classifier from an encoder that gives hidden states: the layers named in `kept` (all without it), and on
 * the first token a pooler (linear, tanh) and a linear layer with `classes` outputs, both new. Values are named as in
 * BertForSequenceClassification; weights are stored as float16 and computed with as float32.
 *
 * Throws `encoder_unknown` for a graph without layers of these names or with another output than its hidden state.
 */
export function classifierFrom(
  source: Model,
  { kept, classes, random }: { kept?: readonly number[]; classes: number; random: Random },
): { model: Model; size: EncoderSize } {
  const model = cloneModel(source);
  cleanModel(model);
  const { graph } = model;
  keepLayers(graph, kept);
  nameLikeBert(graph);
  const size = sizeOf(graph);
  appendHead(graph, { hidden: size.hidden, classes, random });
  storeAsHalves(graph);
  return { model, size };
}

const layerOf = (node: Node): number | undefined => {
  const found = LAYER.exec(node.name);
  return found ? Number(found[1]) : undefined;
};

const unknown = (why: string) =>
  new EngineError('encoder_unknown', `This is no BERT encoder as exported to ONNX: ${why}.`);

/** Leaves out layers: each kept one reads what the kept one before it gives. The graph's output is the last one's. */
function keepLayers(graph: Graph, wanted: readonly number[] | undefined): void {
  const exits: string[] = [];
  let embedded: string | undefined;
  for (const node of graph.nodes) {
    const layer = layerOf(node);
    if (layer !== undefined) exits[layer] = node.outputs[0]!;
    else if (node.name.startsWith('/embeddings/LayerNorm/')) embedded = node.outputs[0]!;
  }
  if (exits.length === 0 || embedded === undefined) throw unknown('its nodes are not named after layers');
  if (graph.outputs.length !== 1 || graph.outputs[0]!.name !== exits.at(-1)) {
    throw unknown('its only output is not the last hidden state');
  }
  const kept = wanted ?? [...exits.keys()];
  const missing = kept.find((layer) => exits[layer] === undefined);
  if (missing !== undefined) throw unknown(`it has no layer ${missing}, only ${exits.length}`);
  const entries = [embedded, ...exits];
  kept.forEach((layer, place) => {
    const instead = place === 0 ? embedded : exits[kept[place - 1]!]!;
    for (const node of graph.nodes) {
      if (layerOf(node) !== layer) continue;
      node.inputs = node.inputs.map((name) => (name === entries[layer] ? instead : name));
    }
  });
  graph.outputs = [{ name: exits[kept.at(-1)!]!, dtype: 'float32', dims: null }];
  pruneGraph(graph);
  const places = new Map(kept.map((layer, place) => [layer, place]));
  renameAll(graph, (name) =>
    name.replace(/(^\/?encoder[/.]layer\.)(\d+)/, (_, start: string, number: string) => {
      return `${start}${places.get(Number(number)) ?? number}`;
    }),
  );
}

/** "embeddings.…" → "bert.embeddings.…", "/encoder/…" → "/bert/encoder/…". */
function nameLikeBert(graph: Graph): void {
  renameAll(graph, (name) =>
    name.replace(/^\/(?=(embeddings|encoder)\/)/, '/bert/').replace(/^(?=(embeddings|encoder)\.)/, 'bert.'),
  );
}

function renameAll(graph: Graph, rename: (name: string) => string): void {
  for (const node of graph.nodes) {
    node.name = rename(node.name);
    node.inputs = node.inputs.map(rename);
    node.outputs = node.outputs.map(rename);
  }
  graph.initializers = new Map([...graph.initializers].map(([name, tensor]) => [rename(name), tensor]));
  graph.outputs = graph.outputs.map((output) => ({ ...output, name: rename(output.name) }));
}

function sizeOf(graph: Graph): EncoderSize {
  const dims = (name: string) => {
    const tensor = graph.initializers.get(name);
    if (tensor?.dims.length !== 2) throw unknown(`it has no table "${name}"`);
    return tensor.dims as [number, number];
  };
  const [vocabulary, hidden] = dims('bert.embeddings.word_embeddings.weight');
  const [positions] = dims('bert.embeddings.position_embeddings.weight');
  const [tokenTypes] = dims('bert.embeddings.token_type_embeddings.weight');
  const biases = [...graph.initializers].filter(([name]) => name.endsWith('.intermediate.dense.bias'));
  const intermediate = biases[0]?.[1].dims[0];
  if (intermediate === undefined) throw unknown('its layers have no intermediate size');
  return { layers: biases.length, hidden, intermediate, vocabulary, positions, tokenTypes };
}

function appendHead(
  graph: Graph,
  { hidden, classes, random }: { hidden: number; classes: number; random: Random },
): void {
  const linear = (module: string, input: string, outputs: number) => {
    const values = Float32Array.from({ length: outputs * hidden }, () => random.normal() * DEVIATION);
    graph.initializers.set(`${module}.weight`, floatTensor(values, [outputs, hidden]));
    graph.initializers.set(`${module}.bias`, floatTensor(new Float32Array(outputs), [outputs]));
    return append(
      `/${module.replaceAll('.', '/')}/Gemm`,
      'Gemm',
      [input, `${module}.weight`, `${module}.bias`],
      {
        transB: 1,
      },
    );
  };
  const append = (name: string, op: string, inputs: string[], attributes = {}) => {
    const output = `${name}_output_0`;
    graph.nodes.push(makeNode({ op, name, inputs, outputs: [output], attributes }));
    return output;
  };
  graph.initializers.set('bert.pooler.first', intTensor([0], []));
  const first = append('/bert/pooler/Gather', 'Gather', [graph.outputs[0]!.name, 'bert.pooler.first'], {
    axis: 1,
  });
  const pooled = append('/bert/pooler/activation/Tanh', 'Tanh', [linear('bert.pooler.dense', first, hidden)]);
  linear('classifier', pooled, classes);
  graph.nodes.at(-1)!.outputs = ['logits'];
  graph.outputs = [{ name: 'logits', dtype: 'float32', dims: ['batch_size', classes] }];
}

/** Every float weight rounded to float16, with a Cast that gives it back under its name. Scalars stay. */
function storeAsHalves(graph: Graph): void {
  const casts: Node[] = [];
  const stored = new Map<string, Tensor>();
  for (const [name, tensor] of graph.initializers) {
    if (tensor.dtype !== 'float32' || tensor.dims.length === 0) {
      stored.set(name, tensor);
      continue;
    }
    const halves = halvesFromFloats(toFloat32(tensor));
    const bytes = new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength);
    stored.set(`${name}${STORED}`, { dtype: 'float16', dims: tensor.dims, bytes });
    casts.push(
      makeNode({
        op: 'Cast',
        name: `${name}/Cast`,
        inputs: [`${name}${STORED}`],
        outputs: [name],
        attributes: { to: 1 },
      }),
    );
  }
  graph.initializers = stored;
  graph.nodes = [...casts, ...graph.nodes];
}
