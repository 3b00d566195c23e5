import { countedTokens } from '../graph/contentShapes.ts';
import type { NliModel } from '../model/nliModel.ts';
import { entailmentOdds } from '../nli/probability.ts';
import { type BatchLimits, collate, planBatches } from '../text/batches.ts';
import type { EncodedPair } from '../text/tokenizer.ts';
import { notFinite } from './notFinite.ts';
import type { Runner } from './parallel/runner.ts';
import { stopIfAsked } from './stopIfAsked.ts';

export interface PairRequest extends Omit<BatchLimits, 'maxBatch'> {
  readonly pairs: readonly EncodedPair[];
  /** What a pair is, for the sentence that tells of an answer that is no number. */
  readonly describe: (pair: number) => string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Log-odds of entailment of pairs, [pairs].
 *
 * Throws `cancelled` on abort, `not_finite`, naming the pair, where a logit is NaN or infinite.
 */
export async function pairOdds(model: NliModel, runner: Runner, request: PairRequest): Promise<Float32Array> {
  const { pairs, signal } = request;
  const odds = new Float32Array(pairs.length);
  const plan = batchesOf(model, request);
  let done = 0;
  const runBatch = async (indices: readonly number[]) => {
    const batch = indices.map((i) => pairs[i]!);
    const logits = await runner.run(collate(batch, model.tokenizer.padId));
    requireNumbers(logits, indices, request);
    entailmentOdds(logits, model.classes).forEach((own, i) => {
      odds[indices[i]!] = own;
    });
    done += batch.length;
    request.onProgress?.(done, pairs.length);
  };
  // Starting a thread takes longer than a few batches.
  const lanes = Math.min(runner.lanes, Math.ceil(plan.length / BATCHES_PER_LANE));
  await eachBatch(plan, runBatch, { lanes, signal });
  return odds;
}

const BATCHES_PER_LANE = 4;

/**
 * Indices of pairs that are run together; alone are those with more special tokens than a pair has, where these count, and all
 * of a model that answers otherwise in company.
 */
function batchesOf(
  { prepared, tokenizer, folder }: NliModel,
  { pairs, tokensPerBatch, padding }: PairRequest,
): number[][] {
  const counted = countedTokens(prepared.model.graph, tokenizer.assemble([], [], folder.maxLength).inputIds);
  const isAlone = ({ inputIds }: EncodedPair) =>
    prepared.alone === true ||
    (counted.size > 0 && inputIds.filter((id) => counted.has(id)).length !== tokenizer.specialTokens);
  const together = [...pairs.keys()].filter((i) => !isAlone(pairs[i]!));
  const lengths = together.map((i) => pairs[i]!.inputIds.length);
  const planned = planBatches(lengths, { tokensPerBatch, padding, maxBatch: 256 });
  const alone = pairs.flatMap((pair, i) => (isAlone(pair) ? [[i]] : []));
  return [...planned.map((batch) => batch.map((i) => together[i]!)), ...alone];
}

function requireNumbers(logits: Float32Array, batch: readonly number[], { describe }: PairRequest): void {
  const at = logits.findIndex((logit) => !Number.isFinite(logit));
  if (at < 0) return;
  const pair = batch[Math.floor((at * batch.length) / logits.length)]!;
  throw notFinite(logits[at]!, describe(pair), 'no probability can be told from that');
}

/** Works on as many batches at a time as there are lanes, in order; stops at the first failure or when cancelled. */
async function eachBatch(
  plan: readonly (readonly number[])[],
  work: (indices: readonly number[]) => Promise<void>,
  { lanes, signal }: { lanes: number; signal: AbortSignal | undefined },
): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (next < plan.length && !failed) {
      // The runtime may block this thread.
      await stopIfAsked(signal);
      const indices = plan[next++];
      if (indices) await work(indices);
    }
  };
  const guarded = () =>
    lane().catch((error: unknown) => {
      failed = true;
      throw error;
    });
  const lanesDone = await Promise.allSettled(Array.from({ length: lanes }, guarded));
  for (const outcome of lanesDone) if (outcome.status === 'rejected') throw outcome.reason;
}
