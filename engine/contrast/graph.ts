import { gradient } from '../autodiff/gradient.ts';
import { foldReshapes } from '../graph/fuse/reshape.ts';
import { cloneModel, type Model } from '../graph/graph.ts';
import { pruneGraph } from '../graph/prune.ts';
import { reverseLeaves } from '../graph/runtimeOrder.ts';
import { afterPass } from '../graph/spec.ts';
import { appendEmbedding } from '../inference/embedding.ts';
import { type Adapter, attachAdapters } from '../lora/attach.ts';
import { linearsOf } from '../lora/linears.ts';
import { appendSupervisedContrastive } from '../loss/supervisedContrastive.ts';
import type { PreparedModel } from '../model/prepare.ts';

/** (batch of texts, which are alike, adapters) → (loss, gradients of the adapters). */
export interface ContrastGraph {
  readonly model: Model;
  readonly loss: string;
  readonly adapters: readonly Adapter[];
  /** Trainable input → output that holds its gradient. */
  readonly gradients: ReadonlyMap<string, string>;
}

/**
 * The graph that tunes a model's embeddings: adapters at every linear layer of the encoder, the mean-pooled embedding,
 * the supervised contrastive loss of a batch, and its gradients.
 *
 * Throws `no_hidden_state` for a model whose graph has no embedding.
 */
export function assembleContrastGraph(
  prepared: PreparedModel,
  { rank, alpha, temperature }: { rank: number; alpha: number; temperature: number },
): ContrastGraph {
  const model = cloneModel(prepared.model);
  const shapes = new Map(prepared.shapes);
  const { graph } = model;
  const linears = linearsOf(graph, shapes).filter(({ perToken, ownMatrix }) => perToken && ownMatrix);
  const adapters = attachAdapters(graph, linears, { rank, alpha, shapes });
  foldReshapes(graph, shapes);
  const { embedding } = appendEmbedding(graph, shapes, prepared.name);
  const loss = appendSupervisedContrastive(graph, { embedding, temperature }, shapes);
  const wrt = adapters.flatMap(({ a, b }) => [a, b]);
  const gradients = gradient(graph, { loss, wrt, shapes, modelName: prepared.name });
  graph.outputs = [loss, ...new Set(gradients.values())].map((name) => ({ name, dtype: null, dims: null }));
  pruneGraph(graph);
  reverseLeaves(graph);
  afterPass('assembling a contrastive graph', model);
  return { model, loss, adapters, gradients };
}
