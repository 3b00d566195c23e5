import { evaluate } from '../../engine/evaluate/metrics.ts';
import { bestThreshold } from '../../engine/evaluate/thresholds.ts';
import type { TextSet } from './readData.ts';

/** How well scores rank and decide the labels of a set. */
export interface ZeroShotScores {
  readonly macroF1: number;
  readonly microF1: number;
  /** With the one threshold for all labels that gives the best micro-F1, as known from these very texts. */
  readonly macroF1Best: number;
  readonly microF1Best: number;
  readonly threshold: number;
  readonly meanAveragePrecision: number;
  /** Share of texts whose highest label is one of theirs; of texts that have a label. */
  readonly topLabel: number;
  /** The same where every text has exactly one label: the accuracy of a single-label set. null for other sets. */
  readonly accuracy: number | null;
}

/** scores: [texts][labels], decided at `threshold`. */
export function zeroShotScores(
  set: TextSet,
  scores: readonly Float32Array[],
  threshold = 0.5,
): ZeroShotScores {
  const labelNames = set.labels.map(({ name }) => name);
  const gold = goldOf(set);
  const at = (value: number) =>
    evaluate({ gold, scores, labelNames, thresholds: labelNames.map(() => value) });
  const cells = gold.flatMap((row, text) =>
    [...row].map((is, label) => ({ gold: is === 1, score: scores[text]![label]! })),
  );
  const best = bestSharedThreshold(cells, at);
  const plain = at(threshold);
  const tuned = at(best);
  const topLabel = topLabelShare(set, scores);
  return {
    macroF1: plain.macro.f1,
    microF1: plain.micro.f1,
    macroF1Best: tuned.macro.f1,
    microF1Best: at(bestThreshold(cells)).micro.f1,
    threshold: best,
    meanAveragePrecision: plain.meanAveragePrecision,
    topLabel,
    accuracy: set.texts.every(({ labels }) => labels.length === 1) ? topLabel : null,
  };
}

/** [texts][labels]: 1 where a text has the label. */
export const goldOf = (set: TextSet): Uint8Array[] =>
  set.texts.map(({ labels }) => Uint8Array.from(set.labels, (_, index) => (labels.includes(index) ? 1 : 0)));

/** How many thresholds are tried for the best macro-F1: quantiles of the scores. */
const TRIED = 60;

function bestSharedThreshold(
  cells: readonly { score: number }[],
  at: (threshold: number) => { macro: { f1: number } },
): number {
  const sorted = Float64Array.from(cells, ({ score }) => score).sort();
  const tried = Array.from({ length: TRIED }, (_, i) => sorted[Math.floor((i / TRIED) * sorted.length)]!);
  const found = tried.map((threshold) => ({ threshold, f1: at(threshold).macro.f1 }));
  return found.reduce((best, one) => (one.f1 > best.f1 ? one : best)).threshold;
}

function topLabelShare(set: TextSet, scores: readonly Float32Array[]): number {
  const labelled = [...set.texts.entries()].filter(([, { labels }]) => labels.length > 0);
  const right = labelled.filter(([text, { labels }]) => {
    const own = scores[text]!;
    return labels.includes(own.indexOf(Math.max(...own)));
  });
  return labelled.length === 0 ? 0 : right.length / labelled.length;
}

/** Scores that say of every text what is most common: each label's share of the texts. */
export function majorityScores({ texts, labels }: TextSet): Float32Array[] {
  const shares = Float32Array.from(
    labels,
    (_, label) => texts.filter((text) => text.labels.includes(label)).length / texts.length,
  );
  return texts.map(() => shares);
}

/**
 * Sum of two readings, each standardised over all texts and labels of the set, as a probability-like number: 0.5 is
 * where the standardised sum is 0.
 */
export function combined(one: readonly Float32Array[], other: readonly Float32Array[]): Float32Array[] {
  const a = standardised(one);
  const b = standardised(other);
  return a.map((row, text) => row.map((x, label) => 1 / (1 + Math.exp(-(x + b[text]![label]!)))));
}

function standardised(table: readonly Float32Array[]): Float32Array[] {
  const all = table.flatMap((row) => [...row]);
  const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
  const deviation = Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length) || 1;
  return table.map((row) => row.map((x) => (x - mean) / deviation));
}

/** Column means removed: a label's prior over the unlabelled texts themselves. */
export function centredByLabel(table: readonly Float32Array[]): Float32Array[] {
  const columns = table[0]?.length ?? 0;
  const means = Float32Array.from(
    { length: columns },
    (_, label) => table.reduce((sum, row) => sum + row[label]!, 0) / table.length,
  );
  return table.map((row) => row.map((x, label) => x - means[label]!));
}

/** Log-odds of probabilities, which add up and average better than probabilities near 0 and 1. */
export const logOdds = (table: readonly Float32Array[]): Float32Array[] =>
  table.map((row) =>
    row.map((p) => {
      const clipped = Math.min(1 - 1e-6, Math.max(1e-6, p));
      return Math.log(clipped / (1 - clipped));
    }),
  );
