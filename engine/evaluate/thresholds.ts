import { invariant } from '../errors.ts';
import { eachDecided, type Judged } from './counts.ts';
import { cuts, type Ranked } from './ranking.ts';

/** The threshold of a label, and whether it is its own, the one of all labels together, or 0.5. */
export interface LabelThreshold {
  readonly threshold: number;
  readonly from: 'label' | 'shared' | 'default';
}

/** Without enough examples. */
const DEFAULT_THRESHOLD = 0.5;

/**
 * A threshold per label that maximises its F1 on held-out documents.
 *
 * A label with fewer than `minimumExamples` positives or negatives takes the threshold that maximises micro F1 over
 * all labels, for a few examples fit any; where all labels together have too few, it is 0.5. Thresholds lie halfway
 * between two scores, so that neighbours on either side keep their distance (Lipton, Elkan and Naryanaswamy 2014 on
 * what an F1-optimal threshold is and why rare labels mislead it). Throws `scores_invalid` like `evaluate`.
 */
export function tuneThresholds({
  labels,
  minimumExamples = 5,
  ...judged
}: Judged & { readonly labels: number; readonly minimumExamples?: number }): LabelThreshold[] {
  const cells = Array.from({ length: labels }, (): Ranked[] => []);
  eachDecided(judged, ({ label, gold, score }) => {
    invariant(label < labels, `label ${label} is one of ${labels}`);
    cells[label]?.push({ gold, score });
  });
  const pooled = cells.flat();
  const shared: LabelThreshold = enough(pooled, minimumExamples)
    ? { threshold: bestThreshold(pooled), from: 'shared' }
    : { threshold: DEFAULT_THRESHOLD, from: 'default' };
  return cells.map((own) =>
    enough(own, minimumExamples) ? { threshold: bestThreshold(own), from: 'label' } : shared,
  );
}

/**
 * The threshold with the highest F1 over `cells`; of equally good ones the nearest to 0.5. 0.5 without a positive.
 */
export function bestThreshold(cells: readonly Ranked[]): number {
  const positives = cells.reduce((count, { gold }) => count + (gold ? 1 : 0), 0);
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
  const positives = cells.reduce((count, { gold }) => count + (gold ? 1 : 0), 0);
  return positives >= Math.max(1, minimum) && cells.length - positives >= minimum;
}
