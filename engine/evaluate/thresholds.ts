import { invariant } from '../errors.ts';
import { logistic, logOdds } from '../nli/probability.ts';
import { eachDecided, type Judged } from './counts.ts';
import { cuts, type Ranked } from './ranking.ts';

/** The threshold of a label, and whether it is its own, the one of all labels together, or 0.5. */
export interface LabelThreshold {
  readonly threshold: number;
  readonly from: 'label' | 'shared' | 'default';
}

/** Without enough examples. */
const DEFAULT_THRESHOLD = 0.5;

/** Beyond these log-odds (5 and 95 %) no threshold is taken. */
const FARTHEST = 3;

/** So many positives weigh as much as what is expected without any; 0: nothing is expected. See `drawnTowards`. */
export interface ThresholdPriors {
  readonly label: number;
  readonly shared: number;
}
const PRIORS: ThresholdPriors = { label: 5, shared: 2 };

/**
 * A threshold per label, from what maximises its F1 on held-out documents.
 *
 * A label with fewer than `minimumExamples` positives or negatives takes the threshold of all labels together, which
 * maximises their micro F1, for a few examples fit any; where all labels together have too few, it is 0.5. What is found
 * on few positives is drawn towards what is expected without them: the shared threshold towards 0.5, a label's own
 * towards the shared one.
 *
 * Thresholds lie halfway between two scores, so that neighbours on either side keep their distance (Lipton, Elkan and
 * Naryanaswamy 2014 on what an F1-optimal threshold is and why rare labels mislead it). Throws `scores_invalid` like
 * `evaluate`.
 */
export function tuneThresholds({
  labels,
  minimumExamples = 5,
  priors = PRIORS,
  ...judged
}: Judged & {
  readonly labels: number;
  readonly minimumExamples?: number;
  readonly priors?: ThresholdPriors;
}): LabelThreshold[] {
  const cells = Array.from({ length: labels }, (): Ranked[] => []);
  eachDecided(judged, (label, gold, score) => {
    invariant(label < labels, `label ${label} is one of ${labels}`);
    cells[label]?.push({ gold, score });
  });
  const pooled = cells.flat();
  const shared: LabelThreshold = enough(pooled, minimumExamples)
    ? { threshold: drawnTowards(DEFAULT_THRESHOLD, pooled, priors.shared), from: 'shared' }
    : { threshold: DEFAULT_THRESHOLD, from: 'default' };
  return cells.map((own) =>
    enough(own, minimumExamples)
      ? { threshold: drawnTowards(shared.threshold, own, priors.label), from: 'label' }
      : shared,
  );
}

/**
 * The best threshold of `cells`, nearer to `expected` the fewer positives it rests on: in log-odds, with n positives,
 * (n · best + k · expected) / (n + k), as the mean of a normal prior that is worth k observations; best within 5 to 95 %.
 *
 * The best threshold of a few positives is mostly luck, and luck reaches down to a fraction of a per cent, where nearly
 * every document is suggested. Labels are drawn towards each other rather than towards 0.5: where probabilities are
 * calibrated the best threshold is half of the best F1 (Lipton et al. 2014), so below 0.5 for all labels and below 5 %
 * for none worth suggesting, and a model that leans to one side does so for all.
 *
 * `PRIORS` are from simulated labels (tests/engine/evaluate/thresholdLuck.ts), where 3 to 6 for a label has the highest
 * F1 on fresh documents (0.9 points above 0 with five to nine positives, the same from 50 on), and from the scores of
 * trained runs on three data sets, 40 documents drawn to tune on and the other 360 or 760 to measure: against the bare
 * best thresholds macro F1 goes from 79.7 to 80.4, 60.1 to 61.5 and 43.0 to 43.3. More weight on 0.5 (5 instead of 2)
 * costs the last one a point: its model has learnt little and leans to no.
 */
function drawnTowards(expected: number, cells: readonly Ranked[], k: number): number {
  const best = Math.min(FARTHEST, Math.max(-FARTHEST, logOdds(bestThreshold(cells))));
  const n = countPositives(cells);
  return logistic((n * best + k * logOdds(expected)) / (n + k));
}

/**
 * The threshold with the highest F1 over `cells`; of equally good ones the nearest to 0.5. 0.5 without a positive.
 */
export function bestThreshold(cells: readonly Ranked[]): number {
  const positives = countPositives(cells);
  if (positives === 0) return DEFAULT_THRESHOLD;
  const found = cuts(cells);
  let best = { f1: -1, threshold: DEFAULT_THRESHOLD };
  for (const [position, { score, truePositives, falsePositives }] of found.entries()) {
    const threshold = (score + (found[position + 1]?.score ?? 0)) / 2;
    const f1 = (2 * truePositives) / (truePositives + falsePositives + positives);
    const nearer = Math.abs(threshold - 0.5) < Math.abs(best.threshold - 0.5);
    if (f1 > best.f1 || (f1 === best.f1 && nearer)) best = { f1, threshold };
  }
  return best.threshold;
}

function enough(cells: readonly Ranked[], minimum: number): boolean {
  const positives = countPositives(cells);
  return positives >= Math.max(1, minimum) && cells.length - positives >= minimum;
}

const countPositives = (cells: readonly Ranked[]): number =>
  cells.reduce((count, { gold }) => count + (gold ? 1 : 0), 0);
