import type { Steps } from '../../turns.ts';
import type { Counts } from '../counts.ts';
import type { Range } from '../credible.ts';
import type { Sample } from './intervals.ts';

/** A document of which something was decided; cells that are undecided count nowhere. */
export interface DecidedDocument {
  /** 1: yes. [labels] */
  readonly gold: Uint8Array;
  /** 0: undecided. [labels]; absent: all are decided. */
  readonly decided: Uint8Array | undefined;
  /** [labels] */
  readonly scores: Float32Array;
  /** Its decided cells at their thresholds. */
  readonly counts: Counts;
}

/** One number for all labels together, a mean over documents: a file beside this one, and a line in `all.ts`. */
export interface Figure {
  /** As files and programs have it. */
  readonly name: string;
  /** For people, before the number. */
  readonly sentence: string;
  /** A share is told in percent. */
  readonly unit: 'share' | 'count';
  /** Of one document. */
  readonly of: (document: DecidedDocument) => number;
  /** How much a document counts; absent: all alike. */
  readonly weight?: (document: DecidedDocument) => number;
  /** What it may be on new documents, 95 %; there is one at least. */
  readonly interval: (documents: readonly DecidedDocument[], sample: Sample) => Steps<Range>;
}

/** The figure over documents; 0 where there is none. */
export function meanOf({ of, weight = () => 1 }: Figure, documents: readonly DecidedDocument[]): number {
  let [sum, total] = [0, 0];
  for (const document of documents) {
    const own = weight(document);
    sum += own * of(document);
    total += own;
  }
  return total === 0 ? 0 : sum / total;
}
