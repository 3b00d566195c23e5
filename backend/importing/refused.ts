import { csvPieces } from '../files/csvText.ts';
import type { ImportProblem, RefusedRow } from '../records.ts';
import { REFUSED_COLUMNS } from './columns.ts';

const isCells = (row: RefusedRow): row is Extract<RefusedRow, { names: unknown }> => 'names' in row;

/**
 * Rows that were refused, as a file that can be mended and imported again: a table, or records, with the line and the
 * reason before what stood in the file. null: none of them has a row.
 */
export function refusedRows(
  problems: readonly ImportProblem[],
): { readonly ending: '.csv' | '.jsonl'; readonly text: string } | null {
  const rows = problems.flatMap(({ place, reason, row }) =>
    row === undefined ? [] : [{ row, line: String(place.line ?? place.record ?? ''), reason }],
  );
  const cells = rows.flatMap(({ row, ...why }) => (isCells(row) ? [{ ...row, ...why }] : []));
  const records = rows.flatMap(({ row, ...why }) => (isCells(row) ? [] : [{ ...row, ...why }]));
  if (cells.length > 0 && cells.length >= records.length) return { ending: '.csv', text: table(cells) };
  return records.length > 0 ? { ending: '.jsonl', text: records.map(recordLine).join('') } : null;
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
  const [lineName, reasonName, rowName] = [...REFUSED_COLUMNS, 'entail_row'] as const;
  let own: unknown;
  try {
    own = JSON.parse(text);
  } catch {
    own = null;
  }
  const fields =
    typeof own === 'object' && own !== null && !Array.isArray(own)
      ? Object.entries(own).filter(([name]) => isOfFile(name))
      : [[rowName, text]];
  return `${JSON.stringify(Object.fromEntries([[lineName, line], [reasonName, reason], ...fields]))}\n`;
}
