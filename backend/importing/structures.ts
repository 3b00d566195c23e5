/** A list or object as JSON, or an object as Python prints it; null: it is none. */
export function structureIn(text: string): unknown {
  const isObjects = /^\{\s*['"].*:.*\}$/s.test(text);
  if (!isObjects && !(text.startsWith('[') && text.endsWith(']'))) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    if (isObjects) return pythonObject(text.slice(1, -1));
    return /^\[\s*\{\s*'/.test(text) ? jsonWithAnyQuotes(text) : null;
  }
}

/** JSON, or what Python prints where its quotes are all that is not JSON (`[{'label': 'late'}]`); null: it is something else. */
export function jsonWithAnyQuotes(text: string): unknown {
  for (const own of [text, text.replaceAll("'", '"')]) {
    try {
      return JSON.parse(own) as unknown;
    } catch {
      // The other way, or none.
    }
  }
  return null;
}

/** `'late': 1, 'price': False`; null: it is something else. */
function pythonObject(inner: string): Record<string, unknown> | null {
  const entry = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*:\s*(True|False|None|[\d.]+)\s*(?:,|$)/y;
  const found: [string, unknown][] = [];
  while (entry.lastIndex < inner.length) {
    const next = entry.exec(inner);
    if (!next) return null;
    const said = next[3] ?? '';
    found.push([unescaped(next[1] ?? next[2] ?? ''), /\d/.test(said) ? Number(said) : said]);
  }
  return Object.fromEntries(found);
}

/** A string of Python without its escapes. */
export const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c === 't' ? '\t' : c));
