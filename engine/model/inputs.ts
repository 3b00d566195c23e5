import { mustGet } from '../../process/must.ts';
import { EngineError } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { cloneModel, type Graph, intOf, type Model, producersOf, renameReads } from '../graph/graph.ts';
import { afterPass } from '../graph/spec.ts';
import { codeOf, intTensor } from '../graph/tensor.ts';
import type { TokenBatch } from '../runtime/feeds.ts';
import { createSession, type Feeds, floatsOf, integers, narrowIntegers } from '../runtime/session.ts';
import { freeBatch } from './fixedBatch.ts';

type Role = 'input_ids' | 'attention_mask' | 'token_type_ids' | 'position_ids';

/** An input of a model's file and what it is fed. */
export interface ServedInput {
  readonly name: string;
  readonly role: Role;
  readonly dtype: 'int64' | 'int32';
}

/** How a model's own inputs differ from [batch, sequence] of int64 under the usual names. */
export interface InputPlan {
  readonly inputs: readonly ServedInput[];
  /** Pairs must have exactly so many tokens; null: any number. */
  readonly length: number | null;
  /** The file wants so many pairs at a time; null: any number. */
  readonly batch: number | null;
  readonly padId: number;
  /** The position of the first token. */
  readonly firstPosition: number;
}

/** Names without case, punctuation and the numbers that exporters append → role. */
const NAMES: ReadonlyMap<string, Role> = new Map(
  Object.entries({
    input_ids: ['inputids', 'ids', 'inputwordids', 'wordids', 'tokenids', 'tokens'],
    attention_mask: ['attentionmask', 'mask', 'inputmask', 'attnmask', 'masks', 'paddingmask'],
    token_type_ids: ['tokentypeids', 'segmentids', 'inputtypeids', 'tokentypes', 'typeids', 'segments'],
    position_ids: ['positionids', 'positions'],
  } as const).flatMap(([role, names]) => names.map((name) => [name, role as Role] as const)),
);
const plainName = (name: string) => name.toLowerCase().replace(/[^a-z]/g, '');
/** "input.1", "2", "onnx::Unsqueeze_3": what exporters write when nobody named an input. */
const saysNothing = (name: string) => /^(inputs?|onnx[a-z]*|args?|x)?$/.test(plainName(name));

/**
 * Compares a graph's inputs with what pairs are fed as: which is which (by name, else by the table that it chooses rows
 * of), 32- or 64-bit, any length or one.
 *
 * Throws `inputs_unknown` in one sentence where Entail has nothing to feed an input with.
 */
export function planInputs(
  { graph }: Model,
  facts: { readonly name: string; readonly padId: number; readonly firstPosition: number },
): InputPlan {
  const refuse = (what: string) => refusal(facts.name, what);
  const fixed = { length: null as number | null, batch: null as number | null };
  const note = (what: 'length' | 'batch', size: number | string | null | undefined) => {
    if (typeof size !== 'number') return;
    if (fixed[what] !== null && fixed[what] !== size)
      throw refuse(`its inputs want different sizes of one ${what}, ${fixed[what]} and ${size}`);
    fixed[what] = size;
  };
  const inputs = graph.inputs.map(({ name, dtype, dims }): ServedInput => {
    const role = NAMES.get(plainName(name)) ?? (saysNothing(name) ? roleByUse(graph, name) : undefined);
    if (role === undefined) throw refuse(`Entail has nothing to feed its input "${name}" with`);
    if (dtype !== 'int64' && dtype !== 'int32')
      throw refuse(`its input "${name}" wants ${dtype ?? 'unknown'} values where tokens are whole numbers`);
    if (dims !== null && dims.length !== 2)
      throw refuse(`its input "${name}" has ${dims.length} dimensions where pairs have batch and length`);
    note('batch', dims?.[0]);
    note('length', dims?.[1]);
    return { name, role, dtype };
  });
  const roles = inputs.map(({ role }) => role);
  if (!roles.includes('input_ids')) throw refuse('none of its inputs takes token ids');
  const twice = roles.find((role, i) => roles.indexOf(role) !== i);
  const both = inputs.filter(({ role }) => role === twice).map(({ name }) => `"${name}"`);
  if (twice !== undefined) throw refuse(`its inputs ${both.join(' and ')} both look like ${twice}`);
  return { inputs, ...fixed, padId: facts.padId, firstPosition: facts.firstPosition };
}

