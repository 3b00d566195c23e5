import { BackendError } from '../../errors.ts';
import { SAFE_TABLE } from '../../files/csvSafety.ts';
import { csvPieces } from '../../files/csvText.ts';
import type { AnnotationRecord, ExportDocument, ExportSource, MetaValue } from '../../records.ts';
import { scoresOf, writable } from '../answers.ts';
import { metaCell, metaColumns } from '../columns.ts';
import { type ExportFormat, type ExportOptions, listed } from '../format.ts';
import { brokenCharacters } from '../losses.ts';

const FIXED = SAFE_TABLE;
/** Importing takes columns of these names for something else than a label or a field. */
const MEANINGFUL: ReadonlySet<string> = new Set([
  ...['title', 'sentence', 'content', 'document', 'body', 'review', 'message'],
  ...['external_id', 'doc_id', 'document_id', '_id', 'uid', 'annotation_id', ''],
  ...['label', 'labels', 'categories', 'tags', 'category', 'category_name'],
]);
const VALUE = { yes: '1', no: '0', undecided: '' } as const;

/** A column per label: 1 yes, 0 no, empty undecided; a row per document and annotator. */
export const csv: ExportFormat = {
  name: 'csv',
  title: 'CSV',
  description: 'a table with a column per label: 1, 0 or empty',
  extension: '.csv',
  carries: {
    ids: true,
    undecided: true,
    noneApply: true,
    skipped: true,
    drafts: true,
    skippedAnswers: true,
    annotators: true,
    suggestions: false,
    split: true,
    meta: true,
    comments: true,
  },
  write: (source, options) => csvPieces(rows(source, options), options.excelSafe === true),
  notes,
};

function* rows(source: ExportSource, options: ExportOptions): Iterable<string[]> {
  const { labels } = source;
  requireNames(source);
  const columns = metaColumns(source, isTaken(source));
  const scored = options.scores ? labels.map(({ name }) => `${name} score`) : [];
  yield [...FIXED, ...labels.map(({ name }) => name), ...scored, ...columns.map(({ name }) => name)];
  for (const document of source.documents()) {
    const own = writable(document, options, { drafts: true, skipped: true });
    const annotations = own.length === 0 && options.includeUnfinished ? [null] : own;
    const scores = new Map(options.scores ? scoresOf(document, source, options)?.scores : []);
    const rest = [
      ...scored.map((_, i) => String(scores.get(labels[i]!.name) ?? '')),
      ...columns.map((column) => String(metaCell(document, column) ?? '')),
    ];
    for (const annotation of annotations) {
      const decisions = labels.map(({ name }) => VALUE[annotation?.decisions.get(name) ?? 'undecided']);
      yield [...fixedCells(document, annotation), ...decisions, ...rest];
    }
  }
}

const fixedCells = (
  { id, text, split }: ExportDocument,
  annotation: AnnotationRecord | null,
): [string, string, string, string, string, string] => [
  id,
  text,
  split ?? '',
  annotation?.status ?? 'new',
  annotation?.annotator ?? '',
  annotation?.comment ?? '',
];

const isFixed = (name: string) => FIXED.some((column) => column === name.trim().toLowerCase());

function isTaken({ labels }: ExportSource): (name: string) => boolean {
  const names = new Set(labels.flatMap(({ name }) => [name, `${name} score`]));
  return (name) => isFixed(name) || MEANINGFUL.has(name.trim().toLowerCase()) || names.has(name);
}

function requireNames({ labels }: ExportSource): void {
  const clash = labels.find(({ name }) => isFixed(name));
  if (!clash) return;
  throw new BackendError(
    'label_not_writable',
    `The label "${clash.name}" can't be a column of a CSV: every table has a column of that name already.`,
    'Rename the label, or choose another format, such as jsonl.',
    undefined,
    { name: clash.name },
  );
}

/** What a table can't say of itself: which of its columns are labels, and that a number is one. */
function notes(source: ExportSource): string[] {
  const unclear = source.labels.map(({ name }) => name).filter((name) => MEANINGFUL.has(name.toLowerCase()));
  const columns = metaColumns(source, isTaken(source));
  const numbers = columns.filter(({ kind }) => kind !== 'text').map(({ name }) => name);
  const likeLabels = fieldsLikeLabels(source);
  return [
    ...(unclear.length > 0
      ? [`the columns of ${listed(unclear)} are not recognised as labels when imported`]
      : []),
    ...(numbers.length > 0
      ? [`numbers and yes/no values of other fields (${listed(numbers)}) become text`]
      : []),
    ...(likeLabels.length > 0
      ? [
          `the fields ${listed(likeLabels)} hold nothing but yes and no, so they look like labels when imported`,
        ]
      : []),
    ...brokenCharacters(source),
  ];
}

const LABEL_VALUES = /^(?:1|1\.0|true|t|yes|y|x|✓|0|0\.0|false|f|no|n|\?|na|null|)$/i;

function fieldsLikeLabels(source: ExportSource): string[] {
  const only = new Map<string, boolean>();
  const fits = (value: MetaValue) => LABEL_VALUES.test(String(value).trim());
  for (const { meta } of source.documents()) {
    for (const [key, value] of meta) only.set(key, (only.get(key) ?? true) && fits(value));
  }
  return [...only].filter(([, all]) => all).map(([key]) => key);
}
