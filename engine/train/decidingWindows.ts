import type { Model } from '../graph/graph.ts';
import { createScorer } from '../inference/score.ts';
import type { NliModel } from '../model/nliModel.ts';
import { createRandom } from '../random.ts';
import type { Example, WindowedExamples } from './examples.ts';

/** Whether any premise is read in windows. */
export const hasWindows = ({ windows }: WindowedExamples): boolean =>
  windows.some(({ length }) => length > 1);

/** Takes up the choice of a run that was interrupted; false: it is not one of these examples. */
export function takeUp(
  { windows, chosen }: WindowedExamples,
  before: readonly number[] | undefined,
): boolean {
  if (before?.length !== windows.length) return false;
  if (!windows.every(({ length }, index) => before[index]! < length)) return false;
  chosen.set(before);
  return true;
}

/**
 * Chooses the window that each example with a long premise is learnt from in an epoch (0 is the first).
 *
 * A suggestion for a long text is that of its best window, so a text has a label when one of its windows does, and lacks
 * it when none does: multiple-instance learning (Dietterich, Lathrop and Lozano-Pérez 1997). Of a no every window is one
 * that lacks the label; they take turns, epoch by epoch. Of a yes a window is drawn, for each epoch anew, with the
 * probability that it is the one that has the label, were it just one: in proportion to its odds p / (1 − p) by the
 * weights of now (stochastic EM: Celeux and Diebolt 1985). To take the likeliest at once would learn, where the model
 * knows nothing of a label, whatever it happened to find first.
 *
 * weights: the graph as trained so far; absent: the model as it is. Deterministic. Throws `cancelled`.
 */
export async function chooseWindows(
  model: NliModel,
  examples: readonly Example[],
  encoded: WindowedExamples,
  { epoch, seed, weights, signal }: WindowsRequest,
): Promise<void> {
  const { windows, chosen } = encoded;
  const witnesses: number[] = [];
  for (const [index, { length }] of windows.entries()) {
    if (length < 2) continue;
    if (examples[index]!.target === 'entailment') witnesses.push(index);
    // Neighbours in the list are of one document: they begin at different windows.
    else chosen[index] = (index + epoch) % length;
  }
  if (witnesses.length === 0) return;
  const scorer = await createScorer(model, { ...(weights && { weights }) });
  try {
    const odds = await scorer.scorePairs(
      witnesses.flatMap((index) => windows[index]!),
      { signal },
    );
    let at = 0;
    const random = createRandom(seed).fork(`windows ${epoch}`);
    for (const index of witnesses) {
      const own = odds.subarray(at, at + windows[index]!.length);
      chosen[index] = drawn(own, random.uniform());
      at += own.length;
    }
  } finally {
    await scorer.release();
  }
}

export interface WindowsRequest {
  readonly epoch: number;
  readonly seed: number;
  readonly weights?: Model | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One of some log-odds, drawn in proportion to the odds; `at` is uniform in [0, 1). */
function drawn(odds: Float32Array, at: number): number {
  const most = Math.max(...odds);
  const shares = Float64Array.from(odds, (own) => Math.exp(own - most));
  let left = at * shares.reduce((sum, share) => sum + share, 0);
  const found = shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return found < 0 ? shares.length - 1 : found;
}
