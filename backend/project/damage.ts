import { processLog } from '../../process/last.ts';

/** Rows with values that no Entail writes: opening puts them aside, "entail check" lists them. */
const WRONG_VALUES =
  /^(CHECK constraint failed in|NULL value in|TEXT value in|NUMERIC value in|non-.* value in)/;

/** Whether a line of SQLite's own check tells of a file that is broken, and not just of strange values. */
export const isDamage = (line: string): boolean => line !== 'ok' && !WRONG_VALUES.test(line);

/**
 * A line of SQLite's own check as a clause for people. The line itself goes into the log: of tables and indexes it has
 * the names, of rows the numbers.
 */
export function damageInWords(line: string): string {
  processLog().write('damage', { line });
  const index = INDEX.exec(line)?.[1];
  if (index !== undefined) return `the index "${index}" does not fit its table`;
  const table = VALUES.exec(line)?.[1];
  if (table !== undefined) return `"${table}" holds values of the wrong kind`;
  return 'its pages do not fit together';
}

/** Names of ours have letters alone: others are not told. */
const INDEX = /^(?:row \d+ missing from|wrong # of entries in|non-unique entry in) index (\w+)$/;
const VALUES =
  /^(?:CHECK constraint failed in|NULL value in|TEXT value in|NUMERIC value in|non-\w+ value in) (\w+)(?:\.\w+)?$/;
