import { calibration } from '../../engine/evaluate/calibration.ts';
import type { Judged } from '../../engine/evaluate/counts.ts';
import { evaluate } from '../../engine/evaluate/metrics.ts';
import { expectedF1Threshold, suggestionThreshold } from '../../engine/head/expectedF1.ts';
import { logistic } from '../../engine/nli/probability.ts';
import type { SetEvidence } from './readSets.ts';

/** Their names, in the order of tables. */
export const FIGURES = ['macroF1', 'macroF1AtHalf', 'meanAveragePrecision', 'calibrationError'] as const;

export interface Measured {
  /** At the program's own thresholds. */
  readonly macroF1: number;
  readonly macroF1AtHalf: number;
  readonly meanAveragePrecision: number;
  readonly calibrationError: number;
}

/**
 * Figures on the test documents of a set; averages over labels that can be judged there. odds: [documents, labels].
 * thresholds: [labels], or by expected F1 over the pool, the annotated documents among them, as the program bounds it or not.
 */
export function measure(
  set: SetEvidence,
  odds: Float32Array,
  thresholds: 'expected' | 'program' | readonly number[],
): Measured {
  const { pool, test, labels } = set;
  const rows = Array.from({ length: test }, (_, i) => (pool + i) * labels);
  const judged: Judged = {
    gold: rows.map((at) => set.gold.subarray(at, at + labels)),
    decided: rows.map(() => new Uint8Array(labels).fill(1)),
    scores: rows.map((at) => Float32Array.from(odds.subarray(at, at + labels), logistic)),
  };
  const labelNames = Array.from({ length: labels }, (_, label) => `${label}`);
  const half = labelNames.map(() => 0.5);
  const best = thresholds === 'expected' ? expectedF1Threshold : suggestionThreshold;
  const own = labelNames.map((_, label) =>
    typeof thresholds === 'string'
      ? best(Float64Array.from({ length: pool }, (_, i) => logistic(odds[i * labels + label]!)))
      : thresholds[label]!,
  );
  const atHalf = evaluate({ ...judged, labelNames, thresholds: half });
  return {
    macroF1: evaluate({ ...judged, labelNames, thresholds: own }).macro.f1,
    macroF1AtHalf: atHalf.macro.f1,
    meanAveragePrecision: atHalf.meanAveragePrecision,
    calibrationError: calibration(judged).expectedCalibrationError,
  };
}