const refusal = (name: string, what: string) =>
  new EngineError(
    'inputs_unknown',
    `${name} cannot be used: ${what}.`,
    'Export it for text classification with input_ids, attention_mask and token_type_ids of any batch and length.',
  );

/** What an input with a name that says nothing is: it chooses rows of a large table, of a tiny one, or of none. */
function roleByUse(graph: Graph, name: string): Role {
  const producers = producersOf(graph);
  const aliases = new Set([name]);
  for (const node of graph.nodes)
    if (SAME.has(node.op) && aliases.has(node.inputs[0]!)) aliases.add(node.outputs[0]!);
  const rowsOf = (table: string): number[] => {
    const found = graph.initializers.get(table)?.dims[0];
    const source = producers.get(table);
    if (found !== undefined) return [found];
    const value = source?.attributes.get('value');
    if (value?.kind === 'tensor') return value.value.dims.slice(0, 1);
    return source && SAME.has(source.op) ? rowsOf(source.inputs[0]!) : [];
  };
  const rows = graph.nodes
    .filter((node) => node.op === 'Gather' && aliases.has(node.inputs[1]!) && intOf(node, 'axis', 0) === 0)
    .flatMap(({ inputs }) => rowsOf(inputs[0]!));
  if (rows.length === 0) return 'attention_mask';
  return Math.max(...rows) <= MOST_TYPES ? 'token_type_ids' : 'input_ids';
}
const SAME = new Set(['Identity', 'Cast', 'DequantizeLinear']);
/** Rows of a table of token types. */
const MOST_TYPES = 4;

const isUsual = ({ inputs, length, batch }: InputPlan): boolean =>
  length === null &&
  batch === null &&
  inputs.every(({ name, role, dtype }) => name === role && dtype === 'int64' && role !== 'position_ids');

/**
 * The same model with the usual inputs, so that everything else needs to know no others: names are changed, numbers made
 * 32-bit, pairs padded to a fixed length, positions counted and a fixed batch made any, all within the graph. The given model
 * is not changed.
 */
export function withUsualInputs(source: Model, plan: InputPlan): Model {
  if (isUsual(plan)) return source;
  const model = cloneModel(source);
  const { graph } = model;
  if (plan.batch !== null) freeBatch(graph, plan.batch);
  const original = graph.nodes;
  graph.nodes = [];
  const builder = new GraphBuilder(graph, 'inputs');
  const renames = new Map<string, string>();
  graph.inputs = plan.inputs
    .filter(({ role }) => role !== 'position_ids')
    .map(({ role }) => ({ name: role, dtype: 'int64' as const, dims: ['batch', 'sequence'] }));
  for (const { name, role, dtype } of plan.inputs) {
    let value = role === 'position_ids' ? positions(builder, plan) : padded(builder, role, plan);
    if (dtype === 'int32') value = builder.emit('Cast', [value], { to: codeOf('int32') });
    if (value !== name) renames.set(name, value);
  }
  // Before the nodes made here: those read the new inputs.
  const made = graph.nodes;
  graph.nodes = original;
  renameOnce(graph, renames);
  graph.nodes = [...made, ...original];
  afterPass('the usual inputs', model);
  return model;
}

/** A new name may be another's old one: no chains. */
function renameOnce(graph: Graph, renames: ReadonlyMap<string, string>): void {
  const away = new Map([...renames.keys()].map((name, i) => [name, `inputs/renamed ${i}`]));
  renameReads(graph, away);
  renameReads(graph, new Map([...renames].map(([name, value]) => [mustGet(away, name, 'input'), value])));
}

