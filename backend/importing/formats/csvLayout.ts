import { BackendError } from '../../errors.ts';
import { idColumns, textColumns, usualColumn } from '../fields.ts';
import { type ImportOptions, LIMITS } from '../options.ts';
import { isDecision, isUndecided } from './csvCells.ts';

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

/** How a table carries its labels: a column each, a list in one column, or a row per decision. */
export type Shape =
  | { readonly kind: 'none' }
  | { readonly kind: 'columns'; readonly labels: readonly string[] }
  | { readonly kind: 'list'; readonly column: string; readonly separator: string | null }
  | { readonly kind: 'long'; readonly name: string; readonly value: string }
  | { readonly kind: 'label studio'; readonly column: string };

export interface Layout {
  readonly header: readonly string[];
  readonly text: string;
  readonly id: string | null;
  readonly shape: Shape;
}

/**
 * Which column is what, from the names and the first rows. Throws `too_many_columns`, `column_missing` or
 * `text_column_unclear`.
 */
export function layoutOf(
  fields: readonly string[],
  source: { readonly name: string; readonly sample: readonly (readonly string[])[] },
  options: ImportOptions,
): Layout {
  const header = fields.map((name) => name.trim());
  if (header.length > LIMITS.columns) {
    throw new BackendError(
      'too_many_columns',
      `"${source.name}" has ${header.length} columns; at most ${LIMITS.columns} can be read.`,
      'Keep the columns with id, text and labels.',
      undefined,
      { name: source.name },
    );
  }
  const rows = source.sample.slice(1);
  const cells = new Map(header.map((name, i) => [name, rows.map((row) => row[i] ?? '')]));
  const id = options.idColumn ?? usualColumn(header, idColumns);
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
    undefined,
    { name, column },
  );

const isLabelColumn = (name: string, values: readonly string[]): boolean =>
  name !== '' &&
  !NOT_LABELS.has(name.toLowerCase()) &&
  !values.every(isUndecided) &&
  values.every(isDecision);

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
    { code: 'name_text_column', columns: header.slice(0, 20) },
    undefined,
    { name },
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
  if (header.includes('annotation_id') && header.includes('lead_time')) {
    const column = header.find((name) =>
      cells.get(name)!.some((cell) => /^\s*\{\s*"choices"\s*:/.test(cell)),
    );
    if (column !== undefined && column !== text) return { kind: 'label studio', column };
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
