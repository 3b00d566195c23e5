import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { EngineError } from '../../engine/errors.ts';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataLocation as DataLocation,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
} from '../../engine/onnx/schema/onnx_pb.js';
import { createEngine } from '../../engine/process/client.ts';
import { CALL_LIMITS } from '../../engine/process/limits.ts';
import { createRandom, type Random } from '../../engine/random.ts';
import { trainingOptions } from '../../engine/train/plan.ts';
import { writeTinyModel } from '../support/tinyModel.ts';

/** What became of one input: a word to count by, and what is wrong about it, if anything is. */
export interface Outcome {
  readonly kind: string;
  readonly fault?: string;
}

/** Longer than any tiny model takes on a busy machine, short enough for a fuzzer that meets many that never end. */
const LIMITS = {
  ...CALL_LIMITS,
  withoutProgressMs: { loading: 20_000, running: 2500, exporting: 20_000 },
  patience: 1,
};
const OPERATORS =
  'Gather MatMul Add Tanh Softmax Reshape Transpose Slice Concat Expand Tile Resize Pad ConstantOfShape Range OneHot TopK NonZero ScatterND GatherND Einsum Loop If Scan StringNormalizer Conv LSTM Cast Erf Where CumSum Unique RandomNormal DequantizeLinear MatMulInteger LayerNormalization EyeLike Upsample MaxPool GridSample DFT Trilu Split Squeeze Unsqueeze Identity Shape'.split(
    ' ',
  );
const ATTRIBUTES =
  'axis axes to perm keepdims epsilon equation mode pads kernel_shape group value num_outputs body then_branch else_branch num_scan_inputs dtype shape'.split(
    ' ',
  );
const NUMBERS = [-1n, 0n, 1n, 3n, 8n, 2n ** 31n, -(2n ** 31n), 2n ** 40n, 2n ** 62n, 2n ** 63n - 1n];
const DIMS = [-1n, 0n, 1n, 2n, 7n, 2n ** 31n, 2n ** 32n, 2n ** 62n];
const PATHS = ['../secret', '/etc/hostname', 'C:\\x', 'model.onnx', 'nowhere', 'a/../../b', '\0', ''];

const tiny = mkdtempSync(join(tmpdir(), 'entail-fuzz-'));
process.once('exit', () => rmSync(tiny, { recursive: true, force: true }));
writeTinyModel(join(tiny, 'whole'));
const whole = readFileSync(join(tiny, 'whole', 'model.onnx'));

let engine = createEngine({ limits: LIMITS });
let runs = 0;

/** Models changed in structure and bytes, each loaded, run and sometimes trained in an engine that may be ended. */
export const modelStructures = {
  name: 'models',

  /** The model file that belongs to a seed. */
  generate(seed: number): Uint8Array {
    const random = createRandom(seed);
    const model = fromBinary(ModelProtoSchema, whole);
    const times = 1 + random.integer(3);
    for (let i = 0; i < times; i++) changeStructure(model, random);
    let bytes: Uint8Array;
    try {
      bytes = toBinary(ModelProtoSchema, model);
    } catch {
      bytes = new Uint8Array(whole);
    }
    return random.integer(6) === 0 ? changeBytes(bytes, random) : bytes;
  },

  async run(input: Uint8Array): Promise<Outcome> {
    runs += 1;
    const dir = join(tiny, `m${runs}`);
    mkdirSync(dir);
    for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
      copyFileSync(join(tiny, 'whole', name), join(dir, name));
    writeFileSync(join(dir, 'model.onnx'), input);
    try {
      await use(dir);
      return { kind: 'works' };
    } catch (error) {
      return outcomeOf(error);
    } finally {
      rmSync(dir, { recursive: true, force: true });
      // One that died by itself counts towards a limit that is for people, not for thousands of broken models.
      if (engine.pid === undefined) {
        await engine.close();
        engine = createEngine({ limits: LIMITS });
      }
    }
  },

  close: () => engine.close(),
};

