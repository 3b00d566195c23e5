import { z } from 'zod';
import { answersOf, judged, type Reference } from '../check/reference.ts';
import { createVerdicts, keyOf, type Verdicts } from '../check/verdicts.ts';
import { fuseAttention } from '../graph/fuse/attention.ts';
import { keepFirstToken } from '../graph/fuse/firstToken.ts';
import { type Evaluator, removePadding, uniformValues } from '../graph/fuse/padding.ts';
import { foldReshapes } from '../graph/fuse/reshape.ts';
import { absorbProjections } from '../graph/fuse/singleQuery.ts';
import { cloneModel, type Model } from '../graph/graph.ts';
import {
  applyChecked,
  applyRewrites,
  type Draft,
  type Rewrite,
  type RewriteVerdict,
  versionOf,
} from '../graph/rewrite.ts';
import type { NliModel } from '../model/nliModel.ts';
import type { PreparedModel } from '../model/prepare.ts';
import { planActivations } from '../quantize/activations.ts';
import { watchRows } from '../quantize/probePairs.ts';
import { quantizeForRuntime } from '../quantize/runtimeModel.ts';
import { batchFeeds } from '../runtime/feeds.ts';
import { createSession } from '../runtime/session.ts';

const constantTargets: Rewrite = {
  name: 'constant targets of reshapes',
  version: 1,
  apply: ({ model, shapes }) => foldReshapes(model.graph, shapes),
};
const firstToken: Rewrite = {
  name: 'last layer for the first token alone',
  version: 1,
  apply: ({ model, shapes }) => keepFirstToken(model.graph, shapes),
};

/** For batches with padding: the last layer only for the token that is read, shapes as constants. */
export const PADDED_REWRITES: readonly Rewrite[] = [constantTargets, firstToken];

/**
 * For batches whose pairs have one length: no masks, attention in one operator, the last layer's keys and values not at
 * all. Logits are those of the padded graph up to float32 rounding.
 */
export const unpaddedRewrites = (prepared: PreparedModel): readonly Rewrite[] => [
  constantTargets,
  {
    name: 'no masks',
    version: 2,
    apply: async ({ model, shapes }) =>
      removePadding(model.graph, shapes, await uniformValues(model, evaluateUnpadded(prepared))),
  },
  firstToken,
  {
    name: 'attention in one operator',
    version: 1,
    apply: ({ model, shapes }) => {
      if (fuseAttention(model.graph, shapes)) model.domains.set('com.microsoft', 1);
    },
  },
  {
    name: 'projections of a single query absorbed',
    version: 1,
    apply: ({ model, shapes }) => absorbProjections(model.graph, shapes),
  },
];

/** Runs a model without padding on tokens of the model's own, at every size at which a fact must hold. */
export const evaluateUnpadded = ({ sample, sizes }: Pick<PreparedModel, 'sample' | 'sizes'>): Evaluator =>
  async function* (model) {
    const session = await createSession(model, { optimization: 'disabled', threads: 1 });
    try {
      for (const size of sizes) {
        const outputs = await session.run(batchFeeds(sample(size), session.inputNames));
        yield new Map(Object.entries(outputs).map(([name, { data }]) => [name, data as ArrayLike<unknown>]));
      }
    } finally {
      await session.release();
    }
  };

const draftOf = (prepared: PreparedModel, weights: Model): Draft => ({
  model: weights,
  shapes: new Map(prepared.shapes),
});

/** The graph with all rewrites for padded batches, not compared with anything. `weights` is not changed. */
export const inferenceModel = async (prepared: PreparedModel, weights: Model): Promise<Model> =>
  (await applyRewrites(draftOf(prepared, weights), PADDED_REWRITES)).model;

/** The graph with all rewrites for batches without padding, not compared with anything. `weights` is not changed. */
export const unpaddedModel = async (prepared: PreparedModel, weights: Model): Promise<Model> =>
  (await applyRewrites(draftOf(prepared, weights), unpaddedRewrites(prepared))).model;

/** A graph for suggesting whose answers were compared with the model's own, on pairs of up to `longest` tokens. */
export interface CheckedModel {
  readonly model: Model;
  readonly longest: number;
  readonly verdict: RewriteVerdict;
  /** The model's own answers, or those of the trained weights that replace its. */
  readonly reference: Reference;
  /** Identifies weights and rewrites: what is made of the graph is remembered by it. */
  readonly key: string;
}

const Verdict = z.object({
  kept: z.array(z.string()),
  leftOut: z.array(z.object({ name: z.string(), why: z.string() })),
  logits: z.array(z.array(z.number())),
});

/**
 * The graph for suggesting, with every rewrite that leaves the answers as they are; the comparison is made once per weights
 * and remembered. `weights` has the structure of the prepared model and is not changed.
 */
export async function checkedModel(
  nli: NliModel,
  weights: Model,
  options: { readonly rewrites?: readonly Rewrite[]; readonly verdicts?: Verdicts } = {},
): Promise<CheckedModel> {
  const { prepared } = nli;
  const rewrites = options.rewrites ?? unpaddedRewrites(prepared);
  const verdicts = options.verdicts ?? createVerdicts();
  const { batches, tolerance } = nli.reference;
  const key = keyOf(weights, batches, `suggesting within ${tolerance} ${versionOf(rewrites)}`);
  const longest = batches.at(-1)!.shape[1];
  const start = draftOf(prepared, weights);
  const known = await verdicts.find(key, Verdict);
  if (known) {
    const { model } = await applyRewrites(start, rewrites, known.kept);
    const logits = known.logits.map((row) => Float32Array.from(row));
    return { model, longest, key, verdict: known, reference: { ...nli.reference, logits } };
  }
  const reference: Reference =
    weights === prepared.model
      ? nli.reference
      : { ...nli.reference, logits: await answersOf(weights, { batches, logits: prepared.logits }) };
  const { draft, verdict } = await applyChecked(start, rewrites, (model) =>
    judged(model, reference, prepared.logits),
  );
  await verdicts.keep(key, { ...verdict, logits: reference.logits.map((row) => [...row]) });
  return { model: draft.model, longest, key, verdict, reference };
}

/**
 * What `unpaddedModel` gives, with the encoder's matrices as 8-bit integers; scales of activations come from built-in pairs.
 * What lies behind the pooling stays float32, and so do the matrices in `floats`.
 */
export async function int8Model(
  nli: NliModel,
  unpadded: Model,
  floats: ReadonlySet<string> = new Set(),
): Promise<Model> {
  const model = cloneModel(unpadded);
  const plan = await planActivations(model, (watched, names) => watchRows(nli, watched, names));
  const head = nli.prepared.linears.filter(({ perToken }) => !perToken).map(({ weight }) => weight);
  return quantizeForRuntime(model, plan, new Set([...floats, ...head]));
}
