import { nameKey } from '../labels/nameKey.ts';
import { isDecision, isUndecided } from './cells.ts';
import type { Column, Sampled } from './columns.ts';
import { modelAnswersIn, scoredColumns } from './modelAnswers.ts';

/** Columns whose cells name labels, with scores or labels of the project alone, beside what was taken for labels. */
export function likeLists(columns: readonly Column[], known: readonly string[] = []): string[] {
  const left = columns.filter(({ role }) => role === 'meta' || role === 'ignore');
  const scored = new Set([
    ...scoredColumns(left),
    ...[modelAnswersIn(left).list].filter((one) => one !== null),
  ]);
  return left
    .filter((one) => scored.has(one.name) || (one.role === 'meta' && namesOnly(one, known)))
    .map(({ name }) => name);
}

/** Its cells hold nothing but labels of the project, or one of them, with the usual signs between several. */
function namesOnly(column: Sampled, known: readonly string[]): boolean {
  const keys = new Set(known.map(nameKey));
  const cells = column.values
    .filter((value) => !isUndecided(value))
    .flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));
  const isLabel = (text: string) => keys.has(nameKey(text));
  return (
    cells.length > 0 &&
    cells.every(
      (cell) =>
        typeof cell === 'string' &&
        !isDecision(cell) &&
        (isLabel(cell) || cell.split(BETWEEN_NAMES).every(isLabel)),
    )
  );
}

const BETWEEN_NAMES = /[,;|/\n]/;
