import { BackendError } from '../../errors.ts';
import type { ImportFile } from '../file.ts';
import type { DocumentFormat, FoundItem, ImportFormat, Note } from '../format.ts';
import type { ImportOptions } from '../options.ts';
import { type Beginning, type Looking, readBy, type TextSource } from '../source.ts';
import { dialectOf, type FoundDialect, hasUsualName } from './csvDialect.ts';
import { rowsOf, sampleRows } from './csvRows.ts';
import { cellsOfDrawn, type Drawn, drawnIn } from './drawnTable.ts';
import { TABLE_OPTIONS, type Table, tableColumns, tableDocuments } from './table.ts';

const common: Pick<ImportFormat, 'takes' | 'absence'> = {
  takes: [...TABLE_OPTIONS, 'delimiter', 'quote', 'escape', 'encoding'],
  // Of a list in a cell; the other ways to write labels into a table tell.
  absence: 'open',
};

/** A table; what its delimiter is shows. */
export const csv: DocumentFormat = {
  ...common,
  id: 'csv',
  name: 'CSV',
  endings: { '.csv': 'CSV' },
  async sniff(file, { delimiter, whole, split }) {
    const { ending } = file;
    if (ending === '.txt' && (whole || split)) return null;
    const source = await file.text();
    const { head } = source;
    if (drawn(head, { delimiter }) !== null) return { kind: 'delimiter', delimiter: '|' };
    const found = dialectOf(source);
    if (ending === '.csv')
      return found ? { kind: 'delimiter', delimiter: found.delimiter } : { kind: 'ending', ending };
    // What is not called a table has to look like one all through.
    if (delimiter !== undefined && delimiter !== '') return { kind: 'delimiter', delimiter };
    return found && isTable(found, source, ending) ? { kind: 'delimiter', delimiter: found.delimiter } : null;
  },
  async *read(file, options) {
    yield* documentsOf(file, options);
  },
  columns: async (file, options) => tableColumns(tableOf(await file.text(), options), options),
};

export const tsv: ImportFormat = {
  ...common,
  id: 'tsv',
  name: 'TSV',
  endings: { '.tsv': 'TSV' },
  sniff: ({ ending }) => (ending === '.tsv' ? { kind: 'ending', ending } : null),
  read: (file, options) => csv.read(file, tabs(options)),
  columns: async (file, options) => tableColumns(tableOf(await file.text(), tabs(options)), tabs(options)),
};

const tabs = (options: ImportOptions): ImportOptions => ({
  ...options,
  delimiter: options.delimiter ?? '\t',
});

function isTable(found: FoundDialect, beginning: Beginning, ending: string): boolean {
  if (found.even < 1) return false;
  const rows = sampleRows(beginning, found, 2);
  if (ending !== '.txt') return true;
  // Lines of a text have commas, too.
  return (
    (found.delimiter === '\t' && rows.length > 1) || (rows[0] !== undefined && hasUsualName(rows[0].fields))
  );
}

async function* documentsOf(file: ImportFile, options: ImportOptions): AsyncIterable<FoundItem> {
  const table = tableOf(await file.text(), options);
  const loose: number[] = [];
  let count = 0;
  const rows = async function* (how?: Looking) {
    for await (const row of table.rows(how)) {
      if (row.loose && !how?.looking) {
        count += 1;
        if (loose.length < MOST_LINES) loose.push(row.line);
      }
      yield row;
    }
  };
  yield* tableDocuments({ ...table, rows }, options);
  if (count > 0) yield looseNote(file.name, count, loose);
}

const MOST_LINES = 20;

const looseNote = (name: string, count: number, lines: readonly number[]): Note => ({
  kind: 'note',
  place: { file: name },
  text: `${count === 1 ? 'One row has a quote that does' : `${count} rows have quotes that do`} not fit, and ${count === 1 ? 'was' : 'were'} read as if ${count === 1 ? 'it' : 'they'} meant nothing: ${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}${count > lines.length ? ' …' : ''}.`,
});

/** How a table is drawn, unless it is said to be cut otherwise. */
const drawn = (head: string, { delimiter }: Pick<ImportOptions, 'delimiter'>): Drawn | null =>
  delimiter === undefined || delimiter === '|' ? drawnIn(head) : null;

/** A table that is drawn with bars and rules, which are no rows. */
function drawnTable(source: TextSource, found: Drawn): TextTable {
  const dialect = { delimiter: '|', quote: '', escape: '', skipped: 0 };
  const ofSample = cellsOfDrawn(found);
  return {
    name: source.name,
    sample: sampleRows(source, dialect).flatMap(({ fields }) => {
      const cells = ofSample(fields);
      return cells === null ? [] : [cells];
    }),
    async *rows(how) {
      const of = cellsOfDrawn(found);
      for await (const row of rowsOf(readBy(source, how), dialect)) {
        const fields = of(row.fields);
        if (fields !== null) yield { ...row, fields };
      }
    },
    headed: true,
    marked: source.marked,
    dialect: { delimiter: '|', quote: '', escape: '' },
  };
}

type TextTable = Omit<Table, 'rows'> & { rows(how?: Looking): ReturnType<typeof rowsOf> };

function tableOf(source: TextSource, options: ImportOptions): TextTable {
  const found = drawn(source.head, options);
  if (found !== null) return drawnTable(source, found);
  const dialect = dialectOf(source, options) ?? oneColumn(source, options);
  return {
    name: source.name,
    sample: sampleRows(source, dialect).map(({ fields }) => fields),
    rows: (how) => rowsOf(readBy(source, how), dialect),
    marked: source.marked,
    dialect: { delimiter: dialect.delimiter, quote: dialect.quote, escape: dialect.escape },
  };
}

/** A table of one column, unless its first row looks as if it had several. Throws `delimiter_unclear`. */
function oneColumn(source: TextSource, options: ImportOptions): FoundDialect {
  const { head, name } = source;
  const only = dialectOf(source, { ...options, delimiter: '' });
  if (only === null) throw new Error('A table with a given delimiter has a dialect.');
  const [first] = sampleRows(source, only, 1);
  const cell = first?.fields[0] ?? '';
  const parts = cell.split(/[^\p{L}\p{M}\p{N}\s_'’"()./-]+/u).filter((part) => part.trim() !== '');
  const quoted = head.replace(/^\uFEFF/, '').startsWith('"');
  if (parts.length > 1 && !hasUsualName([cell]) && !quoted) throw unclear(name);
  return only;
}

const unclear = (name: string) =>
  new BackendError(
    'delimiter_unclear',
    `It is unclear what stands between the cells of "${name}".`,
    { code: 'name_delimiter' },
    undefined,
    { name },
  );
