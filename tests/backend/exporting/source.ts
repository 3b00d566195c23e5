import type {
  AnnotationRecord,
  Decision,
  ExportDocument,
  ExportLabel,
  ExportSource,
} from '../../../backend/records.ts';

export const AT = '2026-05-04T09:12:00.000Z';

/** Decisions in short: "-refund" is a no. */
export const decisions = (...names: readonly string[]): Map<string, Decision> =>
  new Map(names.map((name) => (name.startsWith('-') ? [name.slice(1), 'no'] : [name, 'yes'])));

export const annotation = (annotator: string, given: Partial<AnnotationRecord> = {}): AnnotationRecord => ({
  annotator,
  decisions: new Map(),
  status: 'done',
  absence: 'said',
  at: AT,
  ...given,
});

export type NewDocument = Partial<ExportDocument> & { readonly text: string };

export const label = (name: string, i = 0): ExportLabel => ({
  name,
  description: '',
  hypotheses: [`It is ${name}.`],
  color: '#0072b2',
  key: String(i + 1),
});

/** A project with these documents, called d1, d2 … unless they bring ids. */
export function sourceOf(
  names: readonly string[],
  documents: readonly NewDocument[],
  labels = names.map(label),
): ExportSource {
  const numbered = documents.map(
    (given, i): ExportDocument => ({
      number: i + 1,
      id: `d${i + 1}`,
      externalId: given.id ?? `d${i + 1}`,
      meta: new Map(),
      split: null,
      annotations: [],
      suggestions: [],
      ...given,
    }),
  );
  return { labels, documents: () => numbered };
}

/** A project with everything in it: yes, no, undecided, none apply, skipped, two annotators, suggestions, a test part. */
export function exampleSource(
  texts: readonly string[] = [],
  names = ['late delivery', 'refund', 'praise'],
): ExportSource {
  const [late, refund, praise] = names as [string, string, string];
  const said = (...values: readonly ('yes' | 'no')[]): Map<string, Decision> =>
    new Map(values.map((value, i) => [names[i]!, value]));
  return sourceOf(names, [
    {
      text: 'The box came late, I want my money back.',
      meta: new Map([['source', 'mail']]),
      annotations: [annotation('ada', { decisions: said('yes', 'yes', 'no'), seconds: 3.4 })],
      suggestions: [
        { label: late, score: 0.97, model: 'base' },
        { label: refund, score: 0.91, model: 'base' },
        { label: praise, score: 0.02, model: 'base' },
      ],
    },
    { text: 'Closed on Monday.', annotations: [annotation('ada', { decisions: said('no', 'no', 'no') })] },
    {
      text: 'Kind people!',
      split: 'test',
      annotations: [annotation('ada', { decisions: new Map([[praise, 'yes']]), status: 'draft' })],
    },
    { text: 'Not opened yet.' },
    { text: '???', annotations: [annotation('ada', { status: 'skipped', comment: 'odd' })] },
    {
      text: 'Two opinions.',
      annotations: [
        annotation('ada', { decisions: said('yes', 'no', 'no') }),
        annotation('bob', { decisions: said('yes', 'yes', 'no') }),
      ],
    },
    ...texts.map((text) => ({
      text,
      annotations: [annotation('ada', { decisions: said('yes', 'no', 'no') })],
    })),
  ]);
}
