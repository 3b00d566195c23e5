/**
 * Tables that are drawn with signs: Markdown's (a rule of dashes below the names, bars around cells), and those that
 * databases print (rules with + at their crossings, the number of rows below).
 */
export interface Drawn {
  /** Bars stand before and behind each row, too. */
  readonly framed: boolean;
  /** Its rules have crossings, as databases draw them; else it is Markdown, where `\|` is no end of a cell. */
  readonly crossed: boolean;
}

const CROSSED = /^\s*\+?(?:[-=]+\+)*[-=]*\s*$/;
const ROWS = /^\s*\(?\d+ \p{L}+(?: in set.*)?\)?\s*$/u;
const DASHES = /^\s*:?[-=]+:?\s*$/;

/** How the table is drawn that a text begins with; null: it begins with something else. */
export function drawnIn(head: string): Drawn | null {
  const [first = '', second = '', third = ''] = head
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/, 20)
    .filter((line) => line.trim() !== '');
  const [names, rule] = first.includes('+') && isRule(first, '+') ? [second, third] : [first, second];
  if (!names.includes('|')) return null;
  const crossed = isRule(rule, '+');
  if (!crossed && !isRule(rule, '|')) return null;
  const own = names.trim();
  const framed = own.startsWith('|') && own.endsWith('|');
  const width = own.replace(/^\||\|$/g, '').split('|').length;
  return partsOf(rule, crossed ? '+' : '|').length === width ? { framed, crossed } : null;
}

const partsOf = (rule: string, crossing: '+' | '|'): string[] =>
  rule
    .trim()
    .split(crossing)
    .filter((part, i, all) => part !== '' || (i > 0 && i < all.length - 1));

const isRule = (line: string, crossing: '+' | '|'): boolean => {
  const parts = partsOf(line, crossing);
  return line.includes(crossing) && parts.length > 0 && parts.every((part) => DASHES.test(part));
};

/** The cells of a drawn table's rows, one row at a time; null for what is drawn or counted, and no row. */
export function cellsOfDrawn({ framed, crossed }: Drawn): (fields: readonly string[]) => string[] | null {
  let at = 0;
  return (given) => {
    const [only = ''] = given;
    if (given.length === 1 && crossed && (CROSSED.test(only) || (at > 0 && ROWS.test(only)))) return null;
    at += 1;
    // Below the names of Markdown.
    if (at === 2 && !crossed) return null;
    const fields = crossed ? [...given] : unescaped(given);
    if (framed && fields.length > 1 && fields[0]?.trim() === '') fields.shift();
    if (framed && fields.length > 1 && fields.at(-1)?.trim() === '') fields.pop();
    return fields.map((cell) => cell.trim());
  };
}

/** With the bars that belong to cells. */
function unescaped(fields: readonly string[]): string[] {
  const cells: string[] = [];
  let open = false;
  for (const field of fields) {
    const before = open ? `${cells.pop() ?? ''}|` : '';
    open = field.endsWith('\\');
    cells.push(before + (open ? field.slice(0, -1) : field));
  }
  return cells;
}
