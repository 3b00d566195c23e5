import { mustGet } from '../../../process/must.ts';
import { makeNode } from '../../graph/builder.ts';
import { cloneModel, intOf, type Model, type Node } from '../../graph/graph.ts';
import { SIZES } from '../../graph/probe.ts';
import type { Dim, Shapes } from '../../graph/shapes.ts';
import { type DataType, dataTypeOf, floatTensor } from '../../graph/tensor.ts';
import { zeroWeights } from '../../graph/zeroWeights.ts';
import { TARGETS } from '../../loss/crossEntropy.ts';
import type { SampleTokens } from '../../model/prepare.ts';
import type { Parameter } from '../../optim/adamw.ts';
import { batchFeeds } from '../../runtime/feeds.ts';
import { createSession, type Feeds, floats, integers } from '../../runtime/session.ts';
import type { TrainingGraph } from '../assemble.ts';

/**
 * The shape of every value that a training graph computes, backward pass included: two runs at small sizes, with zeros
 * for weights, of which only the shapes come back.
 */
export async function probeTrainingShapes(
  training: Pick<TrainingGraph, 'model'>,
  parameters: readonly Parameter[],
  sample?: SampleTokens,
): Promise<Shapes> {
  const model = cloneModel(training.model);
  const { graph } = model;
  const weights = new Set(parameters.map(({ name }) => name));
  graph.inputs = graph.inputs.filter(({ name }) => !weights.has(name));
  for (const { name, dims, values } of parameters) graph.initializers.set(name, floatTensor(values, dims));
  const types = new Map(graph.nodes.flatMap((n) => n.outputs.map((name) => [name, typeOf(n)] as const)));
  types.delete('');
  const names = [...types.keys()];
  const shapeOf = (i: number) => `probed/${i}`;
  for (const [i, name] of names.entries())
    graph.nodes.push(makeNode({ op: 'Shape', name: shapeOf(i), inputs: [name], outputs: [shapeOf(i)] }));
  graph.outputs = names.map((_, i) => ({ name: shapeOf(i), dtype: 'int64', dims: null }));
  zeroWeights(graph);
  const [first, second] = await runTwice(model, sample);
  return new Map(
    names.map((name, i) => {
      const others = mustGet(second, shapeOf(i), 'shape');
      const dims = mustGet(first, shapeOf(i), 'shape').map((dim, axis): Dim => [dim, others[axis]!]);
      return [name, { dtype: mustGet(types, name, 'type'), dims }];
    }),
  );
}

const COMPARISONS = new Set(
  'Less LessOrEqual Greater GreaterOrEqual Equal IsNaN IsInf And Or Not'.split(' '),
);
const COUNTS = new Set(['Shape', 'Size', 'NonZero', 'ArgMax', 'ArgMin']);

/** Of a node's results. Only what is large matters, and that is float32 unless these say otherwise. */
function typeOf(node: Node): DataType {
  if (node.op === 'Cast') return dataTypeOf(intOf(node, 'to', 1), `Node "${node.name}"`);
  if (COMPARISONS.has(node.op)) return 'bool';
  return COUNTS.has(node.op) ? 'int64' : 'float32';
}

/** What one run says: dimensions by output. */
type Shown = ReadonlyMap<string, readonly number[]>;

async function runTwice(model: Model, sample: SampleTokens | undefined): Promise<[Shown, Shown]> {
  const session = await createSession(model, { optimization: 'disabled', threads: 1 });
  const runAt = async ({ batch, sequence }: { batch: number; sequence: number }): Promise<Shown> => {
    const known = sample ? batchFeeds(sample({ batch, sequence }), session.inputNames) : {};
    const feeds: Feeds = { ...known };
    for (const { name, dims } of model.graph.inputs) {
      if (name in known) continue;
      const classes = Number(dims?.[1]);
      feeds[name] =
        name === TARGETS
          ? floats(new Float32Array(batch * classes), [batch, classes])
          : integers(new BigInt64Array(batch * sequence), [batch, sequence]);
    }
    const outputs = Object.entries(await session.run(feeds));
    return new Map(outputs.map(([name, { data }]) => [name, Array.from(data as BigInt64Array, Number)]));
  };
  try {
    return [await runAt(SIZES[0]), await runAt(SIZES[1])];
  } finally {
    await session.release();
  }
}
