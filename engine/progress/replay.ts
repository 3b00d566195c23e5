import type { Counts } from '../evaluate/counts.ts';
import { addCell, noCounts, predicted } from '../evaluate/counts.ts';
import type { LabelAnswers } from '../head/evidence.ts';
import type { HeadLearner, Targets } from '../head/learner.ts';
import { answersOn } from './learningCurve.ts';

/** What was suggested when so many documents were decided. */
export interface ReplayStep {
  /** Documents learnt from: the first ones. */
  readonly documents: number;
  /** Probabilities of a sample of all documents, the same one at each step: [sample, labels]; NaN where there is none. */
  readonly sample: Float32Array;
  /** [labels] */
  readonly thresholds: Float64Array;
  /** How these suggestions agree with what was decided next, up to the next step; null: it is the last. */
  readonly next: Agreement | null;
}

/** Suggestions against decisions that came after them. */
export interface Agreement {
  readonly documents: number;
  /** Documents on which every decision was as suggested. */
  readonly asSuggested: number;
  /** Decided cells of all labels. */
  readonly counts: Counts;
}

export interface ReplayRequest {
  /** [labels]; documents are rows of the learner's tables. */
  readonly known: readonly LabelAnswers[];
  /** The decided documents in the order in which they were decided. */
  readonly order: readonly number[];
  /** Ascending, from 1 to as many documents as there are. */
  readonly steps: readonly number[];
  readonly targets?: Targets | undefined;
}

/**
 * The past of the heads: what they would have suggested after the first n decided documents, and how that agrees with what
 * was decided next. Each decision is judged by what had been learnt before it (prequential evaluation, Dawid 1984), never by
 * what learnt from it; suggestions that a person saw may have been others, for models, labels and their words change.
 */
export function replay(
  learner: Pick<HeadLearner, 'taughtBy'>,
  { known, order, steps, targets }: ReplayRequest,
): ReplayStep[] {
  const gold = known.map(
    ({ documents, answers }) => new Map(documents.map((document, i) => [document, answers[i] === 1])),
  );
  return steps.map((documents, i) => {
    const asked = order.slice(documents, steps[i + 1] ?? documents);
    const learnt = learner.taughtBy(answersOn(known, new Set(order.slice(0, documents))), asked, targets);
    const { sample, thresholds, probabilities } = learnt;
    const next =
      asked.length === 0
        ? null
        : agreementOf(asked, gold, (row, label) => {
            const p = probabilities[row * known.length + label]!;
            return Number.isNaN(p) ? undefined : predicted(p, thresholds[label]!);
          });
    return { documents, sample, thresholds, next };
  });
}

function agreementOf(
  documents: readonly number[],
  gold: readonly ReadonlyMap<number, boolean>[],
  suggested: (row: number, label: number) => boolean | undefined,
): Agreement {
  const counts = noCounts();
  let judged = 0;
  let asSuggested = 0;
  for (const [row, document] of documents.entries()) {
    let [cells, wrong] = [0, 0];
    for (const [label, own] of gold.entries()) {
      const yes = own.get(document);
      const says = suggested(row, label);
      if (yes === undefined || says === undefined) continue;
      addCell(counts, yes, says);
      cells += 1;
      if (yes !== says) wrong += 1;
    }
    if (cells > 0) judged += 1;
    if (cells > 0 && wrong === 0) asSuggested += 1;
  }
  return { documents: judged, asSuggested, counts };
}
