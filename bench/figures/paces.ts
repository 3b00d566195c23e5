/**
 * How labels and suggestions come while documents are annotated: all labels there and all documents scored before the
 * first key; half of the labels at first and one more after every second document, half of the project scored at the end;
 * the same with a tenth scored.
 */
export const PACES = ['scored', 'half', 'hardly'] as const;
export type Pace = (typeof PACES)[number];

/** How many labels there are before the first document. */
export const beginsWith = (pace: Pace, labels: number): number =>
  pace === 'scored' ? labels : Math.ceil(labels / 2);

const SHARES = { scored: 20, half: 0.5, hardly: 0.1 } as const;

/** Pairs that may be scored more with each document. pairs: of the whole project; documents: as are annotated. */
export const allowed = (pace: Pace, { pairs, documents }: { pairs: number; documents: number }): number =>
  (SHARES[pace] * pairs) / documents;
