import { CsvError, type Options, parse } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { BackendError } from '../../errors.ts';
import type { AnnotationStatus, Decision, DocumentRecord, ImportItem } from '../../records.ts';
import {
  annotationRecord,
  documentRecord,
  idColumns,
  labelName,
  metaOf,
  RowError,
  rowItem,
  splitOf,
  textColumns,
  textOf,
} from '../fields.ts';
import { type FoundColumns, type ImportOptions, LIMITS } from '../options.ts';
import type { TextSource } from '../source.ts';
import { shortChoices } from './labelStudio.ts';

const YES = new Set(['1', '1.0', 'true', 't', 'yes', 'y', 'x', '✓']);
const NO = new Set(['0', '0.0', 'false', 'f', 'no', 'n']);
const UNDECIDED = new Set(['', '?', 'na', 'null']);
const NOT_LABELS = new Set([
  'id',
  'text',
  'title',
  'split',
  'annotator',
  'status',
  'comment',
  ...idColumns,
  ...textColumns,
]);
const LIST_COLUMNS = ['labels', 'label', 'categories', 'tags'];
const DELIMITERS = [',', '\t', ';', '|'] as const;
const SAMPLE_ROWS = 500;

/** How a table carries its labels: a column each, a list in one column, or a row per decision. */
type Shape =
  | { readonly kind: 'none' }
  | { readonly kind: 'columns'; readonly labels: readonly string[] }
  | { readonly kind: 'list'; readonly column: string; readonly separator: string | null }
  | { readonly kind: 'long'; readonly name: string; readonly value: string }
  | { readonly kind: 'label studio'; readonly column: string };

interface Layout {
  readonly header: readonly string[];
  readonly text: string;
  readonly id: string | null;
  readonly shape: Shape;
}

/** RFC 4180, with tolerance for lone quotes and mixed line ends; short and long rows are checked by us. */
const reading = (delimiter: string): Options => ({
  delimiter,
  bom: true,
  relax_quotes: true,
  relax_column_count: true,
  skip_empty_lines: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  max_record_size: LIMITS.record,
});

/** The delimiter that gives the same number of fields, more than one, in the first rows; null: none does. */
export function findDelimiter(head: string): string | null {
  const counts = DELIMITERS.map((delimiter) => {
    const rows = sampleRows(head, delimiter).slice(0, 100);
    const width = rows[0]?.length ?? 0;
    const even = rows.length > 0 && rows.every((row) => row.length === width);
    return { delimiter, width: even ? width : 0 };
  });
  const best = counts.reduce((a, b) => (b.width > a.width ? b : a));
  return best.width > 1 ? best.delimiter : null;
}

/** Complete rows at the beginning of a file. */
function sampleRows(head: string, delimiter: string): string[][] {
  try {
    // The last row may be cut: without it what is left is whole, unless a quote is never closed.
    const whole = head.slice(0, Math.max(head.lastIndexOf('\n'), head.lastIndexOf('\r')) + 1) || head;
    return parseSync(whole, {
      ...reading(delimiter),
      to: SAMPLE_ROWS + 1,
      skip_records_with_error: true,
    }) as string[][];
  } catch {
    return [];
  }
}

