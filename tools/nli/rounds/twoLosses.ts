import { gradient } from '../../../engine/autodiff/gradient.ts';
import { GraphBuilder } from '../../../engine/graph/builder.ts';
import { cloneModel, type Model } from '../../../engine/graph/graph.ts';
import { pruneGraph } from '../../../engine/graph/prune.ts';
import { reverseLeaves } from '../../../engine/graph/runtimeOrder.ts';
import { appendEmbedding } from '../../../engine/inference/embedding.ts';
import { appendCrossEntropy } from '../../../engine/loss/crossEntropy.ts';
import { appendSupervisedContrastive } from '../../../engine/loss/supervisedContrastive.ts';
import type { PreparedModel } from '../../../engine/model/prepare.ts';
import type { Parameter } from '../../../engine/optim/adamw.ts';

/** Graph input of the second loss: [batch, hidden], a row's wanted embedding (length 1) times its weight. */
export const WANTED = 'entail_embeddings';

/** A training graph with these losses on one encoder: (batch, what each loss wants, weights) → (loss, gradients). */
export interface TwoLossGraph {
  readonly model: Model;
  readonly loss: string;
  readonly logits: string;
  readonly hidden: number;
  /** Parameter → output that holds its gradient. */
  readonly gradients: ReadonlyMap<string, string>;
  /** The same weights as inputs, logits only. */
  readonly forward: Model;
}

/**
 * Loss = cross-entropy of the classes − Σ wanted · embedding. A row that is a pair has zeros in `wanted`, a row that is
 * a text alone has zeros in the class targets; the second loss keeps embeddings near a teacher's (cosine
 * distillation, Reimers and Gurevych 2020). With a `temperature`, the supervised contrastive loss of the same embeddings
 * is added, and its inputs.
 */
export function assembleTwoLosses(
  prepared: PreparedModel,
  parameters: readonly Parameter[],
  temperature?: number,
): TwoLossGraph {
  const model = cloneModel(prepared.model);
  const shapes = new Map(prepared.shapes);
  const { graph } = model;
  for (const { name, dims } of parameters) {
    graph.initializers.delete(name);
    graph.inputs.push({ name, dtype: 'float32', dims });
  }
  const forward = cloneModel(model);
  const classLoss = appendCrossEntropy(graph, prepared.logits, shapes);
  const { embedding, hidden } = appendEmbedding(graph, shapes, prepared.name);
  const b = new GraphBuilder(graph, 'losses', shapes);
  const wanted = b.input(WANTED, { dtype: 'float32', dims: b.dimsOf(embedding) }, ['batch_size', hidden]);
  const total = b.sum(b.mul(embedding, wanted), [0, 1], 0);
  const both = b.sub(classLoss, total);
  const contrast =
    temperature === undefined
      ? undefined
      : appendSupervisedContrastive(graph, { embedding, temperature }, shapes);
  const loss = contrast === undefined ? both : b.add(both, contrast);
  const wrt = parameters.map((p) => p.name);
  const gradients = gradient(graph, { loss, wrt, shapes, modelName: prepared.name });
  graph.outputs = [loss, prepared.logits, ...new Set(gradients.values())].map((name) => ({
    name,
    dtype: null,
    dims: null,
  }));
  pruneGraph(graph);
  reverseLeaves(graph);
  return { model, loss, logits: prepared.logits, hidden, gradients, forward };
}
