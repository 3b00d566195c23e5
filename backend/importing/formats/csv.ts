import { excelUnsafe, SAFE_TABLE } from '../../files/csvSafety.ts';
import type { Absence, AnnotationStatus, Decision } from '../../records.ts';
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
import type {
  DocumentFormat,
  FoundAnnotation,
  FoundColumns,
  FoundDocument,
  FoundItem,
  ImportFormat,
  Role,
} from '../format.ts';
import { type ImportOptions, LIMITS } from '../options.ts';
import type { TextSource } from '../source.ts';
import { decisionOf, listIn } from './csvCells.ts';
import { type Layout, layoutOf, type Shape } from './csvLayout.ts';
import { findDelimiter, rowsOf, sampleRows } from './csvRows.ts';
import { shortChoices } from './labelStudio.ts';

const table: Pick<ImportFormat, 'takes' | 'absence'> = {
  takes: ['textColumn', 'idColumn', 'labelsColumn', 'delimiter', 'encoding'],
  // Of a list in a cell; the other ways to write labels into a table tell.
  absence: 'open',
};

/** A table with a header; what its delimiter is shows. */
export const csv: DocumentFormat = {
  ...table,
  id: 'csv',
  name: 'CSV',
  endings: { '.csv': 'CSV' },
  async sniff(file) {
    const { ending } = file;
    if (ending === '.txt') return null;
    const delimiter = findDelimiter((await file.text()).head);
    if (delimiter !== null) return { kind: 'delimiter', delimiter };
    return ending === '.csv' ? { kind: 'ending', ending } : null;
  },
  async *read(file, options) {
    yield* tableDocuments(tableOf(await file.text(), options), options);
  },
  columns: async (file, options) => tableColumns(tableOf(await file.text(), options), options),
};

export const tsv: ImportFormat = {
  ...table,
  id: 'tsv',
  name: 'TSV',
  endings: { '.tsv': 'TSV' },
  sniff: ({ ending }) => (ending === '.tsv' ? { kind: 'ending', ending } : null),
  read: (file, options) => csv.read(file, { delimiter: '\t', ...given(options) }),
  columns: async (file, options) =>
    tableColumns(tableOf(await file.text(), { delimiter: '\t', ...given(options) }), options),
};

/** Without `delimiter` where none was said, so that it does not hide what the format has. */
const given = ({ delimiter, ...options }: ImportOptions): ImportOptions =>
  delimiter === undefined ? options : { ...options, delimiter };

/** A table whose first row names its columns, however its file is made. */
export interface Table {
  readonly name: string;
  /** The first rows, that of the names among them. */
  readonly sample: readonly (readonly string[])[];
  /** All rows, each with the line it begins on. */
  rows(): AsyncIterable<{ readonly fields: string[]; readonly line: number }>;
  /** Whether it begins with the mark of UTF-8. */
  readonly marked: boolean;
}

function tableOf(source: TextSource, options: ImportOptions): Table {
  const delimiter = options.delimiter ?? findDelimiter(source.head) ?? ',';
  return {
    name: source.name,
    sample: sampleRows(source.head, delimiter),
    rows: () => rowsOf(source, delimiter),
    marked: source.marked,
  };
}

/** The documents of a table with a header. Throws `csv_broken`, `text_column_unclear` or `too_many_columns`. */
export async function* tableDocuments(source: Table, options: ImportOptions): AsyncIterable<FoundItem> {
  let layout: Layout | undefined;
  let exact: Exact = same;
  for await (const { fields: written, line } of source.rows()) {
    if (!layout) exact = exactOf(written, source);
    const fields = exact(written);
    if (!layout) {
      layout = layoutOf(fields, source, options);
      continue;
    }
    const { header } = layout;
    const known = layout;
    const place = { file: source.name, line };
    yield rowItem(place, () => {
      if (fields.length !== header.length) {
        throw new RowError(`The row has ${fields.length} fields where the header has ${header.length}.`, {
          value: fields.join(options.delimiter ?? ','),
        });
      }
      return documentOf(new Map(header.map((name, i) => [name, fields[i]!])), known);
    });
  }
}