function padded(b: GraphBuilder, input: string, { length, padId }: InputPlan): string {
  if (length === null) return input;
  const missing = b.sub(b.ints([length]), lengthOf(b));
  const pads = b.emit('Concat', [b.ints([0, 0, 0]), missing], { axis: 0 });
  const filler = b.constant(intTensor([input === 'input_ids' ? padId : 0], []));
  return b.emit('Pad', [input, pads, filler]);
}

/** In a form that every opset has. */
const sizeOf = (b: GraphBuilder, axis: number) =>
  b.emit('Gather', [b.shape('input_ids'), b.ints([axis])], { axis: 0 });
const lengthOf = (b: GraphBuilder) => sizeOf(b, 1);

/** [batch, sequence]: 0, 1, 2, … from the first position on. */
function positions(b: GraphBuilder, { length, firstPosition }: InputPlan): string {
  const first = b.constantInt(firstPosition);
  const count =
    length === null
      ? b.emit('Gather', [b.shape('input_ids'), b.constantInt(1)], { axis: 0 })
      : b.constantInt(length);
  const row = b.emit('Range', [first, b.add(count, first), b.constantInt(1)]);
  const shape = b.emit('Concat', [sizeOf(b, 0), b.ints([-1])], { axis: 0 });
  const ones = b.emit('Concat', [sizeOf(b, 0), b.ints([1])], { axis: 0 });
  return b.reshape(b.expand(row, ones), shape);
}

/**
 * Runs the model's file as it is, fed without Entail's graph, as others would feed it. → logits of each batch, row by row.
 * `logits` names the output.
 */
export async function plainAnswers(
  source: Model | Uint8Array,
  plan: InputPlan,
  { batches, logits }: { readonly batches: readonly TokenBatch[]; readonly logits: string },
): Promise<Float32Array[]> {
  const session = await createSession(source, { memoryPattern: false });
  try {
    const answers: Float32Array[] = [];
    for (const batch of batches) {
      const [rows] = batch.shape;
      const most = plan.batch ?? rows;
      const found: number[] = [];
      for (let from = 0; from < rows; from += most) {
        const count = Math.min(most, rows - from);
        const outputs = await session.run(plainFeeds(plan, batch, { from, rows: plan.batch ?? count }), [
          logits,
        ]);
        const values = floatsOf(outputs[logits]);
        found.push(...values.subarray(0, (values.length / (plan.batch ?? count)) * count));
      }
      answers.push(Float32Array.from(found));
    }
    return answers;
  } finally {
    await session.release();
  }
}

/** Rows of a batch from `from` on; beyond its end the last one is repeated. */
function plainFeeds(
  { inputs, length, padId, firstPosition }: InputPlan,
  batch: TokenBatch,
  { from, rows }: { from: number; rows: number },
): Feeds {
  const [all, width] = batch.shape;
  const to = length ?? width;
  const fill = (values: BigInt64Array, filler: number): BigInt64Array => {
    const wide = new BigInt64Array(rows * to).fill(BigInt(filler));
    for (let row = 0; row < rows; row++) {
      const source = Math.min(from + row, all - 1);
      wide.set(values.subarray(source * width, (source + 1) * width), row * to);
    }
    return wide;
  };
  const values: Record<Role, () => BigInt64Array> = {
    input_ids: () => fill(batch.inputIds, padId),
    attention_mask: () => fill(batch.attentionMask, 0),
    token_type_ids: () => fill(batch.tokenTypeIds, 0),
    position_ids: () => BigInt64Array.from({ length: rows * to }, (_, i) => BigInt(firstPosition + (i % to))),
  };
  const tensor = { int64: integers, int32: narrowIntegers };
  return Object.fromEntries(
    inputs.map(({ name, role, dtype }) => [name, tensor[dtype](values[role](), [rows, to])]),
  );
}
