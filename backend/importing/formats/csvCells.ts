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

/** A JSON array, a list of Python, or names with a separator. */
export function listIn(cell: string, separator: string | null, column: string): string[] {
  const text = cell.trim();
  if (text.startsWith('[') && text.endsWith(']')) {
    try {
      const parsed: unknown = JSON.parse(text);
      if (Array.isArray(parsed)) return parsed.map((name) => labelName(name, column));
    } catch {
      return pythonList(text.slice(1, -1), column);
    }
  }
  const inner = pythonInner(text);
  if (inner !== null) return pythonList(inner, column);
  return (separator === null ? [text] : text.split(separator)).map((name) => name.trim()).filter(Boolean);
}

/** What stands in a tuple, set or array as Python prints them; null: it is none. A name may have brackets, too. */
function pythonInner(text: string): string | null {
  if (/^(?:frozen)?set\(\)$|^\(\)$/.test(text)) return '';
  const found =
    /^\((['"].*)\)$/s.exec(text) ??
    /^(?:frozenset\()?\{(['"].*)\}\)?$/s.exec(text) ??
    /^array\(\[(.*)\](?:,\s*dtype=\S+)?\)$/s.exec(text);
  return found?.[1] ?? null;
}

/** Strings as Python prints them, with commas between them or, in arrays, blanks: quotes of both kinds, backslash escapes. Nothing is evaluated. */
function pythonList(inner: string, column: string): string[] {
  const names: string[] = [];
  const item = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")(?:\s*,|\s+(?=['"])|\s*$)/y;
  while (inner.slice(item.lastIndex).trim() !== '') {
    const at = item.lastIndex;
    const found = item.exec(inner);
    if (!found) throw new RowError('The list of labels is broken.', { column, value: inner.slice(at) });
    names.push(
      (found[1] ?? found[2] ?? '').replace(/\\(.)/g, (_, c: string) =>
        c === 'n' ? '\n' : c === 't' ? '\t' : c,
      ),
    );
  }
  return names;
}
