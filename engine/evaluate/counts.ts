import { EngineError, invariant } from '../errors.ts';

/** What metrics are computed from: three tables of [documents][labels]. */
export interface Judged {
  /** 1 where the label applies, 0 where it does not. */
  readonly gold: readonly Uint8Array[];
  /** 1 where the gold value was decided; undecided cells count in no metric. Absent: all are decided. */
  readonly decided?: readonly Uint8Array[] | undefined;
  /** Probabilities. */
  readonly scores: readonly Float32Array[];
}

/** A table of two by two: gold against predicted. */
export interface Counts {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  trueNegatives: number;
}

/** Precision, recall and their harmonic mean; 0 where the divisor is, as in scikit-learn. */
export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Called for each decided cell of a document. */
type Visit = (label: number, gold: boolean, score: number) => void;

/** Visits every decided cell. Throws `scores_invalid` at one whose score is not a number. */
export function eachDecided(judged: Judged, visit: Visit): void {
  for (let document = 0; document < judged.gold.length; document++) eachDecidedOf(judged, document, visit);
}

/** The same of one document. */
export function eachDecidedOf({ gold, decided, scores }: Judged, document: number, visit: Visit): void {
  invariant(scores.length === gold.length, `${gold.length} documents have scores`);
  invariant(decided === undefined || decided.length === gold.length, `${gold.length} documents have masks`);
  const row = gold[document]!;
  const scored = scores[document]!;
  invariant(scored.length === row.length, `document ${document} has ${row.length} scores`);
  const mask = decided?.[document];
  invariant(mask === undefined || mask.length === row.length, `document ${document} has a full mask`);
  for (let label = 0; label < row.length; label++) {
    if (mask?.[label] === 0) continue;
    const score = scored[label]!;
    if (Number.isNaN(score)) throw notANumber(document, label);
    visit(label, row[label] === 1, score);
  }
}

/** Whether a label is suggested: at the threshold it is. */
export const predicted = (score: number, threshold: number): boolean => score >= threshold;

export const noCounts = (): Counts => ({
  truePositives: 0,
  falsePositives: 0,
  falseNegatives: 0,
  trueNegatives: 0,
});

/** What a decided cell counts as. */
export const cellOf = (gold: boolean, positive: boolean): keyof Counts => {
  if (gold) return positive ? 'truePositives' : 'falseNegatives';
  return positive ? 'falsePositives' : 'trueNegatives';
};

/** Adds one decided cell; changes `counts`. */
export function addCell(counts: Counts, gold: boolean, positive: boolean): void {
  counts[cellOf(gold, positive)] += 1;
}

/** The cells of all tables in one. */
export function sumCounts(tables: readonly Counts[]): Counts {
  const sum = noCounts();
  for (const { truePositives, falsePositives, falseNegatives, trueNegatives } of tables) {
    sum.truePositives += truePositives;
    sum.falsePositives += falsePositives;
    sum.falseNegatives += falseNegatives;
    sum.trueNegatives += trueNegatives;
  }
  return sum;
}

/** precision = tp / (tp + fp), recall = tp / (tp + fn), F1 = 2 tp / (2 tp + fp + fn). */
export function scoresOf({ truePositives: tp, falsePositives: fp, falseNegatives: fn }: Counts): Scores {
  return { precision: ratio(tp, tp + fp), recall: ratio(tp, tp + fn), f1: ratio(2 * tp, 2 * tp + fp + fn) };
}

/**
 * Cohen's kappa (Cohen 1960, "A Coefficient of Agreement for Nominal Scales"): how far people and suggestions agree beyond
 * what their shares of yes and no would bring by chance, (p_o - p_e) / (1 - p_e); of two by two that is
 * 2 (tp tn - fp fn) / ((tp + fp)(fp + tn) + (tp + fn)(fn + tn)). -1 to 1, and 0 where chance alone agrees wholly.
 */
export const cohenKappa = ({
  truePositives: tp,
  falsePositives: fp,
  falseNegatives: fn,
  trueNegatives: tn,
}: Counts): number => ratio(2 * (tp * tn - fp * fn), (tp + fp) * (fp + tn) + (tp + fn) * (fn + tn));

/** a / b, and 0 where b is 0. */
export const ratio = (numerator: number, denominator: number): number =>
  denominator === 0 ? 0 : numerator / denominator;

const notANumber = (document: number, label: number) =>
  new EngineError(
    'scores_invalid',
    `The score of label ${label} in document ${document} is not a number.`,
    'The model may have diverged: train again with a lower learning rate.',
  );
