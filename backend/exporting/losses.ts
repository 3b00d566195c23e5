import type { ExportDocument, ExportSource } from '../records.ts';
import { accepted, decided, rejected, settled } from './answers.ts';
import type { Carries, ExportFormat, ExportOptions } from './format.ts';

interface Written {
  readonly options: ExportOptions;
  readonly carries: Carries;
}

type Test = (document: ExportDocument, source: ExportSource, written: Written) => boolean;

/** What is lost where a format can't carry something, and the documents that this concerns. */
const COSTS: readonly (readonly [keyof Carries, string, Test])[] = [
  ['ids', 'documents are numbered anew', ({ externalId }) => externalId !== null],
  [
    'undecided',
    "labels that are undecided can't be told from rejected ones",
    ({ annotations }, { labels }, { options, carries }) =>
      annotations.some((annotation) => {
        const { status, decisions } = annotation;
        const isOpen = decided(settled(annotation, labels), labels).length < labels.length;
        if (status === 'done') return isOpen;
        if (status !== 'draft' || !options.includeUnfinished) return false;
        // Of what was begun the noes are lost; where there are no drafts, what is open beside a yes is one.
        const hasYes = accepted(decisions, labels).length > 0;
        return rejected(decisions, labels).length > 0 || (!carries.annotators && hasYes && isOpen);
      }),
  ],
  [
    'noneApply',
    'documents to which no label applies look like unlabelled ones',
    ({ annotations }, { labels }) =>
      annotations.some(
        ({ status, decisions }) => status === 'done' && accepted(decisions, labels).length === 0,
      ),
  ],
  [
    'skipped',
    'skipped documents are left out',
    ({ annotations }) => annotations.some(({ status }) => status === 'skipped'),
  ],
  [
    'drafts',
    'decisions on unfinished documents are left out',
    ({ annotations }, { labels }, { options }) =>
      options.includeUnfinished === true &&
      annotations.some(
        ({ status, decisions }) => status === 'draft' && decided(decisions, labels).length > 0,
      ),
  ],
  [
    'skippedAnswers',
    'decisions on skipped documents are left out',
    ({ annotations }, { labels }) =>
      annotations.some(
        ({ status, decisions }) => status === 'skipped' && decided(decisions, labels).length > 0,
      ),
  ],
  [
    'annotators',
    'several annotators become one: where they disagree, the rule of the project counts',
    ({ annotations }) => annotations.filter(({ status }) => status !== 'skipped').length > 1,
  ],
  ['suggestions', 'suggestions are left out', ({ suggestions }) => suggestions.length > 0],
  [
    'accepted',
    'suggestions that were accepted in bulk are left out',
    ({ accepted: byModel = [] }) => byModel.length > 0,
  ],
  ['split', 'the test sample is not marked', ({ split }) => split !== null],
  ['meta', 'other fields of the documents are left out', ({ meta }) => meta.size > 0],
  [
    'comments',
    'comments are left out',
    ({ annotations }) => annotations.some(({ comment }) => comment !== undefined && comment !== ''),
  ],
  ['flags', 'flags of documents are left out', ({ flagged }) => flagged === true],
];

/** What a format can't carry at all, in words; of unfinished documents where they are to be written. */
export const lossesOf = (
  { carries }: ExportFormat,
  { includeUnfinished }: Pick<ExportOptions, 'includeUnfinished'> = {},
): string[] =>
  COSTS.filter(([what]) => !carries[what] && (what !== 'drafts' || includeUnfinished === true)).map(
    ([, words]) => words,
  );

/** What is lost of this project in a format, in words, with the number of documents concerned. Reads all documents. */
export function losses(source: ExportSource, format: ExportFormat, options: ExportOptions = {}): string[] {
  const costs = COSTS.filter(([what]) => !format.carries[what]).map(([, words, concerns]) => ({
    words,
    concerns,
    count: 0,
  }));
  for (const document of source.documents()) {
    for (const cost of costs)
      if (cost.concerns(document, source, { options, carries: format.carries })) cost.count += 1;
  }
  return [
    ...costs.flatMap(({ words, count }) => (count === 0 ? [] : [`${words} (${documents(count)})`])),
    ...(format.notes?.(source, options) ?? []),
  ];
}

export const documents = (count: number): string => (count === 1 ? '1 document' : `${count} documents`);

/** How many documents have a text like this. */
export function countTexts(source: ExportSource, test: (text: string) => boolean): number {
  let count = 0;
  for (const { text } of source.documents()) if (test(text)) count += 1;
  return count;
}

/** Half a surrogate pair is no character: only JSON can spell it. */
export function brokenCharacters(source: ExportSource): string[] {
  const count = countTexts(source, (text) => !text.isWellFormed());
  return count === 0 ? [] : [`broken characters become "\uFFFD" (${documents(count)})`];
}
