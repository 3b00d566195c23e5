import { addCell, type Counts, noCounts, predicted } from '../../engine/index.ts';
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
