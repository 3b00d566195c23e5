import { type Counts, noCounts, type Scores, scoresOf } from './counts.ts';
import { averagePrecision, cuts, type Ranked } from './ranking.ts';

/** By document and label: as if that cell counted a little more, how would the figure change? 0 where it has no part. */
export type Influences = (document: number, label: number) => number;

/** [documents][labels], what each decided cell is; undefined: it has no part. */
export type Cells = readonly (readonly (keyof Counts | undefined)[])[];

/**
 * How labels that go wrong together widen the interval of what is made of all of them: its variance over documents, divided
 * by what it were if cells were independent (Kish 1965 on the design effect; variances by the delta method); at least 1.
 * Where each document has one label, a wrong one is missing at one label and too much at another.
 */
export function designEffectOf(documents: number, labels: number, influences: Influences): number {
  let together = 0;
  let apart = 0;
  for (let document = 0; document < documents; document++) {
    let sum = 0;
    for (let label = 0; label < labels; label++) {
      const own = influences(document, label);
      sum += own;
      apart += own ** 2;
    }
    together += sum ** 2;
  }
  return apart === 0 ? 1 : Math.max(1, together / apart);
}

/** On the mean of precision, recall or F1 of labels. */
export function onMean(figure: keyof Scores, cells: Cells, labels: number): Influences {
  const byLabel = Array.from({ length: labels }, noCounts);
  for (const row of cells) {
    for (const [label, cell] of row.entries()) if (cell !== undefined) byLabel[label]![cell] += 1;
  }
  const own = byLabel.map((counts) => influenceOn(figure, counts));
  return (document, label) => {
    const cell = cells[document]![label];
    return cell === undefined ? 0 : own[label]!(cell);
  };
}

/** On precision, recall or F1 of all cells in one table. */
export function onPooled(figure: keyof Scores, cells: Cells): Influences {
  const all = noCounts();
  for (const row of cells) for (const cell of row) if (cell !== undefined) all[cell] += 1;
  const own = influenceOn(figure, all);
  return (document, label) => {
    const cell = cells[document]![label];
    return cell === undefined ? 0 : own(cell);
  };
}

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

/**
 * On a label's average precision Σ tₖ Pₖ / n, over cuts k with tₖ of the n positives at that very score: for a positive it is what it
 * adds and what it lifts below it, for a negative what it lowers below it. In the order of `cells`; their sum is 0.
 */
export function onAveragePrecision(cells: readonly Ranked[]): Float64Array {
  const value = averagePrecision(cells);
  const found = cuts(cells);
  const positives = found.at(-1)?.truePositives ?? 0;
  const byScore = new Map<number, { readonly positive: number; readonly negative: number }>();
  let lifted = 0;
  let lowered = 0;
  for (let k = found.length - 1; k >= 0; k--) {
    const { score, truePositives: tp, falsePositives: fp } = found[k]!;
    const here = tp - (found[k - 1]?.truePositives ?? 0);
    lifted += (here * fp) / (tp + fp) ** 2;
    lowered += (here * tp) / (tp + fp) ** 2;
    byScore.set(score, { positive: tp / (tp + fp) + lifted - value, negative: -lowered });
  }
  return Float64Array.from(cells, ({ gold, score }) => {
    const own = positives === 0 ? undefined : byScore.get(score);
    return own ? (gold ? own.positive : own.negative) / positives : 0;
  });
}
