import fc from 'fast-check';
import type { AnnotationRecord, ExportSource } from '../../../backend/records.ts';
import { annotation, type NewDocument, sourceOf } from './source.ts';

/** The documented changes of a text on a line of fastText. */
export const fastTextLine = (text: string) =>
  text
    .replace(/[\0\t-\r\x85\u2028\u2029]+/g, ' ')
    .replace(/(?<!\S)__label__/g, '_label__')
    .trim();

/** What has broken exports and those that read them. */
export const HOSTILE_TEXTS = [
  ...['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\tx', '" =x"', '\u00a0=x', 'a\n=x', '＝1', '-3.5'],
  ...[
    'a,b;c|d#e',
    'it\'s "quoted"',
    '"',
    "'",
    '😀 👩‍👩‍👧 é',
    'אבג \u202e abc',
    '\u0001\u0007\u001b[31m',
    '\u0000nul',
  ],
  ...[
    '__label__x y',
    'a __label__x',
    '$&',
    '{}',
    '[',
    '{"text": 1}',
    'null',
    '1e3',
    '\ufeffmark',
    'a\u2028b\u0085c',
  ],
  ...[
    '\n\nlines\n\n',
    ' spaces ',
    'x'.repeat(10_000),
    'combining e\u0301\u0302\u0303',
    '\\n \\" \\u0041',
    '<b>&amp;</b>',
  ],
];
export const HOSTILE_LABELS = [
  ...[
    '__proto__',
    'constructor',
    'toString',
    '$&',
    '{}',
    'a,b',
    'a|b;c#d',
    'two\nlines',
    '"q"',
    "it's",
    '=1',
    '-1',
  ],
  ...[
    '__label__',
    'A',
    'a',
    '10',
    '2',
    '<x> & y',
    '[1]',
    'é',
    'e\u0301',
    '😀',
    'a b',
    'a_b',
    '#',
    'null',
    'true',
  ],
];

const character = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary-ascii', maxLength: 20 }),
  fc.constantFrom(...HOSTILE_TEXTS),
);
/** Line ends are \n once a text is in a project, and no text is empty. */
const text = fc
  .oneof(
    character,
    fc.tuple(character, character).map((parts) => parts.join('\n')),
  )
  .map((value) => value.replace(/\r\n?/g, '\n'))
  .filter((value) => fastTextLine(value) !== '');
const labelName = fc
  .oneof(
    { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_LABELS) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }) },
  )
  .map((name) => name.trim())
  .filter((name) => name !== '' && !/^(id|text|split|status|annotator|comment|source|stars)$/i.test(name));
const comment = fc.option(fc.constantFrom('odd', 'two\nlines, "quoted"', '=1'), { nil: undefined });

const annotationBy = (annotator: string, names: readonly string[]): fc.Arbitrary<AnnotationRecord> =>
  fc
    .record({
      status: fc.constantFrom('draft', 'done', 'skipped'),
      values: fc.array(fc.constantFrom('yes', 'no', null), {
        minLength: names.length,
        maxLength: names.length,
      }),
      comment,
    })
    .map(({ status, values, comment: said }) =>
      annotation(annotator, {
        status,
        decisions: new Map(
          names.flatMap((name, i) => {
            const value = values[i]!;
            return value === null ? [] : [[name, value] as const];
          }),
        ),
        comment: said,
      }),
    );

export const document = (names: readonly string[], annotators: number): fc.Arbitrary<NewDocument> =>
  fc
    .record({
      text,
      split: fc.constantFrom('train', 'test', null),
      meta: fc.record(
        { source: fc.constantFrom('mail', 'a, "b"\nc', '7'), stars: fc.constantFrom(2.5, 4) },
        { requiredKeys: [] },
      ),
      said: fc.tuple(
        ...['ada', 'bob, "the second"']
          .slice(0, annotators)
          .map((name) => fc.option(annotationBy(name, names))),
      ),
      scores: fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: names.length }),
    })
    .map(({ meta, said, scores, ...rest }) => ({
      ...rest,
      meta: new Map(Object.entries(meta)),
      annotations: said.filter((own) => own !== null),
      suggestions: scores.flatMap((score, i) =>
        score === null || names[i] === undefined ? [] : [{ label: names[i], score, model: 'base/model' }],
      ),
    }));

const ids = fc.uniqueArray(
  fc.constantFrom('007', '1e3', '12345678901234567890', '-0', '=1', '../x', 'a b', '__proto__', 'd,1'),
  {
    minLength: 5,
  },
);

export const project = (annotators: number): fc.Arbitrary<ExportSource> =>
  fc.uniqueArray(labelName, { minLength: 1, maxLength: 5 }).chain((names) =>
    fc
      .tuple(fc.array(document(names, annotators), { minLength: 1, maxLength: 5 }), ids)
      .map(([documents, own]) =>
        sourceOf(
          names,
          documents.map((given, i) => ({ ...given, id: own[i]! })),
        ),
      ),
  );
