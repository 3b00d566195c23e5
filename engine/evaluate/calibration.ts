import { invariant } from '../errors.ts';
import { atOnce, inTurns, type Steps } from '../turns.ts';
import { eachDecidedOf, type Judged, ratio } from './counts.ts';

/** Cells whose probability lies in [low, high); the last bin takes 1 too. */
export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly meanProbability: number;
  readonly positiveShare: number;
}

export interface Calibration {
  /** Σ count/all · |positiveShare − meanProbability|, in [0, 1]; 0 when nothing is decided. */
  readonly expectedCalibrationError: number;
  readonly bins: readonly CalibrationBin[];
}

/**
 * How far probabilities are from frequencies, over all decided cells of all labels: expected calibration error with
 * bins of equal width (Naeini, Cooper and Hauskrecht 2015). Throws `scores_invalid` like `evaluate`.
 */
export const calibration = (judged: Judged, bins = 15): Calibration => atOnce(calibrating(judged, bins));

/** The same with turns for others, for many documents. */
export const calibrationInTurns = (judged: Judged, bins: number): Promise<Calibration> =>
  inTurns(calibrating(judged, bins));

function* calibrating(judged: Judged, bins: number): Steps<Calibration> {
  invariant(Number.isInteger(bins) && bins > 0, `${bins} bins`);
  const counts = new Float64Array(bins);
  const probabilities = new Float64Array(bins);
  const positives = new Float64Array(bins);
  let cells = 0;
  for (let document = 0; document < judged.gold.length; document++) {
    eachDecidedOf(judged, document, (_label, gold, score) => {
      const bin = Math.min(bins - 1, Math.max(0, Math.floor(score * bins)));
      counts[bin] = (counts[bin] as number) + 1;
      probabilities[bin] = (probabilities[bin] as number) + score;
      positives[bin] = (positives[bin] as number) + (gold ? 1 : 0);
      cells += 1;
    });
    yield;
  }
  const filled = Array.from(
    counts,
    (count, bin): CalibrationBin => ({
      low: bin / bins,
      high: (bin + 1) / bins,
      count,
      meanProbability: ratio(probabilities[bin] as number, count),
      positiveShare: ratio(positives[bin] as number, count),
    }),
  );
  const error = filled.reduce(
    (sum, { count, meanProbability, positiveShare }) =>
      sum + count * Math.abs(positiveShare - meanProbability),
    0,
  );
  return { expectedCalibrationError: ratio(error, cells), bins: filled };
}
