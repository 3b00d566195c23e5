import type { Steps } from '../turns.ts';
import { type Cells, KINDS } from './cells.ts';
import { type Counts, type Scores, scoresOf, sumCounts } from './counts.ts';
import { averagePrecisionOf, type Cuts, cutAt } from './ranking.ts';

/**
 * By label and kind of cell, `label * KINDS.length + code`: as if such a cell counted a little more, how would the figure
 * change? 0 where it has no part.
 */
export type Influences = Float64Array;

/**
 * How labels that go wrong together widen the interval of what is made of all of them: its variance over documents, divided
 * by what it were if cells were independent (Kish 1965 on the design effect; variances by the delta method); at least 1.
 * Where each document has one label, a wrong one is missing at one label and too much at another.
 *
 * independent: what counts as the latter, where the figure has more to it.
 */
export function* designEffectOf(
  { documents, labels, codes }: Cells,
  influences: Influences,
  independent: Influences = influences,
): Steps<number> {
  let together = 0;
  let apart = 0;
  for (let document = 0; document < documents; document++) {
    let sum = 0;
    for (let label = 0; label < labels; label++) {
      const at = label * KINDS.length + codes[document * labels + label]!;
      sum += influences[at]!;
      apart += independent[at]! ** 2;
    }
    together += sum ** 2;
    yield;
  }
  return effectOf(together, apart);
}

const effectOf = (together: number, apart: number) => (apart === 0 ? 1 : Math.max(1, together / apart));

/** On the mean of precision, recall or F1 of labels. */
export const onMean = (figure: keyof Scores, byLabel: readonly Counts[]): Influences =>
  table(byLabel.map((counts) => influenceOn(figure, counts)));

/** On precision, recall or F1 of all cells in one table. */
export function onPooled(figure: keyof Scores, byLabel: readonly Counts[]): Influences {
  const own = influenceOn(figure, sumCounts(byLabel));
  return table(byLabel.map(() => own));
}

/**
 * On the mean weighted by how often labels apply: with its weights as they are (`apart`), and with what a cell does to them
 * (`all`).
 */
export function onWeighted(
  figure: keyof Scores,
  byLabel: readonly Counts[],
): { readonly all: Influences; readonly apart: Influences } {
  const support = ({ truePositives, falseNegatives }: Counts) => truePositives + falseNegatives;
  const total = byLabel.reduce((sum, counts) => sum + support(counts), 0);
  const mean = byLabel.reduce((sum, own) => sum + (support(own) / total) * scoresOf(own)[figure], 0);
  const own = byLabel.map((counts) => {
    const influence = influenceOn(figure, counts);
    return (cell: keyof Counts) => (support(counts) / total) * influence(cell);
  });
  const weight = byLabel.map((counts) => (scoresOf(counts)[figure] - mean) / total);
  const isYes = (cell: keyof Counts) => cell === 'truePositives' || cell === 'falseNegatives';
  return {
    apart: table(own),
    all: table(own.map((of, label) => (cell) => of(cell) + (isYes(cell) ? weight[label]! : 0))),
  };
}

/** From what each kind of cell does at each label. */
const table = (byLabel: readonly ((cell: keyof Counts) => number)[]): Influences =>
  Float64Array.from(byLabel.flatMap((own) => KINDS.map((kind) => (kind ? own(kind) : 0))));

/** A figure is a ratio r = a / b of cells that count 0, 1 or 2: a cell changes it by (its part of a − r · its part of b) / b. */
function influenceOn(figure: keyof Scores, counts: Counts): (cell: keyof Counts) => number {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn } = counts;
  const value = scoresOf(counts)[figure];
  const size = { precision: tp + fp, recall: tp + fn, f1: 2 * tp + fp + fn }[figure];
  const weight = figure === 'f1' ? 2 : 1;
  return (cell) => {
    if (cell === 'trueNegatives' || size === 0) return 0;
    if (cell === 'truePositives') return (weight - weight * value) / size;
    const counted = figure === 'f1' || (cell === 'falsePositives') === (figure === 'precision');
    return counted ? -value / size : 0;
  };
}

/** A label's cells in the order of documents: which document, what is true, what the model said. */
export interface LabelCells {
  readonly documents: Uint32Array;
  readonly gold: Uint8Array;
  readonly scores: Float64Array;
  readonly cuts: Cuts;
}

/** The same effect on the mean average precision of labels, which come one after the other. */
export function* rankingEffect(documents: number, labels: Iterable<LabelCells>): Steps<number> {
  const together = new Float64Array(documents);
  let apart = 0;
  for (const cells of labels) {
    const found = onAveragePrecision(cells);
    for (const [i, document] of cells.documents.entries()) {
      together[document]! += found[i]!;
      apart += found[i]! ** 2;
    }
    yield;
  }
  return effectOf(
    together.reduce((sum, own) => sum + own ** 2, 0),
    apart,
  );
}

/**
 * On a label's average precision Σ tₖ Pₖ / n, over cuts k with tₖ of the n positives at that very score: for a positive it is what it
 * adds and what it lifts below it, for a negative what it lowers below it. In the order of the cells; their sum is 0.
 */
export function onAveragePrecision({
  gold,
  scores,
  cuts,
}: Pick<LabelCells, 'gold' | 'scores' | 'cuts'>): Float64Array {
  const { truePositives, falsePositives } = cuts;
  const value = averagePrecisionOf(cuts);
  const positives = truePositives.at(-1) ?? 0;
  const found = new Float64Array(gold.length);
  if (positives === 0) return found;
  const atPositive = new Float64Array(truePositives.length);
  const atNegative = new Float64Array(truePositives.length);
  let lifted = 0;
  let lowered = 0;
  for (let k = truePositives.length - 1; k >= 0; k--) {
    const [tp, fp] = [truePositives[k]!, falsePositives[k]!];
    const here = tp - (truePositives[k - 1] ?? 0);
    lifted += (here * fp) / (tp + fp) ** 2;
    lowered += (here * tp) / (tp + fp) ** 2;
    atPositive[k] = tp / (tp + fp) + lifted - value;
    atNegative[k] = -lowered;
  }
  for (let i = 0; i < found.length; i++) {
    const k = cutAt(cuts, scores[i]!);
    found[i] = (gold[i] === 1 ? atPositive[k]! : atNegative[k]!) / positives;
  }
  return found;
}
