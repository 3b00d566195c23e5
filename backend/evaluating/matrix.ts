import type { Evaluation } from '../../contract/index.ts';
import { predicted, type Steps } from '../../engine/index.ts';
import type { JudgedDocument } from './judging.ts';

/** More can't be read; a matrix of ten thousand labels, which only a project of others has, would fill the memory. */
const MOST = 20;

/**
 * Which labels a matrix has: the most frequent ones where there are too many, in the project's order. `labels` is in that
 * order.
 */
export function labelsOfMatrix(labels: readonly { readonly support: number }[], most = MOST): number[] {
  return labels
    .map(({ support }, at) => ({ support, at }))
    .sort((a, b) => b.support - a.support || a.at - b.at)
    .slice(0, most)
    .map(({ at }) => at)
    .sort((a, b) => a - b);
}

/** How many documents with each label got each as a suggestion, of the most frequent labels. */
export function* matrixOf(
  documents: readonly Pick<JudgedDocument, 'gold' | 'scores' | 'thresholds'>[],
  labels: readonly { readonly support: number }[],
): Steps<Evaluation['matrix']> {
  const shown = labelsOfMatrix(labels);
  const counts = shown.map(() => new Array<number>(shown.length).fill(0));
  for (const { gold, scores, thresholds } of documents) {
    for (const [row, given] of shown.entries()) {
      if (gold[given] !== 1) continue;
      for (const [column, suggested] of shown.entries())
        if (predicted(scores[suggested]!, thresholds[suggested]!)) counts[row]![column]! += 1;
    }
    yield;
  }
  return { labels: shown, counts };
}
