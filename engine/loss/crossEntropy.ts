import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import type { Shapes } from '../graph/shapes.ts';

/** Graph input of the loss: [batch, classes], each row a class distribution times the weight of its example. */
export const TARGETS = 'entail_targets';

/**
 * Appends loss = -sum over batch and classes of targets * log_softmax(logits) and returns its name.
 *
 * Weighted targets say everything else: 1/batch per row is the mean cross-entropy, 1/total is one slice of a larger
 * accumulated batch, 0 ignores a row, mixed rows smooth the labels.
 */
export function appendCrossEntropy(graph: Graph, logits: string, shapes: Shapes): string {
  const b = new GraphBuilder(graph, 'loss', shapes);
  const dims = b.dimsOf(logits);
  const targets = b.input(TARGETS, { dtype: 'float32', dims }, ['batch_size', dims[1]?.[0] ?? 0]);
  const weighted = b.mul(b.emit('LogSoftmax', [logits], { axis: -1 }), targets);
  return b.neg(b.sum(weighted, [0, 1], 0));
}
