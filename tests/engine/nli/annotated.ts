import fc from 'fast-check';
import type { AnnotatedDocument, Decision } from '../../../engine/nli/pairs.ts';

/** 'yn-' is a document with a yes for label 0, a no for label 1 and nothing said about label 2; '?' is undecided. */
export function annotated(id: string, signs: string): AnnotatedDocument {
  const meanings: Record<string, Decision> = { y: 'yes', n: 'no', '?': 'undecided' };
  const decisions = new Map<number, Decision>();
  for (const [label, sign] of [...signs].entries()) {
    const decision = meanings[sign];
    if (decision !== undefined) decisions.set(label, decision);
  }
  return { id, text: `text of ${id}`, decisions };
}

export interface Collection {
  readonly labels: number;
  readonly documents: readonly AnnotatedDocument[];
}

/** Documents with any decisions, in any order of labels. */
export const collections: fc.Arbitrary<Collection> = fc.integer({ min: 1, max: 6 }).chain((labels) =>
  fc
    .array(
      fc.uniqueArray(
        fc.tuple(fc.nat({ max: labels - 1 }), fc.constantFrom<Decision>('yes', 'no', 'undecided')),
        { selector: ([label]) => label, maxLength: labels },
      ),
      { maxLength: 8 },
    )
    .map((rows) => ({
      labels,
      documents: rows.map((row, index) => ({
        id: `d${index}`,
        text: `text of d${index}`,
        decisions: new Map(row),
      })),
    })),
);

/** `templates` sentences per label. */
export const hypothesesFor = (labels: number, templates = 1): string[][] =>
  Array.from({ length: labels }, (_, label) =>
    Array.from({ length: templates }, (_, template) => `label ${label}, sentence ${template}`),
  );

export const ratios = fc.oneof(
  fc.constantFrom(0, 0.5, 1, 2, 3, Number.POSITIVE_INFINITY),
  fc.double({ min: 0, max: 5, noNaN: true }),
);
