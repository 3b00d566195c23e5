import { type ThresholdPriors, tuneThresholds } from '../../../engine/evaluate/thresholds.ts';
import { logistic, logOdds } from '../../../engine/nli/probability.ts';
import { createRandom, type Random } from '../../../engine/random.ts';

/**
 * How much of a tuned threshold is luck: labels whose scores have a known distribution are tuned on a few drawn
 * documents, and their F1 on fresh documents is computed, not drawn.
 */
interface SimulatedLabel {
  /** Share of documents with the label. */
  readonly prevalence: number;
  /** Distance of positives from negatives, in standard deviations of either. */
  readonly separation: number;
  /** How far log-odds are exaggerated; 1: calibrated. */
  readonly scale: number;
  /** Added to the log-odds: the model leans to yes or no. */
  readonly lean: number;
}

/** A score: with z normal around ± separation / 2, separation · z + ln(prevalence odds) are the true log-odds. */
function drawScore(label: SimulatedLabel, gold: boolean, random: Random): number {
  const z = random.normal() + (gold ? label.separation : -label.separation) / 2;
  return logistic(label.scale * (label.separation * z + logOdds(label.prevalence)) + label.lean);
}

/** F1 on infinitely many fresh documents. */
function expectedF1(label: SimulatedLabel, threshold: number): number {
  const { prevalence, separation, scale, lean } = label;
  const cut = ((logOdds(threshold) - lean) / scale - logOdds(prevalence)) / separation;
  const truePositives = prevalence * normalAbove(cut - separation / 2);
  const falsePositives = (1 - prevalence) * normalAbove(cut + separation / 2);
  return (2 * truePositives) / (truePositives + falsePositives + prevalence);
}

/** P(Z > x): Abramowitz and Stegun 1964, formula 26.2.17, to 7.5e-8. */
function normalAbove(x: number): number {
  if (x < 0) return 1 - normalAbove(-x);
  const t = 1 / (1 + 0.2316419 * x);
  const series = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = series.reduce((total, b, power) => total + b * t ** (power + 1), 0);
  return (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

/** The labels of one project: its model leans to one side, and a little differently for each label. */
function drawLabels(random: Random): SimulatedLabel[] {
  const lean = 0.7 * random.normal();
  return Array.from({ length: 3 + random.integer(8) }, () => ({
    prevalence: [0.05, 0.1, 0.2, 0.4][random.integer(4)]!,
    separation: 1.2 + 2.3 * random.uniform(),
    scale: 0.6 + random.uniform(),
    lean: lean + 0.7 * random.normal(),
  }));
}

const HELD_OUT = [20, 40, 60, 100, 200, 400];

/** One label that was tuned: on how many held-out positives, and the expected F1 with each prior. */
export interface Tuned {
  readonly positives: number;
  readonly f1: readonly number[];
}

/** Tunes the labels of `projects` simulated projects with each of the `priors`. */
export function simulateTuning(projects: number, priors: readonly ThresholdPriors[]): Tuned[] {
  return Array.from({ length: projects }, (_, seed) => {
    const random = createRandom(seed);
    const labels = drawLabels(random);
    const documents = HELD_OUT[random.integer(HELD_OUT.length)]!;
    const gold = Array.from({ length: documents }, () =>
      Uint8Array.from(labels, ({ prevalence }) => (random.uniform() < prevalence ? 1 : 0)),
    );
    const scores = gold.map((row) =>
      Float32Array.from(labels, (label, i) => drawScore(label, row[i] === 1, random)),
    );
    const tuned = priors.map((each) => tuneThresholds({ gold, scores, labels: labels.length, priors: each }));
    return labels.map((label, i) => ({
      positives: gold.reduce((sum, row) => sum + row[i]!, 0),
      f1: tuned.map((thresholds) => expectedF1(label, thresholds[i]!.threshold)),
    }));
  }).flat();
}
