import { isDecision, isNumber } from '../cells.ts';

/**
 * The names of columns that two rows give together: groups above, names below, as merged cells and tables of several
 * levels have them. The upper row names several columns at once, the lower one is unlike the cells below it. null: the
 * first row names them alone, or none does.
 */
export function groupedHeader(sample: readonly (readonly string[])[]): string[] | null {
  const [upper, lower, ...rows] = sample.map((row) => row.map((cell) => cell.trim()));
  if (upper === undefined || lower === undefined || rows.length === 0) return null;
  const columns = upper.map((group, i) => ({
    group,
    name: lower[i] ?? '',
    below: rows.flatMap((row) => (row[i] ? [row[i]] : [])),
  }));
  if (columns.some(isData)) return null;
  const grouped = columns.filter(
    ({ group, name }, i) => name !== '' && (isIn(columns[i - 1], group) || isIn(columns[i + 1], group)),
  );
  if (!grouped.some(({ below }) => below.length > 0 && below.every(saysSomething))) return null;
  const names = columns.map(({ group, name }) => name || group);
  // Of two groups that both have a column "other" each has its own.
  return columns.map(({ group, name }, i) =>
    group !== '' && name !== '' && names.filter((one) => one === name).length > 1
      ? `${group} ${name}`
      : names[i]!,
  );
}

/** The lower cell is one like those below it. "No" may well be a name, but not above yes and no. */
const isData = ({ name, below }: { readonly name: string; readonly below: readonly string[] }): boolean =>
  name !== '' &&
  (isNumber(name) || below.includes(name) || (isDecision(name) && below.every((cell) => isDecision(cell))));

const saysSomething = (cell: string): boolean => isNumber(cell) || isDecision(cell);

/** Whether a column beside one is of the same group: named so again, or merged with it. */
const isIn = (beside: { readonly group: string } | undefined, group: string): boolean =>
  beside !== undefined && (beside.group === group || beside.group === '' || group === '');
