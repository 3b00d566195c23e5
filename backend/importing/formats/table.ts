import { oneLine } from '../../../process/oneLine.ts';
import { excelUnsafe, SAFE_TABLE } from '../../files/csvSafety.ts';
import { nameKey } from '../../labels/nameKey.ts';
import {
  type Column,
  columnNames,
  isLabelStudios,
  likeLabels,
  likeProbabilities,
  rolesOf,
} from '../columns.ts';
import { idColumns, RowError, rowItem, usualColumn } from '../fields.ts';
import type { Dialect, FoundColumns, FoundItem } from '../format.ts';
import { keptCell, laterRows } from '../laterRows.ts';
import { likeLists } from '../likeLists.ts';
import { modelAnswersNote } from '../modelAnswers.ts';
import { type ImportOptions, LIMITS } from '../options.ts';
import { type Layout, rowReader } from '../rowDocument.ts';
import { cutoffOfLists } from '../scored.ts';
import { separatorOf } from '../separators.ts';
import { shownValues } from '../shownValues.ts';
import type { Looking } from '../source.ts';
import { headed } from './csvDialect.ts';
import { withinWidth } from './csvRows.ts';
import { groupedHeader } from './groupedHeader.ts';
import { hasGuards, isGuardable } from './guards.ts';
import { shortChoices } from './labelStudio.ts';
import { titleRows } from './titles.ts';

/** A table, however its file is made; whether its first row names its columns is not told yet. */
export interface Table {
  readonly name: string;
  /** The first rows. */
  readonly sample: readonly (readonly string[])[];
  /** All rows, each with the line it begins on; `looking`: nothing is counted or told of them. */
  rows(how?: Looking): AsyncIterable<{ readonly fields: string[]; readonly line: number }>;
  /** Whether its first row names its columns, where that is known. */
  readonly headed?: boolean;
  /** Whether it begins with the mark of UTF-8. */
  readonly marked: boolean;
  /** What a column without a name is called; absent: "column 3". */
  columnName?(index: number): string;
  /** Of its text; absent: it is none. */
  readonly dialect?: Pick<Dialect, 'delimiter' | 'quote' | 'escape'>;
}

/** What tables take of what can be said, beside what their files take. */
export const TABLE_OPTIONS = ['columns', 'separator', 'cutoff', 'header'] as const;