/** The rows of a table with a header. Throws `csv_broken`, `text_column_unclear` or `too_many_columns`. */
export async function* csvDocuments(
  source: TextSource,
  options: ImportOptions,
  given?: string,
): AsyncIterable<ImportItem> {
  const delimiter = given ?? findDelimiter(source.head) ?? ',';
  let layout: Layout | undefined;
  for await (const { fields, line } of rowsOf(source, delimiter)) {
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
  const [fields = []] = sampleRows(source.head, delimiter);
  return {
    names: fields.map((name) => name.trim()),
    find() {
      const { text, id, shape } = layoutOf(fields, source, delimiter, options);
      const labels = shape.kind === 'list' || shape.kind === 'label studio' ? shape.column : null;
      return { text, id, labels };
    },
  };
}

async function* rowsOf(
  source: TextSource,
  delimiter: string,
): AsyncIterable<{ fields: string[]; line: number }> {
  const parser = parse({ ...reading(delimiter), info: true });
  // Errors of the source reach the reader through the parser.
  const feed = async () => {
    try {
      for await (const chunk of source.chunks()) {
        if (!parser.write(chunk)) await new Promise((resolve) => parser.once('drain', resolve));
        if (parser.destroyed) return;
      }
      parser.end();
    } catch (error) {
      parser.destroy(error as Error);
    }
  };
  void feed();
  let last = 0;
  let rows = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      rows += 1;
      if (rows > LIMITS.rows)
        throw new BackendError('too_many_rows', `"${source.name}" has more than ${LIMITS.rows} rows.`);
      const breaks = record.reduce((sum, field) => sum + (field.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
      last = info.lines;
      yield { fields: record, line: Math.max(1, last - breaks) };
    }
  } catch (error) {
    throw error instanceof CsvError ? brokenCsv(source.name, error, last) : error;
  } finally {
    parser.destroy();
  }
}

function brokenCsv(name: string, error: CsvError, lastLine: number): BackendError {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return new BackendError(
      'csv_broken',
      `In "${name}" the quote that opens on line ${lastLine + 1} is never closed.`,
      'Close it, or write "" for a quote inside a quoted field.',
    );
  }
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return new BackendError(
      'csv_broken',
      `In "${name}" the row that begins on line ${lastLine + 1} is longer than 20 million characters.`,
      'Is a quote there never closed?',
    );
  }
  return new BackendError(
    'csv_broken',
    `"${name}" can't be read after line ${lastLine}: ${error.message.split('\n')[0]}.`,
  );
}

function layoutOf(
  fields: readonly string[],
  source: TextSource,
  delimiter: string,
  options: ImportOptions,
): Layout {
  const header = fields.map((name) => name.trim());
  if (header.length > LIMITS.columns) {
    throw new BackendError(
      'too_many_columns',
      `"${source.name}" has ${header.length} columns; at most ${LIMITS.columns} can be read.`,
      'Keep the columns with id, text and labels.',
    );
  }
  const rows = sampleRows(source.head, delimiter).slice(1);
  const cells = new Map(header.map((name, i) => [name, rows.map((row) => row[i] ?? '')]));
  const id = options.idColumn ?? idColumns.find((name) => header.includes(name)) ?? null;
  for (const named of [options.textColumn, options.idColumn, options.labelsColumn]) {
    if (named !== undefined && !header.includes(named)) throw noColumn(source.name, named, header);
  }
  const labels = header.filter(
    (name) => name !== options.textColumn && name !== id && isLabelColumn(name, cells.get(name)!),
  );
  const text = options.textColumn ?? findText(header, { labels, id, cells, name: source.name });
  return { header, text, id, shape: shapeOf(header, { labels, text, cells, options }) };
}

const noColumn = (name: string, column: string, header: readonly string[]) =>
  new BackendError(
    'column_missing',
    `"${name}" has no column "${column}".`,
    `It has: ${header.slice(0, 20).join(', ')}.`,
  );

const isLabelColumn = (name: string, values: readonly string[]): boolean =>
  name !== '' &&
  !NOT_LABELS.has(name.toLowerCase()) &&
  values.some((value) => !UNDECIDED.has(folded(value))) &&
  values.every((value) => UNDECIDED.has(folded(value)) || YES.has(folded(value)) || NO.has(folded(value)));

const folded = (value: string) => value.trim().toLowerCase();

