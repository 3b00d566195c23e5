/**
 * A key that stands twice in one object of a JSON text, or null. `JSON.parse` keeps the last and says nothing.
 *
 * `text` must be valid JSON.
 */
export function duplicateKey(text: string): string | null {
  /** The keys of each open object; null for an open array. */
  const open: (Set<string> | null)[] = [];
  const token = /[{}[\]]|"(?:[^"\\]+|\\.)*"(\s*:)?/g;
  for (const match of text.matchAll(token)) {
    const [found, colon] = match;
    if (found === '{') open.push(new Set());
    else if (found === '[') open.push(null);
    else if (found === '}' || found === ']') open.pop();
    else if (colon !== undefined) {
      const key: string = JSON.parse(found.slice(0, found.length - colon.length));
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return null;
}
