import { csvPieces } from '../files/csvText.ts';
import type { ImportProblem, RefusedRow } from '../records.ts';
import { REFUSED_COLUMNS } from './columns.ts';

const isCells = (row: RefusedRow): row is Extract<RefusedRow, { names: unknown }> => 'names' in row;

/**
 * Rows that were refused, as a file that can be mended and imported again: a table, or records where all are, with the
 * line and the reason before what stood in the file, and how many it has: of files that can't be read there are none.
 * null: none of them has a row.
 */
export function refusedRows(
  problems: readonly ImportProblem[],
): { readonly ending: '.csv' | '.jsonl'; readonly text: string; readonly count: number } | null {
  const rows = problems.flatMap(({ place, reason, row }) =>
    row === undefined ? [] : [{ row, line: String(place.line ?? place.record ?? ''), reason }],
  );
  const records = rows.flatMap(({ row, ...why }) => (isCells(row) ? [] : [{ ...row, ...why }]));
  if (rows.length === 0) return null;
  const count = rows.length;
  if (records.length === count) return { ending: '.jsonl', text: records.map(recordLine).join(''), count };
  const cells = rows.map(({ row, ...why }) => ({ ...(isCells(row) ? row : asCells(row.text)), ...why }));
  return { ending: '.csv', text: table(cells), count };
}

type Why = { readonly line: string; readonly reason: string };

/** A file of refused rows that is imported again has our columns already. */
const isOfFile = (name: string): boolean => !REFUSED_COLUMNS.some((own) => own === name);

/** Cells by column; those of a row that has too many stand after the last column. */
function table(rows: readonly (Extract<RefusedRow, { names: unknown }> & Why)[]): string {
  const names = [...new Set(rows.flatMap((row) => row.names))].filter(isOfFile);
  const lines = rows.map(({ names: own, fields, line, reason }) => {
    const byName = new Map(own.map((name, i) => [name, fields[i] ?? '']));
    return [line, reason, ...names.map((name) => byName.get(name) ?? ''), ...fields.slice(own.length)];
  });
  // Our import takes the apostrophes away again.
  return [...csvPieces([[...REFUSED_COLUMNS, ...names], ...lines], true)].join('');
}

function recordLine({ text, line, reason }: { readonly text: string } & Why): string {
  const [lineName, reasonName] = REFUSED_COLUMNS;
  const all = [[lineName, line], [reasonName, reason], ...fieldsOf(text)];
  return `${JSON.stringify(Object.fromEntries(all))}\n`;
}

/** The fields of a record; one that is none is a field by itself. */
function fieldsOf(text: string): [string, unknown][] {
  let own: unknown;
  try {
    own = JSON.parse(text);
  } catch {
    own = null;
  }
  return typeof own === 'object' && own !== null && !Array.isArray(own)
    ? Object.entries(own).filter(([name]) => isOfFile(name))
    : [['entail_row', text]];
}

/** A record among rows of tables: what is no text is written as JSON, which cells may have. */
function asCells(text: string): Extract<RefusedRow, { names: unknown }> {
  const fields = fieldsOf(text);
  const cell = (value: unknown) =>
    value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return { names: fields.map(([name]) => name), fields: fields.map(([, value]) => cell(value)) };
}
