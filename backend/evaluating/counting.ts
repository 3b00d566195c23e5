import {
  addCell,
  type Counts,
  canBeJudged,
  cellOf,
  createRandom,
  designEffectOf,
  type Metrics,
  macroF1Interval,
  noCounts,
  predicted,
} from '../../engine/index.ts';
import type { JudgedDocument } from './judging.ts';

/** How often a label was suggested rightly and wrongly, over the documents where it is decided. */
export function countsOf(documents: readonly JudgedDocument[], label: number): Counts {
  const counts = noCounts();
  for (const { gold, decided, scores, thresholds } of documents) {
    if (decided[label] === 1)
      addCell(counts, gold[label] === 1, predicted(scores[label]!, thresholds[label]!));
  }
  return counts;
}

/**
 * The interval of macro F1 of all labels, those that `metrics` of these documents leaves out among them. counts: `countsOf`
 * each label; atRandom: the documents are a random sample.
 */
export function macroIntervalOf(
  documents: readonly JudgedDocument[],
  {
    metrics,
    counts,
    atRandom,
  }: { readonly metrics: Metrics; readonly counts: readonly Counts[]; readonly atRandom: boolean },
): { low: number; high: number } | undefined {
  const can = metrics.labels.map(canBeJudged);
  const cells = documents.map(({ gold, decided, scores, thresholds }) =>
    can.map((judged, i) =>
      judged && decided[i] === 1 ? cellOf(gold[i] === 1, predicted(scores[i]!, thresholds[i]!)) : undefined,
    ),
  );
  const found = macroF1Interval(
    {
      judged: counts.filter((_, label) => can[label]),
      leftOut: counts.filter((_, label) => !can[label]),
      designEffect: designEffectOf(cells, can.length),
      chosen: !atRandom,
    },
    createRandom(1).fork('macro'),
  );
  return found && { low: found.low, high: found.high };
}