async function use(dir: string): Promise<void> {
  await engine.describe({ dir });
  const scorer = await engine.openScorer({ dir, device: 'cpu', precision: 'fp32' });
  const rows = await scorer.score(['the parcel came late', 'price'], ['this is about price .']);
  await scorer.close();
  if (rows.some(({ probabilities }) => probabilities.some((p) => !(p >= 0 && p <= 1))))
    throw new RangeError('a probability is no number from 0 to 1');
  if (runs % 20 !== 0) return;
  await engine.train({
    model: { dir },
    examples: (['entailment', 'contradiction'] as const).map((target) => ({
      premise: 'late',
      hypothesis: target,
      target,
    })),
    options: trainingOptions({ maxSteps: 1 }),
    device: 'cpu',
    heldOut: null,
    checkpoints: null,
  });
}

function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof EngineError)) return { kind: 'raw', fault: String(error) };
  const { code, message } = error;
  if (code === 'engine_bug') return { kind: code, fault: message };
  const sentence = !message.includes('\n') && !/ {4}at |\.ts:\d/.test(message) && message.length < 1000;
  return sentence ? { kind: code } : { kind: code, fault: message };
}

function changeStructure(model: ModelProto, random: Random): void {
  const graph = model.graph!;
  const node = pick(random, graph.node);
  switch (random.integer(12)) {
    case 0:
      node.opType = pick(random, OPERATORS);
      return;
    case 1:
      // A name of anything, of a later value (a cycle), or of nothing.
      node.input[random.integer(node.input.length + 1)] = pick(random, [...namesOf(graph), '', 'nowhere']);
      return;
    case 2:
      node.attribute.push(anyAttribute(random, graph));
      return;
    case 3:
      changeTensor(pick(random, graph.initializer), random);
      return;
    case 4:
      setExternal(pick(random, graph.initializer), random);
      return;
    case 5:
      insertNode(graph, node, random);
      return;
    case 6:
      node.output[0] = pick(random, namesOf(graph));
      return;
    case 7:
      changeOutput(graph, random);
      return;
    case 8:
      graph.node.splice(random.integer(graph.node.length), 1 + random.integer(2));
      return;
    case 9:
      graph.node = random.shuffle(graph.node);
      return;
    case 10:
      for (const opset of model.opsetImport) opset.version = pick(random, [1n, 11n, 13n, 18n, 21n, 99n, -1n]);
      return;
    default:
      wrapInLoop(graph, random);
  }
}

const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)]!;

const namesOf = (graph: GraphProto) => [
  ...graph.initializer.map(({ name }) => name),
  ...graph.node.flatMap(({ output }) => output),
  ...graph.input.map(({ name }) => name),
];

function anyAttribute(random: Random, graph: GraphProto) {
  const name = pick(random, ATTRIBUTES);
  switch (random.integer(6)) {
    case 0:
      return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: pick(random, NUMBERS) });
    case 1:
      return create(AttributeProtoSchema, {
        name,
        type: AttributeType.INTS,
        ints: [pick(random, NUMBERS), pick(random, NUMBERS)],
      });
    case 2:
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: Number.NaN });
    case 3:
      return create(AttributeProtoSchema, {
        name,
        type: AttributeType.STRING,
        s: Buffer.from(pick(random, ['ij,jk->ik', 'a...,b->', 'x', ''])),
      });
    case 4:
      return create(AttributeProtoSchema, {
        name,
        type: AttributeType.TENSOR,
        t: pick(random, graph.initializer),
      });
    default:
      return create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: nested(graph, random) });
  }
}

/** Graphs within graphs, up to more than are read. */
function nested(graph: GraphProto, random: Random): GraphProto {
  let inner = create(GraphProtoSchema, { name: 'inner', node: graph.node.slice(0, 2), output: graph.output });
  for (let depth = pick(random, [0, 0, 1, 12, 60]); depth > 0; depth--) {
    const node = create(NodeProtoSchema, {
      opType: 'If',
      input: ['x'],
      output: ['y'],
      attribute: [create(AttributeProtoSchema, { name: 'then_branch', type: AttributeType.GRAPH, g: inner })],
    });
    inner = create(GraphProtoSchema, { name: 'inner', node: [node], output: graph.output });
  }
  return inner;
}

