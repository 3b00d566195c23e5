import type { Decision } from '../../records.ts';
import { labelName, RowError } from '../fields.ts';

const YES = new Set(['1', '1.0', 'true', 't', 'yes', 'y', 'x', '✓']);
const NO = new Set(['0', '0.0', 'false', 'f', 'no', 'n']);
const UNDECIDED = new Set(['', '?', 'na', 'null']);

const folded = (value: string) => value.trim().toLowerCase();

/** Whether a cell says nothing. */
export const isUndecided = (value: string): boolean => UNDECIDED.has(folded(value));

/** Whether a cell says yes, no or nothing, in one of the words for it. */
export const isDecision = (value: string): boolean =>
  isUndecided(value) || YES.has(folded(value)) || NO.has(folded(value));

/** null: nothing was decided. Throws a `RowError` for other words. */
export function decisionOf(value: string, column: string): Decision | null {
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
