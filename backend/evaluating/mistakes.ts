import { inTurns, predicted, type Steps } from '../../engine/index.ts';
import type { Label } from '../project/store/labels.ts';
import type { JudgedDocument } from './judging.ts';

/** A decision whose suggestion says the opposite. */
export interface Contradiction {
  readonly documentId: number;
  readonly labelId: number;
  readonly value: 'yes' | 'no';
  readonly probability: number;
  /** What the model gives to the decision as it is. */
  readonly likelihood: number;
}

/** A decision that a model which has not learnt from it gives less than this is suspect. */
export const UNLIKELY = 0.1;

/** Contradictions, those that the model finds least likely first. */
export async function contradictions(
  documents: readonly JudgedDocument[],
  labels: readonly Label[],
): Promise<Contradiction[]> {
  const found = await inTurns(contradicted(documents, labels));
  return found.sort((a, b) => a.likelihood - b.likelihood || a.documentId - b.documentId);
}

function* contradicted(
  documents: readonly JudgedDocument[],
  labels: readonly Label[],
): Steps<Contradiction[]> {
  const found: Contradiction[] = [];
  for (const { id, gold, decided, scores, thresholds } of documents) {
    for (const [i, label] of labels.entries()) {
      const probability = scores[i]!;
      const yes = gold[i] === 1;
      if (decided[i] !== 1 || yes === predicted(probability, thresholds[i]!)) continue;
      const likelihood = yes ? probability : 1 - probability;
      found.push({ documentId: id, labelId: label.id, value: yes ? 'yes' : 'no', probability, likelihood });
    }
    yield;
  }
  return found;
}
