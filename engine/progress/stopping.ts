import { addCell, cohenKappa, noCounts } from '../evaluate/counts.ts';
import type { Forecast } from './forecast.ts';
import type { ReplayStep } from './replay.ts';

/** A rule that says that more decisions bring little; none is certain, so each is named. */
export interface Criterion {
  readonly name: 'stable' | 'certain' | 'confidence' | 'gain';
  /** What it looks at; null: not known yet. */
  readonly value: number | null;
  /** It holds from here on: `value` is at least or at most so much. */
  readonly bound: number;
  readonly holds: boolean;
}

/** Decided documents between the models that are compared: about the batches that the criteria were proposed for. */
export const STOP_STEP = 20;
/** Models that are needed for all criteria. */
export const STOP_MODELS = 4;
const WINDOW = 3;
const STABLE = 0.99;
const CERTAIN = 0.1;
const LITTLE = 0.02;

/**
 * Which stopping criteria hold. steps: as many of the newest models as there are, `STOP_STEP` documents apart, the newest
 * last; fewer than `STOP_MODELS` say nothing yet.
 */
export const stoppingCriteria = (
  steps: readonly Pick<ReplayStep, 'sample' | 'thresholds'>[],
  forecast: Forecast | null,
): Criterion[] => [
  stablePredictions(steps),
  certainty(steps),
  fallingConfidence(steps),
  littleGain(forecast),
];

/**
 * Stabilising predictions: Cohen's kappa of what successive models suggest on a fixed sample of documents, the mean of the
 * last three, is at least 0.99 (Bloodgood and Vijay-Shanker 2009, "A Method for Stopping Active Learning Based on
 * Stabilizing Predictions and the Need for User-Adjustable Stopping"). Here of all labels together.
 */
export function stablePredictions(steps: readonly Pick<ReplayStep, 'sample' | 'thresholds'>[]): Criterion {
  const newest = steps.slice(-WINDOW - 1);
  const value =
    newest.length <= WINDOW ? null : mean(newest.slice(1).map((step, i) => agreement(newest[i]!, step)));
  return { name: 'stable', value, bound: STABLE, holds: value !== null && value >= STABLE };
}

/**
 * Overall uncertainty: the mean entropy of the suggestions (bits per label and document) is at most a bound (Zhu, Wang, Hovy
 * and Ma 2010, "Confidence-Based Stopping Criteria for Active Learning for Data Annotation").
 */
export function certainty(steps: readonly Pick<ReplayStep, 'sample'>[]): Criterion {
  const last = steps.at(-1);
  const value = last && steps.length >= STOP_MODELS ? meanOver(last.sample, entropy) : null;
  return { name: 'certain', value, bound: CERTAIN, holds: value !== null && value <= CERTAIN };
}

/**
 * Confidence that no longer rises: the mean of max(p, 1 − p) over all documents has fallen with each of the last three models
 * (Vlachos 2008, "A stopping criterion for active learning": stop after its peak, when it has dropped consistently).
 * value: how often in a row it fell.
 */
export function fallingConfidence(steps: readonly Pick<ReplayStep, 'sample'>[]): Criterion {
  const confidences = steps.map(({ sample }) => meanOver(sample, (p) => Math.max(p, 1 - p)));
  let falls = 0;
  for (let i = confidences.length - 1; i > 0 && confidences[i]! < confidences[i - 1]!; i--) falls += 1;
  const value = steps.length < STOP_MODELS ? null : falls;
  return { name: 'confidence', value, bound: WINDOW, holds: value !== null && value >= WINDOW };
}

/**
 * Even at the upper end of its range the forecast of the learning curve promises less than two points of macro F1. (Its middle
 * says less: it was below one point where five points were still to come.)
 */
export function littleGain(forecast: Forecast | null): Criterion {
  const value = forecast?.high ?? null;
  return { name: 'gain', value, bound: LITTLE, holds: value !== null && value < LITTLE };
}

function agreement(
  before: Pick<ReplayStep, 'sample' | 'thresholds'>,
  after: Pick<ReplayStep, 'sample' | 'thresholds'>,
): number {
  const counts = noCounts();
  const labels = after.thresholds.length;
  for (const [i, p] of after.sample.entries()) {
    const q = before.sample[i]!;
    if (Number.isNaN(p) || Number.isNaN(q)) continue;
    addCell(counts, q >= before.thresholds[i % labels]!, p >= after.thresholds[i % labels]!);
  }
  // Two models that suggest the same nothing agree.
  const differ = counts.falsePositives + counts.falseNegatives;
  return differ === 0 ? 1 : cohenKappa(counts);
}

const entropy = (p: number): number =>
  p <= 0 || p >= 1 ? 0 : -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p));

function meanOver(table: Float32Array, of: (p: number) => number): number {
  let [sum, count] = [0, 0];
  for (const p of table) {
    if (Number.isNaN(p)) continue;
    sum += of(p);
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