/** The names in a table's first row, and what they become. Throws as reading does. */
export function tableColumns(source: Table, options: ImportOptions): FoundColumns {
  const [written = []] = source.sample;
  const fields = exactOf(written, source)([...written]);
  return {
    names: fields.map((name) => name.trim()),
    roles() {
      const { header, ...layout } = layoutOf(fields, source, options);
      const roles = rolesOf(layout);
      return header.map((name) => roles.get(name) ?? 'meta');
    },
  };
}

/** Columns that mean something by their names. */
const OURS: ReadonlyMap<string, Role> = new Map([
  ['split', 'split'],
  ['status', 'status'],
  ['annotator', 'annotator'],
  ['comment', 'note'],
]);

/** What columns become that are no metadata. */
function rolesOf({ text, id, shape }: Pick<Layout, 'text' | 'id' | 'shape'>): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>([...OURS, ...labelRoles(shape)]);
  if (id !== null) roles.set(id, 'id');
  return roles.set(text, 'text');
}

function labelRoles(shape: Shape): readonly (readonly [string, Role])[] {
  switch (shape.kind) {
    case 'columns':
      return shape.labels.map((name) => [name, 'label']);
    case 'long':
      return [
        [shape.name, 'label name'],
        [shape.value, 'decision'],
      ];
    case 'list':
    case 'label studio':
      return [[shape.column, 'labels']];
    case 'none':
      return [];
    default:
      return shape satisfies never;
  }
}

type Exact = (fields: string[]) => string[];
const same: Exact = (fields) => fields;

/** Undoes the apostrophes of a table that we wrote for spreadsheets; in any other file they belong to the text. */
function exactOf(header: readonly string[], { marked }: Table): Exact {
  const ours = marked && SAFE_TABLE.every((name, i) => header[i] === name);
  return ours ? (fields) => fields.map(excelUnsafe) : same;
}

function documentOf(row: ReadonlyMap<string, string>, { header, ...layout }: Layout): FoundDocument {
  const { text, id, shape } = layout;
  const used = rolesOf(layout);
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

function annotationOf(row: ReadonlyMap<string, string>, shape: Shape): FoundAnnotation | null {
  const said = row.get('status') ?? '';
  if (said === 'new') return null;
  const status = ['draft', 'done', 'skipped'].includes(said) ? (said as AnnotationStatus) : undefined;
  const who = { annotator: row.get('annotator') || null, comment: row.get('comment') || undefined };
  if (status === 'skipped')
    return annotationRecord({ ...who, decisions: new Map(), status, absence: 'said' });
  const found = decisionsIn(row, shape);
  if (found === null)
    return status === undefined
      ? null
      : annotationRecord({ ...who, decisions: new Map(), status, absence: 'said' });
  return annotationRecord({ ...who, ...found, status: status ?? found.status });
}

function decisionsIn(
  row: ReadonlyMap<string, string>,
  shape: Shape,
): { decisions: Map<string, Decision>; status: AnnotationStatus; absence?: Absence } | null {
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
      return { decisions, status, absence: 'said' };
    }
    case 'long': {
      const name = row.get(shape.name)!;
      const decision = name.trim() === '' ? null : decisionOf(row.get(shape.value)!, shape.value);
      if (decision === null) return null;
      return {
        decisions: new Map([[labelName(name, shape.name), decision]]),
        status: 'draft',
        absence: 'said',
      };
    }
    case 'label studio': {
      if (row.get('annotation_id') === '') return null;
      return { decisions: shortChoices(row.get(shape.column), shape.column), status: 'done', absence: 'no' };
    }
    case 'list': {
      const cell = row.get(shape.column)!;
      if (cell.trim() === '') return null;
      const names = listIn(cell, shape.separator, shape.column).map((name) => labelName(name, shape.column));
      return { decisions: new Map(names.map((name) => [name, 'yes'])), status: 'done' };
    }
    default:
      return shape satisfies never;
  }
}
