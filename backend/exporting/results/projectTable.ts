import type {
  AnnotationRecord,
  AnnotationStatus,
  ExportDocument,
  ExportLabel,
  ExportRow,
  ExportSource,
} from '../../records.ts';
import { type Answer, agreed, noneApplies, writable } from '../answers.ts';
import { DEFAULT_THRESHOLD, type ExportOptions } from '../format.ts';
import { type Final, finalOf, type LabelResult, labelCells, resultHeader } from './labelColumns.ts';
import { OriginalColumns } from './originalColumns.ts';
import { type Cell, joined, type ResultColumn, type ResultTable } from './table.ts';

/** Of a document, beside its own columns. */
const ABOUT: readonly ResultColumn[] = [
  { name: 'result', kind: 'list' },
  { name: 'status', kind: 'text' },
  { name: 'annotators', kind: 'text' },
  { name: 'comments', kind: 'text' },
  { name: 'model', kind: 'text' },
];

/**
 * All rows that came into a project, also those whose text had come before: the columns that they came with, then what holds, then per label what it follows from.
 * Reads the documents once for the columns, and once more for the rows.
 */
export function projectTable(source: ExportSource, options: ExportOptions = {}): ResultTable {
  const original = new OriginalColumns();
  for (const { row } of rowsOf(source)) original.add(row);
  return {
    columns: resultHeader(
      [...original.columns, ...ABOUT],
      source.labels.map(({ name }) => name),
    ),
    *rows() {
      for (const { document, row } of rowsOf(source))
        yield [...original.cells(row), ...resultCells(document, source, options)];
    },
  };
}

function* rowsOf(source: ExportSource): Iterable<ExportRow> {
  if (source.rows) yield* source.rows();
  else for (const document of source.documents()) yield { document, row: document };
}

function resultCells(document: ExportDocument, source: ExportSource, options: ExportOptions): Cell[] {
  const { annotations } = document;
  const statuses = new Set(annotations.map(({ status }) => status));
  const status = STATUSES.find((own) => statuses.has(own)) ?? 'new';
  const people = [...new Set(annotations.flatMap(({ annotator }) => annotator ?? []))];
  const results = resultsOf(document, source, options);
  const finals = results.map((result): Final => {
    const final = finalOf(result);
    // Whoever skips a document leaves open what is in it: what people decided holds, and the model does not speak for them.
    return status === 'skipped' && final.from === 'model' ? { answer: null, from: null } : final;
  });
  const comments = [...new Set(annotations.flatMap(({ comment }) => (comment ? [comment] : [])))];
  return [
    source.labels.flatMap(({ name }, i) => (finals[i]!.answer === 'yes' ? [name] : [])),
    status,
    joined(people),
    comments.join('\n'),
    document.suggestions[0]?.model ?? null,
    ...results.flatMap((result, i) => labelCells(result, finals[i]!)),
  ];
}

/** Whose word counts first, by what they made of the document. */
const STATUSES = ['done', 'draft', 'skipped'] as const;

function resultsOf(document: ExportDocument, source: ExportSource, options: ExportOptions): LabelResult[] {
  const all = writable(document, { ...options, includeUnfinished: true }, { drafts: true, skipped: true });
  const words = STATUSES.map((own) => wordOf(document, all, own, source.labels));
  const scores = new Map(document.suggestions.map(({ label, score }) => [label, score]));
  const accepted = new Set(document.accepted?.map(({ label }) => label));
  return source.labels.map(({ name, threshold }: ExportLabel) => ({
    decided: words.reduce<Word>((found, word) => found ?? word(name), null),
    accepted: accepted.has(name),
    probability: scores.get(name) ?? null,
    threshold: threshold ?? DEFAULT_THRESHOLD,
    passage: (scores.has(name) ? document.passages?.get(name) : null) ?? null,
  }));
}

type Word = LabelResult['decided'];

/** What people say of a label who left the document in a state. */
function wordOf(
  document: ExportDocument,
  annotations: readonly AnnotationRecord[],
  wanted: AnnotationStatus,
  labels: readonly ExportLabel[],
): (name: string) => Word {
  const own = annotations.filter(({ status }) => status === wanted);
  const answer: Answer | null = agreed(document, own, labels);
  const noneApply = own.some(noneApplies);
  return (name) => {
    if (!noneApply && !own.some(({ decisions }) => decisions.has(name))) return null;
    return answer?.disputed.has(name) ? 'disputed' : (answer?.decisions.get(name) ?? null);
  };
}
