import { EngineError } from '../errors.ts';
import { cleanModel } from '../graph/clean.ts';
import type { BatchSize } from '../graph/extrapolate.ts';
import { fuseGelus } from '../graph/fuse/gelu.ts';
import { fuseLayerNorms } from '../graph/fuse/layerNorm.ts';
import { cloneModel, type Model } from '../graph/graph.ts';
import { type Prober, probeShapes, SIZES } from '../graph/probe.ts';
import { pruneGraph } from '../graph/prune.ts';
import { applyChecked, applyRewrites, type Draft, type Judge, type Rewrite } from '../graph/rewrite.ts';
import type { Shapes } from '../graph/shapes.ts';
import { afterPass } from '../graph/spec.ts';
import { upgradeModel } from '../graph/upgrade.ts';
import { type Linear, linearsOf } from '../lora/linears.ts';
import type { TokenBatch } from '../runtime/feeds.ts';

/** Made-up or real tokens of a size, none of them padding. */
export type SampleTokens = (size: BatchSize) => TokenBatch;

/** A model cleaned, fused and with known shapes: what training and merging start from. */
export interface PreparedModel {
  readonly model: Model;
  readonly shapes: Shapes;
  readonly linears: readonly Linear[];
  readonly logits: string;
  readonly name: string;
  /** What the graph is run with to learn facts about it. */
  readonly sample: SampleTokens;
  /** The sizes at which a fact must hold; the last is the longest pair. */
  readonly sizes: readonly BatchSize[];
  /** What is done to the graph before the backward pass is appended; absent: all of `TRAINING_REWRITES`. */
  readonly trainingRewrites?: readonly Rewrite[];
  /** false: padding changes the model's own answers, so that only pairs of one length may be trained together. */
  readonly padding?: boolean;
  /** Pairs are answered otherwise in company: each is run by itself. */
  readonly alone?: boolean;
}

const made: SampleTokens = ({ batch, sequence }) => {
  const filled = (value: bigint) => new BigInt64Array(batch * sequence).fill(value);
  return {
    inputIds: filled(1n),
    attentionMask: filled(1n),
    tokenTypeIds: filled(0n),
    shape: [batch, sequence],
  };
};

/** What makes a prepared model's graph smaller; each must leave its numbers as they are. */
export const FUSIONS: readonly Rewrite[] = [
  {
    name: 'norms in one operator',
    version: 1,
    apply: ({ model, shapes }) => fuseLayerNorms(model.graph, shapes),
  },
  {
    name: 'GELU in one operator',
    version: 1,
    apply: ({ model }) => {
      if (fuseGelus(model.graph)) model.domains.set('com.microsoft', 1);
    },
  },
];

/**
 * Cleans, probes, upgrades and fuses a copy of the model. With `judge` fusions that it finds wrong are left out, and a
 * model that is wrong without any is refused.
 * Throws `not_a_classifier` without [batch, n] logits, `model_differs`.
 */
export async function prepareModel(
  source: Model,
  options: {
    readonly name: string;
    readonly probe: Prober;
    readonly sample?: SampleTokens;
    readonly sizes?: readonly BatchSize[];
    readonly fusions?: readonly Rewrite[];
    readonly judge?: (model: Model, logits: string) => Promise<string | undefined>;
    /** Hears which fusions were kept. */
    readonly onKept?: (names: readonly string[]) => void;
  },
): Promise<PreparedModel> {
  const { name, fusions = FUSIONS, judge } = options;
  const model = cloneModel(source);
  afterPass('reading the file', model);
  cleanModel(model);
  afterPass('cleaning', model);
  const shapes = await probeShapes(model, options.probe);
  const logits = model.graph.outputs.find((o) => o.name === 'logits') ?? model.graph.outputs[0];
  const dims = logits && shapes.get(logits.name)?.dims;
  if (!logits || dims?.length !== 2 || dims[0]![0] === dims[0]![1] || dims[1]![0] !== dims[1]![1]) {
    throw new EngineError(
      'not_a_classifier',
      `${name} is not a sequence classifier: it gives no logits of shape [batch, classes].`,
      'Choose a model that was exported for text classification.',
    );
  }
  upgradeModel(model, shapes);
  afterPass('upgrading', model, shapes);
  model.graph.outputs = [logits];
  const start = { model, shapes };
  const judgeOwn = judge && ((candidate: Model) => judge(candidate, logits.name));
  const { draft, kept } = await fused(start, fusions, { judge: judgeOwn, name });
  options.onKept?.(kept);
  pruneGraph(draft.model.graph);
  return {
    ...draft,
    linears: linearsOf(draft.model.graph, draft.shapes),
    logits: logits.name,
    name,
    sample: options.sample ?? made,
    sizes: options.sizes ?? SIZES,
  };
}

async function fused(
  start: Draft,
  fusions: readonly Rewrite[],
  { judge, name }: { judge: Judge | undefined; name: string },
): Promise<{ draft: Draft; kept: readonly string[] }> {
  if (!judge)
    return { draft: await applyRewrites(start, fusions), kept: fusions.map((fusion) => fusion.name) };
  const { draft, verdict } = await applyChecked(start, fusions, judge);
  const { kept } = verdict;
  if (kept.length > 0) return { draft, kept };
  const why = await judge(start.model);
  if (why === undefined) return { draft, kept };
  throw new EngineError(
    'model_differs',
    `${name} cannot be used: what Entail makes of its graph does not give the model's own answers (${why}).`,
    'Export it again with another version of the exporter, or choose another model.',
  );
}
