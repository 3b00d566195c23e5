/** What a label lacks most, or that it lacks nothing. */
export type Need =
  /** So many more yeses, or noes, before its F1 says anything. */
  | { readonly kind: 'yeses' | 'noes'; readonly more: number }
  /** None of the documents that figures rest on is a yes, or a no, though others are. */
  | { readonly kind: 'unmeasured' }
  /** It may be anything within a wide range. */
  | { readonly kind: 'uncertain' }
  /** What is suggested is often wrong, and that is known. */
  | { readonly kind: 'weak' }
  | { readonly kind: 'fair' }
  | { readonly kind: 'good' };

export interface LabelStanding {
  /** All decisions. */
  readonly yes: number;
  readonly no: number;
  /** As Evaluate measures it, with its interval; null: it can't. */
  readonly f1: { readonly estimate: number; readonly low: number; readonly high: number } | null;
}

/** With fewer yeses a label is rare where intervals are made, too (`macroF1Interval`). */
const LEAST_OF_EACH = 3;
/** Wider intervals leave open whether a label does well or badly. */
const WIDE = 0.4;
const GOOD = 0.75;
const WEAK = 0.5;

/**
 * What one label needs: first yeses and noes enough to be judged, then more decisions while its interval is wide. Rules of
 * thumb on the figures that Evaluate shows, no figures of their own: a label does well where F1 is 75 % or more, and is weak
 * below 50 %.
 */
export function needOf({ yes, no, f1 }: LabelStanding): Need {
  if (yes < LEAST_OF_EACH) return { kind: 'yeses', more: LEAST_OF_EACH - yes };
  if (no < LEAST_OF_EACH) return { kind: 'noes', more: LEAST_OF_EACH - no };
  if (f1 === null) return { kind: 'unmeasured' };
  if (f1.low >= GOOD) return { kind: 'good' };
  if (f1.high - f1.low > WIDE) return { kind: 'uncertain' };
  if (f1.estimate >= GOOD) return { kind: 'good' };
  return { kind: f1.estimate < WEAK ? 'weak' : 'fair' };
}