/** The documents of a table. Throws `text_column_unclear`, `column_missing` or `too_many_columns`. */
export async function* tableDocuments(given: Table, options: ImportOptions): AsyncIterable<FoundItem> {
  const { source: table, titles } = withoutTitles(given, options);
  if (titles.length > 0) yield titleNote(table.name, titles);
  const { source, groups } = withOneHeader(withRowNumbers(table, options), options);
  if (groups.length > 0) yield groupsNote(table.name, groups);
  const { layout, names, header, exact, isHeaderAgain } = layoutOf(source, options, await laterOf(source));
  const read = rowReader(layout);
  yield* modelAnswersNote(source.name, layout.columns);
  const text = layout.columns.findIndex(({ role }) => role === 'text');
  let first = true;
  const again: number[] = [];
  for await (const { fields: written, line } of source.rows()) {
    const isHeader = first && header;
    first = false;
    if (isHeader) continue;
    if (isHeaderAgain(written)) {
      again.push(line);
      continue;
    }
    const fields = withinWidth(exact(written), names.length);
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
  yield* read.told();
  if (again.length > 0) yield headerAgainNote(source.name, again);
}

/** A table's columns, what they become, and how the table is written. Throws as reading does. */
export async function tableColumns(given: Table, options: ImportOptions): Promise<FoundColumns> {
  const table = withRowNumbers(withoutTitles(given, options).source, options);
  const { source } = withOneHeader(table, options);
  const { layout, header } = layoutOf(source, options, await laterOf(source));
  return {
    columns: shownColumns(layout.columns),
    dialect: {
      ...source.dialect,
      header,
      separator: layout.listing.separator,
      ...(layout.cutoff !== undefined && { cutoff: layout.cutoff }),
    },
    probable: likeProbabilities(layout.columns, options.known),
    possible: likeLabels(layout.columns, options.known),
    listed: likeLists(layout.columns, options.known),
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
  const rows = async function* (how?: Looking) {
    let skipped = 0;
    for await (const row of source.rows(how)) {
      if (skipped < count) skipped += 1;
      else yield row;
    }
  };
  return { source: { ...source, sample: source.sample.slice(count), rows }, titles };
}

/** A table whose columns are named by one row, and what stood above their names in a row of its own. */
function withOneHeader(
  source: Table,
  { header }: ImportOptions,
): { source: Table; groups: readonly string[] } {
  const names = header === false ? null : groupedHeader(source.sample);
  if (names === null) return { source, groups: [] };
  const [upper = [], , ...sample] = source.sample;
  const rows = async function* (how?: Looking) {
    let at = 0;
    for await (const row of source.rows(how)) {
      if (at === 0) yield { ...row, fields: names };
      else if (at > 1) yield row;
      at += 1;
    }
  };
  const groups = [...new Set(upper.filter((cell) => cell.trim() !== ''))];
  return { source: { ...source, headed: true, sample: [names, ...sample], rows }, groups };
}

/**
 * A table whose rows begin with their number, which its header does not name, as R writes them. Of other rows with a
 * cell too many nobody knows where that belongs.
 */
function withRowNumbers(source: Table, { header }: ImportOptions): Table {
  const [first = [], ...below] = source.sample;
  const start = Number(below[0]?.[0]);
  const counts =
    (start === 0 || start === 1) &&
    below.every((row, i) => row.length === first.length + 1 && row[0] === String(start + i));
  const isNamed = header ?? source.headed ?? headed(source.sample);
  if (!counts || !isNamed || usualColumn(first, idColumns) !== null || below.every((row) => !row.at(-1)))
    return source;
  const rows = async function* (how?: Looking) {
    let isFirst = true;
    for await (const row of source.rows(how)) {
      yield isFirst ? { ...row, fields: ['', ...row.fields] } : row;
      isFirst = false;
    }
  };
  return { ...source, headed: true, sample: [['', ...first], ...below], rows };
}

/** Lines that are named of many. */
const MOST_LINES = 20;

const headerAgainNote = (file: string, lines: readonly number[]): FoundItem => ({
  kind: 'note',
  place: { file },
  text: `The header comes again and was left out there: ${lines.length === 1 ? 'line' : 'lines'} ${lines.slice(0, MOST_LINES).join(', ')}${lines.length > MOST_LINES ? ' …' : ''}.`,
});

const listed = (cells: readonly string[]): string =>
  cells.map((cell) => `"${oneLine(cell).slice(0, 80)}"`).join(', ');

const groupsNote = (file: string, groups: readonly string[]): FoundItem => ({
  kind: 'note',
  place: { file },
  text: `Two rows name the columns: ${listed(groups)} stand above their names.`,
});

const titleNote = (file: string, titles: readonly string[]): FoundItem => ({
  kind: 'note',
  place: { file },
  text: `What stands above the header was left out: ${listed(titles)}.`,
});

/** Columns with what is shown of their values. */
export const shownColumns = (columns: readonly Column[]): FoundColumns['columns'] =>
  columns.map(({ name, role, values, guessed }) => ({
    ...{ name, role, values: shownValues(values) },
    ...(guessed && { guessed }),
  }));

/** Whether doccano wrote a table of these columns; those of a project without fields are many people's, too. */
function isDoccanos(names: readonly string[]): 'surely' | 'maybe' | 'no' {
  if (names[0] !== 'id' || names.at(-1) !== 'label') return 'no';
  if (names[1] === 'data' || names.at(-2) === 'Comments') return 'surely';
  return names.length === 3 && names[1] === 'text' ? 'maybe' : 'no';
}

interface TableLayout {
  readonly layout: Layout;
  readonly names: readonly string[];
  readonly header: boolean;
  readonly exact: (fields: string[]) => string[];
  /** Whether a row is the header once more, as in tables that were written after one another. */
  readonly isHeaderAgain: (row: readonly string[]) => boolean;
}

/** `="0012"`: so programs write what a spreadsheet shall not take for a number. */
const formulaText = (cell: string): string =>
  cell.length > 2 && cell.startsWith('="') && cell.endsWith('"')
    ? cell.slice(2, -1).replaceAll('""', '"')
    : cell;

/** Rows after those of the sample by which, too, columns are told. */
async function laterOf(source: Table): Promise<string[][]> {
  const rows = await laterRows(source.rows({ looking: true }), {
    first: source.sample.length,
    cellsOf: ({ fields }) => fields.entries(),
    kept: ({ fields, line }) => ({ fields: fields.map(keptCell), line }),
  });
  return rows.map(({ fields }) => fields);
}

function layoutOf(source: Table, options: ImportOptions, later: readonly (readonly string[])[]): TableLayout {
  const [first = [], ...more] = source.sample;
  const ours = SAFE_TABLE.every((name, i) => first[i] === name);
  const isText = source.dialect !== undefined;
  const cell = isGuardable(first)
    ? hasGuards(source, later)
      ? excelUnsafe
      : null
    : isText
      ? formulaText
      : null;
  const exact = (fields: string[]) => (cell === null ? fields : fields.map(cell));
  const header = options.header ?? source.headed ?? headed(source.sample);
  const names = columnNames(header ? exact([...first]) : first.map(() => ''), source.columnName);
  // Cells of rows that are cut wrong tell nothing of a column.
  const named = first.filter((name) => name.trim() !== '').length;
  const isHeaderAgain = (row: readonly string[]) =>
    header && named > 1 && row.length === first.length && row.every((own, i) => own === first[i]);
  const sampled = [...(header ? more : source.sample), ...later];
  const below = sampled
    .filter((row) => !isHeaderAgain(row))
    .map((row) => withinWidth([...row], names.length));
  const even = below.filter((row) => row.length === names.length);
  const rows = even.length > 0 ? even : below;
  const found = names.map((name, i) => ({
    name,
    values: rows.map((row) => row[i] ?? ''),
    unnamed: header && first[i]?.trim() === '',
    headless: !header,
  }));
  const given = withoutHeader(options.columns, { names, header });
  const columns = rolesOf(found, { given, ours, file: source.name, known: options.known });
  const known = new Set((options.known ?? []).map(nameKey));
  const lists = columns.filter(({ role }) => role === 'labels' || role === 'rejected');
  const cells = lists.flatMap(({ values }) => values);
  const has = (name: string) => names.includes(name);
  return {
    names,
    header,
    exact,
    isHeaderAgain,
    layout: {
      file: source.name,
      columns,
      listing: {
        known,
        separator: options.separator ?? separatorOf(cells, { known, hash: isDoccanos(names) }),
        cutoff: cutoffOfLists(options),
      },
      cutoff: options.cutoff,
      isTable: true,
      textsAlone: options.textsAlone,
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
