import type { AnnotationRecord, ExportDocument, ExportSource } from '../../../backend/records.ts';

const annotation = (
  annotator: string,
  given: Partial<AnnotationRecord> & Pick<AnnotationRecord, 'decisions'>,
): AnnotationRecord => ({
  annotator,
  status: 'done',
  closed: false,
  at: '2026-05-04T09:12:00.000Z',
  ...given,
});

/** A project with everything in it: yes, no, undecided, none apply, skipped, two annotators, suggestions, a test part. */
export function exampleSource(
  texts: readonly string[] = [],
  names = ['late delivery', 'refund', 'praise'],
): ExportSource {
  const [late, refund, praise] = names as [string, string, string];
  const document = (number: number, given: Partial<ExportDocument> & { text: string }): ExportDocument => ({
    number,
    id: `d${number}`,
    externalId: `d${number}`,
    meta: new Map(),
    split: null,
    annotations: [],
    suggestions: [],
    ...given,
  });
  const documents = [
    document(1, {
      text: 'The box came late, I want my money back.',
      meta: new Map([['source', 'mail']]),
      annotations: [
        annotation('ada', {
          decisions: new Map([
            [late, 'yes'],
            [refund, 'yes'],
            [praise, 'no'],
          ]),
          seconds: 3.4,
        }),
      ],
      suggestions: [
        { label: late, score: 0.97, model: 'base' },
        { label: refund, score: 0.91, model: 'base' },
        { label: praise, score: 0.02, model: 'base' },
      ],
    }),
    document(2, {
      text: 'Closed on Monday.',
      annotations: [
        annotation('ada', {
          decisions: new Map([
            [late, 'no'],
            [refund, 'no'],
            [praise, 'no'],
          ]),
        }),
      ],
    }),
    document(3, {
      text: 'Kind people!',
      split: 'test',
      annotations: [annotation('ada', { decisions: new Map([[praise, 'yes']]), status: 'draft' })],
    }),
    document(4, { text: 'Not opened yet.' }),
    document(5, {
      text: '???',
      annotations: [annotation('ada', { decisions: new Map(), status: 'skipped', comment: 'odd' })],
    }),
    document(6, {
      text: 'Two opinions.',
      annotations: [
        annotation('ada', {
          decisions: new Map([
            [late, 'yes'],
            [refund, 'no'],
            [praise, 'no'],
          ]),
        }),
        annotation('bob', {
          decisions: new Map([
            [late, 'yes'],
            [refund, 'yes'],
            [praise, 'no'],
          ]),
        }),
      ],
    }),
    ...texts.map((text, i) =>
      document(7 + i, {
        text,
        annotations: [
          annotation('ada', {
            decisions: new Map([
              [late, 'yes'],
              [refund, 'no'],
              [praise, 'no'],
            ]),
          }),
        ],
      }),
    ),
  ];
  return {
    labels: names.map((name, i) => ({
      name,
      description: '',
      hypotheses: [`It is ${name}.`],
      color: '#0072b2',
      key: String(i + 1),
    })),
    documents: () => documents,
  };
}
