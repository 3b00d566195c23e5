import { cloneModel } from '../../graph/graph.ts';
import { type Prober, probeShapes, type Shapes } from '../../graph/probe.ts';
import { TARGETS } from '../../loss/crossEntropy.ts';
import { floatTensor } from '../../onnx/tensor.ts';
import type { Parameter } from '../../optim/adamw.ts';
import { createSession, type Feeds, floats, integers } from '../../runtime/session.ts';
import type { TrainingGraph } from '../assemble.ts';

/** The shape of every value of a training graph, backward pass included, by two runs at small sizes. */
export function probeTrainingShapes(
  training: Pick<TrainingGraph, 'model'>,
  parameters: readonly Parameter[],
): Promise<Shapes> {
  const model = cloneModel(training.model);
  const weights = new Set(parameters.map(({ name }) => name));
  model.graph.inputs = model.graph.inputs.filter(({ name }) => !weights.has(name));
  for (const { name, dims, values } of parameters)
    model.graph.initializers.set(name, floatTensor(values, dims));
  return probeShapes(model, probe);
}

const probe: Prober = async (model, { batch, sequence }) => {
  const session = await createSession(model, { optimization: 'disabled', threads: 1 });
  try {
    const feeds: Feeds = {};
    for (const { name, dims } of model.graph.inputs) {
      if (name === TARGETS) {
        const classes = Number(dims?.[1]);
        feeds[name] = floats(new Float32Array(batch * classes), [batch, classes]);
      } else {
        const fill = name === 'attention_mask' ? 1n : 0n;
        feeds[name] = integers(new BigInt64Array(batch * sequence).fill(fill), [batch, sequence]);
      }
    }
    const found = await session.run(feeds);
    return new Map(Object.entries(found).map(([name, t]) => [name, { dtype: t.type, dims: t.dims }]));
  } finally {
    await session.release();
  }
};
