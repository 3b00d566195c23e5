import {
  createRandom,
  crossFit,
  evaluateInTurns,
  type HeldOut,
  type LabelThreshold,
  type TrainAnswer,
  tuneThresholds,
  withIntervals,
} from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import type { RunReport } from '../project/store/runs.ts';
import type { KeptScores } from '../project/store/unseenScores.ts';
import { type Comparison, comparedWithBefore } from './against.ts';

/** What the held-out documents say of a run. */
export interface HeldOutFigures {
  readonly metrics: NonNullable<RunReport['metrics']>;
  /** The run's own, from all held-out documents. */
  readonly thresholds: readonly LabelThreshold[];
  /** By document, in the order of `heldOut`. */
  readonly unseen: readonly KeptScores[];
  /** Beside what suggested before; undefined: there is nothing to compare. */
  readonly comparison: Comparison | undefined;
}

/**
 * Figures and thresholds of a run that has just ended. The held-out documents chose its epoch and its thresholds, so each
 * is judged by what the others choose (`crossFit`).
 */
export async function heldOutFigures(
  project: Project,
  {
    run,
    before,
    labelIds,
    heldOutIds,
    heldOut: { gold, decided, labelNames },
    answer: { heldOutScores, evaluations, bestEpoch },
  }: {
    run: number;
    /** The run that suggested when it began; 0: none. */
    before: number;
    labelIds: readonly number[];
    /** In the order of `heldOut`. */
    heldOutIds: readonly number[];
    heldOut: HeldOut;
    answer: TrainAnswer;
  },
): Promise<HeldOutFigures | undefined> {
  const kept =
    heldOutScores[evaluations.findIndex(({ epoch }) => epoch === bestEpoch)] ?? heldOutScores.at(-1);
  if (!kept) return undefined;
  const labels = labelIds.length;
  const tuned = tuneThresholds({ gold, decided, scores: kept, labels });
  const thresholds = tuned.map(({ threshold }) => threshold);
  const fitted = crossFit({
    gold,
    decided,
    candidates: heldOutScores,
    labels,
    random: createRandom(run).fork('cross-fit'),
  });
  const own = { gold, decided, scores: fitted.scores, documentThresholds: fitted.thresholds };
  const rows = gold.map((row, i) => ({
    gold: row,
    decided: decided[i]!,
    scores: fitted.scores[i]!,
    thresholds: fitted.thresholds[i]!,
  }));
  const atRandom = project.stores.runs.get(run)?.heldOutAtRandom ?? false;
  const bare = await evaluateInTurns({ ...own, labelNames, thresholds });
  const metrics = await withIntervals(bare, rows, { atRandom });
  return {
    metrics: { ...metrics, labels: [...metrics.labels] },
    thresholds: tuned,
    unseen: fitted.scores.map((probabilities, i) => ({
      probabilities,
      thresholds: Float32Array.from(fitted.thresholds[i]!),
    })),
    comparison: await comparedWithBefore(
      project,
      { run, before },
      { ids: heldOutIds, labelIds, labelNames, gold, decided, scores: fitted.scores },
    ),
  };
}
