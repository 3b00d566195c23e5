import { basename, dirname, extname, join } from 'node:path';
import type { ExportDocument, ExportSource, MetaValue } from '../../records.ts';
import { answerOf, listedLabels } from '../answers.ts';
import { isMeaningful, type MetaColumn, metaCell, metaColumns } from '../columns.ts';
import { beside, type Carries, type ExportFormat, type ExportOptions, type Sidecar } from '../format.ts';
import { jsonLines, objectOf, REAL } from '../json.ts';

export const CARRIES: Carries = {
  ids: true,
  undecided: false,
  noneApply: true,
  skipped: false,
  drafts: true,
  annotators: false,
  suggestions: false,
  split: true,
  meta: true,
  comments: false,
};

/** What `datasets` reads: names of the labels that apply. The test sample is a file of its own. */
export const huggingFace: ExportFormat = {
  name: 'hf',
  title: 'Hugging Face',
  description: 'JSONL for Hugging Face datasets: names of the labels that apply',
  extension: '.jsonl',
  carries: CARRIES,
  write: (source, options) => jsonLines(records(source, options, 'train')),
  sidecars: (source, options) => [
    ...testFile(source, options, () => jsonLines(records(source, options, 'test'))),
    ...(options.multiHot ? [beside('.labels.json', `${JSON.stringify(namesOf(source))}\n`)] : []),
  ],
};

const namesOf = ({ labels }: ExportSource) => labels.map(({ name }) => name);

/** Which rows: those of the test sample, or all others. */
export type Part = 'train' | 'test';

export interface Row {
  readonly document: ExportDocument;
  /** null: not annotated. */
  readonly labels: readonly string[] | null;
}

/** The documents of a part that are to be written. */
export function* rows(source: ExportSource, options: ExportOptions, part: Part): Iterable<Row> {
  for (const document of source.documents()) {
    if ((document.split === 'test') !== (part === 'test')) continue;
    const labels = listedLabels(answerOf(document, source, options), source, options);
    if (labels !== undefined) yield { document, labels };
  }
}

export interface Columns {
  /** Whether any document is marked as part of the test sample or not. */
  readonly split: boolean;
  readonly meta: readonly MetaColumn[];
}

export function columnsOf(source: ExportSource): Columns {
  let split = false;
  for (const document of source.documents()) {
    if (document.split === null) continue;
    split = true;
    break;
  }
  return { split, meta: metaColumns(source, isMeaningful) };
}

/**
 * The cells after id, text and labels. Every row has all: the library takes the types from the first rows. So what is
 * not in the test sample is "train": a column of nothing but nulls would have another type than its twin's.
 */
export const otherCells = (
  document: ExportDocument,
  { split, meta }: Columns,
): (readonly [string, MetaValue | null])[] => [
  ...(split ? [['split', document.split ?? 'train'] as const] : []),
  ...meta.map((column) => [column.name, metaCell(document, column)] as const),
];

function* records(source: ExportSource, options: ExportOptions, part: Part): Iterable<object> {
  const columns = columnsOf(source);
  const names = namesOf(source);
  // Trainer wants floats, SetFit whole numbers.
  const [one, zero] = options.multiHot === 'labels' ? [REAL.one, REAL.zero] : [1, 0];
  for (const { document, labels } of rows(source, options, part)) {
    const hot = labels && names.map((name) => (labels.includes(name) ? one : zero));
    yield {
      id: document.id,
      text: document.text,
      ...(options.multiHot ? { [options.multiHot]: hot } : { labels }),
      ...objectOf(otherCells(document, columns)),
    };
  }
}

/** The test sample beside the other documents, if it has any to write. */
export function testFile(
  source: ExportSource,
  options: ExportOptions,
  chunks: () => Iterable<string | Uint8Array>,
): readonly Sidecar[] {
  for (const _ of rows(source, options, 'test')) return [{ path: testPath, chunks: chunks() }];
  return [];
}

/** "train.jsonl" → "test.jsonl", else "data.jsonl" → "data-test.jsonl": names that `load_dataset` understands. */
function testPath(to: string): string {
  const name = basename(to);
  const twin = name.replace(/(?<![a-z0-9])train(?![a-z0-9])/i, 'test');
  if (twin !== name) return join(dirname(to), twin);
  const extension = extname(name);
  return join(dirname(to), `${name.slice(0, name.length - extension.length)}-test${extension}`);
}