function changeTensor(tensor: TensorProto, random: Random): void {
  switch (random.integer(4)) {
    case 0:
      tensor.dims = Array.from({ length: random.integer(10) }, () => pick(random, DIMS));
      return;
    case 1:
      tensor.dataType = random.integer(30);
      return;
    case 2:
      tensor.rawData = tensor.rawData.subarray(0, random.integer(tensor.rawData.length + 1));
      return;
    default: {
      const raw = new Uint8Array(tensor.rawData);
      const view = new DataView(raw.buffer);
      for (let at = 0; at + 4 <= raw.length; at += 4) {
        if (random.integer(3) === 0)
          view.setFloat32(at, pick(random, [Number.NaN, Infinity, -Infinity, 1e38, 1e-40]), true);
      }
      tensor.rawData = raw;
    }
  }
}

function setExternal(tensor: TensorProto, random: Random): void {
  tensor.dataLocation = DataLocation.EXTERNAL;
  const entries = { location: pick(random, PATHS), offset: String(pick(random, NUMBERS)), length: '4' };
  tensor.externalData = Object.entries(entries)
    .slice(0, 1 + random.integer(3))
    .map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }));
}

function insertNode(graph: GraphProto, before: NodeProto, random: Random): void {
  const output = `inserted ${random.integer(1e6)}`;
  const inserted = create(NodeProtoSchema, {
    opType: pick(random, OPERATORS),
    domain: pick(random, ['', '', '', 'com.microsoft', 'ai.onnx.ml', 'nobody.example']),
    input: Array.from({ length: 1 + random.integer(3) }, () => pick(random, namesOf(graph))),
    output: [output],
  });
  graph.node.splice(random.integer(graph.node.length), 0, inserted);
  before.input[0] = output;
}

function changeOutput(graph: GraphProto, random: Random): void {
  const type = graph.output[0]?.type?.value;
  if (type?.case !== 'tensorType') return;
  type.value.elemType = pick(random, [0, 1, 7, 8, 10, 16, 99]);
  for (const dim of type.value.shape?.dim ?? []) dim.value = { case: 'dimValue', value: pick(random, DIMS) };
}

/** The last value goes through a Loop: few turns, or more than anybody waits for. */
function wrapInLoop(graph: GraphProto, random: Random): void {
  const last = graph.node.at(-1)!;
  const output = last.output[0]!;
  const scalar = (name: string, dataType: number, rawData: Uint8Array) => ({
    ...structuredClone(graph.initializer[0]!),
    name,
    dataType,
    dims: [],
    rawData,
  });
  const turns = pick(random, [0n, 1n, 5n, 2n ** 62n]);
  graph.initializer.push(
    scalar('turns', 7, new Uint8Array(BigInt64Array.of(turns).buffer)),
    scalar('on', 9, Uint8Array.of(1)),
  );
  last.output[0] = 'before the loop';
  const identity = (from: string, to: string) =>
    create(NodeProtoSchema, { opType: 'Identity', input: [from], output: [to] });
  const value = (name: string, elemType: number, scalarShape = true) => ({
    name,
    type: {
      value: {
        case: 'tensorType' as const,
        value: scalarShape ? { elemType, shape: { dim: [] } } : { elemType },
      },
    },
  });
  const body = create(GraphProtoSchema, {
    name: 'body',
    node: [identity('on in', 'on out'), identity('x in', 'x out')],
    input: [value('turn', 7), value('on in', 9), value('x in', 1, false)],
    output: [value('on out', 9), value('x out', 1, false)],
  });
  graph.node.push(
    create(NodeProtoSchema, {
      opType: 'Loop',
      input: ['turns', 'on', 'before the loop'],
      output: [output],
      attribute: [create(AttributeProtoSchema, { name: 'body', type: AttributeType.GRAPH, g: body })],
    }),
  );
}

function changeBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.integer(bytes.length);
  switch (random.integer(4)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 40))]);
    case 2:
      return Buffer.concat([
        bytes.subarray(0, at),
        Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f),
        bytes.subarray(at),
      ]);
    default: {
      const changed = new Uint8Array(bytes);
      for (let i = 0; i <= random.integer(8); i++)
        changed[random.integer(changed.length)] = random.integer(256);
      return changed;
    }
  }
}