function findText(
  header: readonly string[],
  {
    labels,
    id,
    cells,
    name,
  }: { labels: readonly string[]; id: string | null; cells: ReadonlyMap<string, string[]>; name: string },
): string {
  const usual = textColumns.find((column) => header.some((h) => h.toLowerCase() === column));
  if (usual !== undefined) return header.find((h) => h.toLowerCase() === usual)!;
  const rest = header.filter(
    (h) =>
      h !== id &&
      !labels.includes(h) &&
      !NOT_LABELS.has(h.toLowerCase()) &&
      !LIST_COLUMNS.includes(h.toLowerCase()),
  );
  const wordy = rest.filter((h) => cells.get(h)!.some((value) => value.trim().split(/\s+/).length > 3));
  const [only] = wordy.length === 1 ? wordy : rest.length === 1 ? rest : [];
  if (only !== undefined) return only;
  throw new BackendError(
    'text_column_unclear',
    `It is unclear which column of "${name}" is the text.`,
    `Say it with --text-column: ${header.slice(0, 20).join(', ')}.`,
  );
}

function shapeOf(
  header: readonly string[],
  {
    labels,
    text,
    cells,
    options,
  }: {
    labels: readonly string[];
    text: string;
    cells: ReadonlyMap<string, string[]>;
    options: ImportOptions;
  },
): Shape {
  const own = (names: readonly string[]) => header.find((name) => names.includes(name.toLowerCase()));
  const long = own(['category_name', 'category']);
  const value = own(['label', 'value', 'decision']);
  if (options.labelsColumn === undefined && long !== undefined && value !== undefined) {
    return { kind: 'long', name: long, value };
  }
  const list = options.labelsColumn ?? own(LIST_COLUMNS);
  if (list !== undefined && list !== text && !labels.includes(list)) {
    if (header.includes('annotation_id')) return { kind: 'label studio', column: list };
    return { kind: 'list', column: list, separator: separatorOf(cells.get(list)!) };
  }
  const columns = labels.filter((name) => name !== text);
  return columns.length > 0 ? { kind: 'columns', labels: columns } : { kind: 'none' };
}

/**
 * The separator of a list column: the first that gives repeated values across rows; else | or ; where several rows
 * have it, since no one puts it into a name. null: one label per cell.
 */
function separatorOf(values: readonly string[]): string | null {
  for (const separator of ['|', ';', '#', ',']) {
    if (!values.some((value) => value.includes(separator))) continue;
    const parts = values
      .flatMap((value) => value.split(separator).map((part) => part.trim()))
      .filter(Boolean);
    if (new Set(parts).size < parts.length) return separator;
  }
  const separates = (separator: string) => values.filter((value) => value.includes(separator)).length > 1;
  return ['|', ';'].find(separates) ?? null;
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

function decisionOf(value: string, column: string): Decision | null {
  const given = folded(value);
  if (YES.has(given)) return 'yes';
  if (NO.has(given)) return 'no';
  if (UNDECIDED.has(given)) return null;
  throw new RowError('The cell says neither yes nor no.', { column, value });
}

/** A JSON array, a Python list, or names with a separator. */
export function listIn(cell: string, separator: string | null, column: string): string[] {
  const text = cell.trim();
  if (text.startsWith('[') && text.endsWith(']')) {
    try {
      const parsed: unknown = JSON.parse(text);
      if (Array.isArray(parsed)) return parsed.map((name) => labelName(name, column));
    } catch {
      return pythonList(text, column);
    }
  }
  return (separator === null ? [text] : text.split(separator)).map((name) => name.trim()).filter(Boolean);
}

/** A list of strings as Python prints it: single or double quotes, backslash escapes. Nothing is evaluated. */
function pythonList(text: string, column: string): string[] {
  const names: string[] = [];
  const item = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(,|$)/y;
  const inner = text.slice(1, -1);
  while (item.lastIndex < inner.length) {
    const at = item.lastIndex;
    const found = item.exec(inner);
    if (!found) throw new RowError('The list of labels is broken.', { column, value: text.slice(at) });
    names.push(
      (found[1] ?? found[2] ?? '').replace(/\\(.)/g, (_, c: string) =>
        c === 'n' ? '\n' : c === 't' ? '\t' : c,
      ),
    );
  }
  return names;
}
