import { oneLine } from '../../../process/oneLine.ts';
import { excelUnsafe, SAFE_TABLE } from '../../files/csvSafety.ts';
import { separatorOf } from '../cells.ts';
import { columnNames, isLabelStudios, likeProbabilities, REFUSED_COLUMNS, rolesOf } from '../columns.ts';
import { inJson, RowError, rowItem } from '../fields.ts';
import type { Dialect, FoundColumns, FoundItem } from '../format.ts';
import { modelAnswersNote } from '../modelAnswers.ts';
import { type ImportOptions, LIMITS } from '../options.ts';
import { type Layout, rowReader } from '../rowDocument.ts';
import { headed, titleRows } from './csvDialect.ts';
import { shortChoices } from './labelStudio.ts';

/** A table, however its file is made; whether its first row names its columns is not told yet. */
export interface Table {
  readonly name: string;
  /** The first rows. */
  readonly sample: readonly (readonly string[])[];
  /** All rows, each with the line it begins on. */
  rows(): AsyncIterable<{ readonly fields: string[]; readonly line: number }>;
  /** Whether it begins with the mark of UTF-8. */
  readonly marked: boolean;
  /** What a column without a name is called; absent: "column 3". */
  columnName?(index: number): string;
  /** Of its text; absent: it is none. */
  readonly dialect?: Pick<Dialect, 'delimiter' | 'quote' | 'escape'>;
}

/** What tables take of what can be said, beside what their files take. */
export const TABLE_OPTIONS = ['columns', 'separator', 'cutoff', 'header'] as const;

const VALUES = 5;
const VALUE_UNITS = 100;

/** The documents of a table. Throws `text_column_unclear`, `column_missing` or `too_many_columns`. */
export async function* tableDocuments(given: Table, options: ImportOptions): AsyncIterable<FoundItem> {
  const { source, titles } = withoutTitles(given, options);
  if (titles.length > 0) yield titleNote(source.name, titles);
  const { layout, names, header, exact } = layoutOf(source, options);
  const read = rowReader(layout);
  yield* modelAnswersNote(source.name, layout.columns);
  const text = layout.columns.findIndex(({ role }) => role === 'text');
  let first = true;
  for await (const { fields: written, line } of source.rows()) {
    const isHeader = first && header;
    first = false;
    if (isHeader) continue;
    const fields = exact(written);
    yield rowItem(
      { file: source.name, line },
      () => {
        if (fields.length !== names.length) {
          throw new RowError(
            `The row has ${fields.length} fields where the ${header ? 'header' : 'first row'} has ${names.length}.`,
            {
              value: fields.join(source.dialect?.delimiter || ','),
            },
          );
        }
        const long = fields.findIndex((cell, i) => i !== text && cell.length > LIMITS.cell);
        if (long >= 0) {
          const column = names[long]!;
          throw new RowError('The cell is longer than a million characters.', {
            column,
            value: fields[long],
          });
        }
        return read(new Map(names.map((name, i) => [name, fields[i]])));
      },
      { names, fields },
    );
  }
}

/** A table's columns, what they become, and how the table is written. Throws as reading does. */
export function tableColumns(given: Table, options: ImportOptions): FoundColumns {
  const { source } = withoutTitles(given, options);
  const { layout, header } = layoutOf(source, options);
  return {
    columns: layout.columns.map(({ name, role, values }) => ({ name, role, values: shown(values) })),
    dialect: {
      ...source.dialect,
      header,
      separator: layout.listing.separator,
      ...(layout.cutoff !== undefined && { cutoff: layout.cutoff }),
    },
    probable: likeProbabilities(layout.columns),
  };
}

/** A table from its header on, and what stood above it; whoever says that there is no header means all rows. */
function withoutTitles(
  source: Table,
  { header }: ImportOptions,
): { source: Table; titles: readonly string[] } {
  const count = header === false ? 0 : titleRows(source.sample);
  if (count === 0) return { source, titles: [] };
  const titles = source.sample
    .slice(0, count)
    .map((row) => row.filter((cell) => cell.trim() !== '').join(' '));
  const rows = async function* () {
    let skipped = 0;
    for await (const row of source.rows()) {
      if (skipped < count) skipped += 1;
      else yield row;
    }
  };
  return { source: { ...source, sample: source.sample.slice(count), rows }, titles };
}

const titleNote = (file: string, titles: readonly string[]): FoundItem => ({
  kind: 'note',
  place: { file },
  text: `What stands above the header was left out: ${titles.map((title) => `"${oneLine(title).slice(0, 80)}"`).join(', ')}.`,
});

/** The first different values that say something, cut. */
export const shown = (values: readonly unknown[]): string[] => {
  const told = values.map((value) => (typeof value === 'string' ? value : (inJson(value) ?? '')));
  return [...new Set(told.filter((value) => value.trim() !== ''))]
    .slice(0, VALUES)
    .map((value) => value.slice(0, VALUE_UNITS));
};

interface TableLayout {
  readonly layout: Layout;
  readonly names: readonly string[];
  readonly header: boolean;
  readonly exact: (fields: string[]) => string[];
}

function layoutOf(source: Table, options: ImportOptions): TableLayout {
  const [first = [], ...more] = source.sample;
  const ours = SAFE_TABLE.every((name, i) => first[i] === name);
  // Apostrophes that we wrote for spreadsheets are undone; in any other file they belong to the text.
  const guarded = ours || REFUSED_COLUMNS.every((name, i) => first[i] === name);
  const exact =
    guarded && source.marked ? (fields: string[]) => fields.map(excelUnsafe) : (fields: string[]) => fields;
  const header = options.header ?? headed(source.sample);
  const names = columnNames(header ? exact([...first]) : first.map(() => ''), source.columnName);
  // Cells of rows that are cut wrong tell nothing of a column.
  const even = (header ? more : source.sample).filter((row) => row.length === names.length);
  const rows = even.length > 0 ? even : header ? more : source.sample;
  const sampled = names.map((name, i) => ({ name, values: rows.map((row) => row[i] ?? '') }));
  const given = withoutHeader(options.columns, { names, header });
  const columns = rolesOf(sampled, { given, ours, file: source.name, known: options.known });
  const known = new Set((options.known ?? []).map((name) => name.toLowerCase()));
  const lists = columns.filter(({ role }) => role === 'labels' || role === 'rejected');
  const cells = lists.flatMap(({ values }) => values);
  // As doccano writes its tables.
  const hash = ['id,text,label', 'id,data,label'].includes(names.join(','));
  const has = (name: string) => names.includes(name);
  return {
    names,
    header,
    exact,
    layout: {
      file: source.name,
      columns,
      listing: { known, separator: options.separator ?? separatorOf(cells, { known, hash }) },
      cutoff: options.cutoff,
      isTable: true,
      by: ours
        ? 'us'
        : isLabelStudios(names) || (has('annotation_id') && lists.length > 0)
          ? 'label studio'
          : 'others',
      choices: shortChoices,
    },
  };
}

/** Columns without names may be said by their number: "2" is the second. */
const withoutHeader = (
  given: ImportOptions['columns'],
  { names, header }: { names: readonly string[]; header: boolean },
): ImportOptions['columns'] =>
  given?.map((one) =>
    !header && !names.includes(one.column) && /^\d+$/.test(one.column)
      ? { ...one, column: `column ${one.column}` }
      : one,
  );
