import { excelUnsafe, SAFE_TABLE } from '../../files/csvSafety.ts';
import type { AnnotationStatus, Decision, DocumentRecord, ImportItem } from '../../records.ts';
import {
  annotationRecord,
  documentRecord,
  labelName,
  metaOf,
  RowError,
  rowItem,
  splitOf,
  textOf,
} from '../fields.ts';
import { type FoundColumns, type ImportOptions, LIMITS } from '../options.ts';
import type { TextSource } from '../source.ts';
import { decisionOf, listIn } from './csvCells.ts';
import { type Layout, layoutOf, type Shape } from './csvLayout.ts';
import { findDelimiter, rowsOf, sampleRows } from './csvRows.ts';
import { shortChoices } from './labelStudio.ts';

/** The rows of a table with a header. Throws `csv_broken`, `text_column_unclear` or `too_many_columns`. */
export async function* csvDocuments(
  source: TextSource,
  options: ImportOptions,
  given?: string,
): AsyncIterable<ImportItem> {
  const delimiter = given ?? findDelimiter(source.head) ?? ',';
  let layout: Layout | undefined;
  let exact: Exact = same;
  for await (const { fields: written, line } of rowsOf(source, delimiter)) {
    if (!layout) exact = exactOf(written, source);
    const fields = exact(written);
    if (!layout) {
      layout = layoutOf(fields, source, delimiter, options);
      continue;
    }
    const { header } = layout;
    const known = layout;
    const place = { file: source.name, line };
    yield rowItem(place, () => {
      if (fields.length !== header.length) {
        throw new RowError(`The row has ${fields.length} fields where the header has ${header.length}.`, {
          value: fields.join(delimiter),
        });
      }
      return documentOf(new Map(header.map((name, i) => [name, fields[i]!])), known);
    });
  }
}

/** The names in a table's first row, and which of them are text, id and list of labels. Throws as reading does. */
export function csvColumns(source: TextSource, options: ImportOptions, given?: string): FoundColumns {
  const delimiter = given ?? findDelimiter(source.head) ?? ',';
  const [written = []] = sampleRows(source.head, delimiter);
  const fields = exactOf(written, source)(written);
  return {
    names: fields.map((name) => name.trim()),
    find() {
      const { text, id, shape } = layoutOf(fields, source, delimiter, options);
      const labels = shape.kind === 'list' || shape.kind === 'label studio' ? shape.column : null;
      return { text, id, labels };
    },
  };
}

type Exact = (fields: string[]) => string[];
const same: Exact = (fields) => fields;

/** Undoes the apostrophes of a table that we wrote for spreadsheets; in any other file they belong to the text. */
function exactOf(header: readonly string[], { marked }: TextSource): Exact {
  const ours = marked && SAFE_TABLE.every((name, i) => header[i] === name);
  return ours ? (fields) => fields.map(excelUnsafe) : same;
}

function documentOf(row: ReadonlyMap<string, string>, { text, id, shape, header }: Layout): DocumentRecord {
  const used = new Set<string | null>([
    text,
    id,
    'split',
    'status',
    'annotator',
    'comment',
    ...labelColumnsOf(shape),
  ]);
  const rest = header.filter((name) => !used.has(name)).map((name) => [name, row.get(name)!] as const);
  for (const [name, value] of row) {
    if (name !== text && value.length > LIMITS.cell) {
      throw new RowError('The cell is longer than a million characters.', { column: name, value });
    }
  }
  const annotation = annotationOf(row, shape);
  return documentRecord({
    externalId: id === null ? null : row.get(id)! || null,
    text: textOf(row.get(text), text),
    meta: metaOf(rest.filter(([, value]) => value !== '')),
    split: splitOf(row.get('split')),
    annotations: annotation === null ? [] : [annotation],
  });
}

const labelColumnsOf = (shape: Shape): readonly string[] => {
  if (shape.kind === 'columns') return shape.labels;
  if (shape.kind === 'long') return [shape.name, shape.value];
  return shape.kind === 'none' ? [] : [shape.column];
};

function annotationOf(row: ReadonlyMap<string, string>, shape: Shape) {
  const said = row.get('status') ?? '';
  if (said === 'new') return null;
  const status = ['draft', 'done', 'skipped'].includes(said) ? (said as AnnotationStatus) : undefined;
  const who = { annotator: row.get('annotator') || null, comment: row.get('comment') || undefined };
  if (status === 'skipped') return annotationRecord({ ...who, decisions: new Map(), status, closed: false });
  const found = decisionsIn(row, shape);
  if (found === null)
    return status === undefined
      ? null
      : annotationRecord({ ...who, decisions: new Map(), status, closed: false });
  return annotationRecord({ ...who, ...found, status: status ?? found.status });
}

function decisionsIn(
  row: ReadonlyMap<string, string>,
  shape: Shape,
): { decisions: Map<string, Decision>; status: AnnotationStatus; closed: boolean | null } | null {
  switch (shape.kind) {
    case 'none':
      return null;
    case 'columns': {
      const decisions = new Map<string, Decision>();
      for (const name of shape.labels) {
        const decision = decisionOf(row.get(name)!, name);
        if (decision !== null) decisions.set(labelName(name, 'header'), decision);
      }
      if (decisions.size === 0) return null;
      const status = decisions.size === shape.labels.length ? 'done' : 'draft';
      return { decisions, status, closed: false };
    }
    case 'long': {
      const name = row.get(shape.name)!;
      const decision = name.trim() === '' ? null : decisionOf(row.get(shape.value)!, shape.value);
      if (decision === null) return null;
      return {
        decisions: new Map([[labelName(name, shape.name), decision]]),
        status: 'draft',
        closed: false,
      };
    }
    case 'label studio': {
      if (row.get('annotation_id') === '') return null;
      return { decisions: shortChoices(row.get(shape.column), shape.column), status: 'done', closed: true };
    }
    case 'list': {
      const cell = row.get(shape.column)!;
      if (cell.trim() === '') return null;
      const names = listIn(cell, shape.separator, shape.column).map((name) => labelName(name, shape.column));
      return { decisions: new Map(names.map((name) => [name, 'yes'])), status: 'done', closed: null };
    }
    default:
      return shape satisfies never;
  }
}
