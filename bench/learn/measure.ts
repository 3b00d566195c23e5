import { calibration } from '../../engine/evaluate/calibration.ts';
import { averagePrecision } from '../../engine/evaluate/ranking.ts';
import { expectedF1Threshold } from '../../engine/head/expectedF1.ts';
import { logistic } from '../../engine/nli/probability.ts';
import type { SetEvidence } from './readSets.ts';

export interface Measured {
  /** At the program's own thresholds. */
  readonly macroF1: number;
  readonly macroF1AtHalf: number;
  readonly meanAveragePrecision: number;
  readonly calibrationError: number;
}

/**
 * Figures on the test documents of a set; averages over labels that have a document there. odds: [documents, labels].
 * `tuned`: thresholds by expected F1 over the pool, the annotated documents among them; without, they are 0.5.
 */
export function measure(set: SetEvidence, odds: Float32Array, tuned: boolean): Measured {
  const { pool, test, labels } = set;
  const own: number[] = [];
  const half: number[] = [];
  const precisions: number[] = [];
  for (let label = 0; label < labels; label++) {
    const all = Float64Array.from({ length: pool + test }, (_, i) => logistic(odds[i * labels + label]!));
    const cells = Array.from({ length: test }, (_, i) => ({
      gold: set.gold[(pool + i) * labels + label] === 1,
      score: all[pool + i]!,
    }));
    if (!cells.some(({ gold }) => gold)) continue;
    const f1 = (threshold: number) => {
      const suggested = cells.filter(({ score }) => score >= threshold);
      const right = suggested.filter(({ gold }) => gold).length;
      return (2 * right) / (suggested.length + cells.filter(({ gold }) => gold).length);
    };
    own.push(f1(tuned ? expectedF1Threshold(all.subarray(0, pool)) : 0.5));
    half.push(f1(0.5));
    precisions.push(averagePrecision(cells));
  }
  const rows = Array.from({ length: test }, (_, i) => (pool + i) * labels);
  const { expectedCalibrationError } = calibration({
    gold: rows.map((at) => set.gold.subarray(at, at + labels)),
    decided: rows.map(() => new Uint8Array(labels).fill(1)),
    scores: rows.map((at) => Float32Array.from(odds.subarray(at, at + labels), logistic)),
  });
  return {
    macroF1: mean(own),
    macroF1AtHalf: mean(half),
    meanAveragePrecision: mean(precisions),
    calibrationError: expectedCalibrationError,
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
