import { coverageError } from './coverageError.ts';
import { type DecidedDocument, type Figure, meanOf } from './figure.ts';
import { hammingLoss } from './hammingLoss.ts';
import { subsetAccuracy } from './subsetAccuracy.ts';

/** All figures of one number. What a run keeps, what `evaluate` prints and its JSON come from here. */
export const FIGURES: readonly Figure[] = [subsetAccuracy, hammingLoss, coverageError];

/** Each figure by its name, wherever documents are judged, after each epoch too: it costs a look at each score. */
export const figuresOf = (documents: readonly DecidedDocument[]): Record<string, number> =>
  Object.fromEntries(FIGURES.map((figure) => [figure.name, meanOf(figure, documents)]));
