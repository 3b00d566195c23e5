import { stringify } from 'csv-stringify/sync';
import type { AnnotationRecord, ExportDocument, ExportSource } from '../records.ts';
import { excelSafe } from './csvSafety.ts';
import {
  accepted,
  type ExportFormat,
  type ExportOptions,
  jsonLines,
  merged,
  objectOf,
  rejected,
  scoresOf,
  writable,
} from './format.ts';

const EVERYTHING = {
  undecided: true,
  noneApply: true,
  skipped: true,
  annotators: true,
  suggestions: true,
  split: true,
  meta: true,
} as const;

/** Entail's own rows: they carry everything and can be imported again. */
export const jsonl: ExportFormat = {
  name: 'jsonl',
  description: 'one JSON object per document and annotator; carries everything',
  carries: EVERYTHING,
  write: (source, options) => jsonLines(jsonlRows(source, options)),
};

function* jsonlRows(source: ExportSource, options: ExportOptions): Iterable<object> {
  for (const document of source.documents()) {
    const annotations = writable(document, options, true);
    const rows = annotations.length > 0 ? annotations : options.includeUnfinished ? [null] : [];
    for (const annotation of rows) yield jsonlRow(document, annotation, source);
  }
}

function jsonlRow(document: ExportDocument, annotation: AnnotationRecord | null, source: ExportSource) {
  const { id, text, split, meta } = document;
  const scores = scoresOf(document, source);
  const models = new Map(document.suggestions.map(({ label, model }) => [label, model]));
  return {
    id,
    text,
    ...(annotation && {
      labels: accepted(annotation, source),
      rejected: rejected(annotation, source),
      status: annotation.status,
      ...(annotation.annotator !== null && { annotator: annotation.annotator }),
      ...(annotation.comment && { comment: annotation.comment }),
      ...(annotation.seconds !== undefined && { seconds: annotation.seconds }),
      ...(annotation.at && { at: annotation.at }),
    }),
    ...(split && { split }),
    ...(meta.size > 0 && { meta: objectOf(meta) }),
    ...(scores && {
      suggestions: scores.map(([label, score]) => ({ label, score, model: models.get(label) })),
    }),
  };
}

/** A column per label: 1 yes, 0 no, empty undecided. */
export const csv: ExportFormat = {
  name: 'csv',
  description: 'a table with a column per label: 1, 0 or empty',
  carries: { ...EVERYTHING, suggestions: false, meta: false },
  *write(source, options) {
    const cell = options.excelSafe ? excelSafe : (text: string) => text;
    const names = source.labels.map(({ name }) => name);
    const line = (cells: readonly string[]) => stringify([cells.map(cell)], { quoted_match: /[\r\n]/ });
    yield line(['id', 'text', 'split', 'status', 'annotator', 'comment', ...names]);
    for (const document of source.documents()) {
      const annotations = writable(document, options, true);
      for (const annotation of annotations.length > 0
        ? annotations
        : options.includeUnfinished
          ? [null]
          : []) {
        const value = (name: string) => VALUE[annotation?.decisions.get(name) ?? 'undecided'];
        yield line([
          document.id,
          document.text,
          document.split ?? '',
          annotation?.status ?? 'new',
          annotation?.annotator ?? '',
          annotation?.comment ?? '',
          ...names.map(value),
        ]);
      }
    }
  },
};

const VALUE = { yes: '1', no: '0', undecided: '' } as const;

/** What `datasets` reads: names of the labels that apply. */
export const huggingFace: ExportFormat = {
  name: 'hf',
  description: 'JSONL for Hugging Face datasets: names of the labels that apply',
  carries: {
    ...EVERYTHING,
    undecided: false,
    skipped: false,
    annotators: false,
    suggestions: false,
    split: true,
  },
  write: (source, options) => jsonLines(huggingFaceRows(source, options)),
};

function* huggingFaceRows(source: ExportSource, options: ExportOptions): Iterable<object> {
  // Every row has the same columns: the library takes the types from the first.
  const meta = new Set<string>();
  for (const document of source.documents()) for (const key of document.meta.keys()) meta.add(key);
  const columns = [...meta].filter((key) => !['id', 'text', 'labels', 'split'].includes(key)).sort();
  for (const document of source.documents()) {
    const annotation = merged(document, options);
    if (!annotation) continue;
    const { id, text, split } = document;
    yield {
      id,
      text,
      labels: accepted(annotation, source),
      split: split ?? 'train',
      ...objectOf(columns.map((key) => [key, document.meta.get(key)?.toString() ?? null])),
    };
  }
}
