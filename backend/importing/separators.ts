import { nameKey } from '../labels/nameKey.ts';

/** What may stand between the labels of a cell, the likeliest first. */
const SEPARATORS = ['\n', '|', ';', ',', '#'] as const;
/** No one puts these into a name. */
const SURE: readonly string[] = ['|', ';'];

/**
 * What stands between the labels of these cells: the first that gives the same name in different cells, or nothing but
 * labels of the project; else | or ; where several cells have it, since no one puts it into a name. A line break is
 * one wherever it is. '': a cell is one label. `hash`: doccano wrote the table, which joins labels by "#" and by nothing
 * else, or may have written it. `known`: keys of names.
 */
export function separatorOf(
  values: readonly unknown[],
  { known, hash }: { known: ReadonlySet<string>; hash: 'surely' | 'maybe' | 'no' },
): string {
  const cells = [
    ...new Set(values.filter((value) => typeof value === 'string').map((cell) => cell.trim())),
  ].filter((cell) => cell !== '' && !known.has(nameKey(cell)));
  const how = (separator: string) => howSure(cells, { separator, known });
  const ofHash = hash === 'no' ? 'unsure' : how('#');
  if (ofHash === 'sure' || hash === 'surely') return ofHash === 'not' ? '' : '#';
  const found = SEPARATORS.find((separator) => how(separator) === 'sure');
  return found ?? (ofHash === 'unsure' && hash === 'maybe' ? '#' : '');
}

/** Whether a character stands between labels in these cells: its parts tell, it may be one, or it is none. */
function howSure(
  cells: readonly string[],
  { separator, known }: { separator: string; known: ReadonlySet<string> },
): 'sure' | 'unsure' | 'not' {
  const joined = cells.filter((cell) => cell.includes(separator));
  if (joined.length === 0) return 'not';
  if (separator === '\n') return 'sure';
  const isKnown = (name: string) => known.has(nameKey(name));
  const lists = joined.map((cell) => splitNames(cell, { separator, known }));
  // "C#" is no list of doccano, but "C##late" is one where the project has both.
  const unclear = joined.filter((_, i) => !lists[i]!.every(isKnown));
  if (separator === '#' && unclear.some((cell) => cell.split('#').some(isNoName))) return 'not';
  // Cells that are the same but for their spelling tell nothing of what stands in them.
  const own = new Map(
    cells.map((cell) => {
      const keys = [...new Set(splitNames(cell, { separator, known }).map(nameKey))];
      return [keys.join(separator), keys];
    }),
  );
  const parts = [...own.values()].flat();
  const repeats = new Set(parts).size < parts.length;
  const sure = SURE.includes(separator) && joined.length > 1;
  return repeats || lists.flat().every(isKnown) || sure ? 'sure' : 'unsure';
}

const isNoName = (part: string): boolean => {
  const own = part.trim();
  return own === '' || /^[,;|]|[,;|]$/.test(own);
};

/** Names between separators: what is quoted is whole, and so is what the project has as one label. */
export function splitNames(
  text: string,
  { separator, known }: { readonly separator: string; readonly known: ReadonlySet<string> },
): string[] {
  if (separator === '') return [text];
  const parts = partsOf(text, separator);
  const most = parts.length > 1 ? mostParts(known, separator) : 1;
  const names: string[] = [];
  for (let i = 0; i < parts.length; ) {
    let end = Math.min(i + most, parts.length);
    // The longest run of parts that is one label of the project; else the part by itself.
    while (end > i + 1 && !known.has(nameKey(parts.slice(i, end).join(separator)))) end -= 1;
    const name = parts.slice(i, end).join(separator).trim();
    const [, inner] = /^"(.*)"$/s.exec(name) ?? [];
    names.push(inner === undefined ? name : inner.replaceAll('""', '"'));
    i = end;
  }
  return names.filter(Boolean);
}

/** What stands between separators that are not in quotes; a quote that never ends is none. */
function partsOf(text: string, separator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  let blank = true;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '"' && (quoted || blank)) quoted = !quoted;
    else if (!quoted && text.startsWith(separator, i)) {
      parts.push(text.slice(from, i));
      from = i + separator.length;
      i = from - 1;
      blank = true;
      continue;
    }
    blank &&= character.trim() === '';
  }
  return quoted ? parts.concat(text.slice(from).split(separator)) : [...parts, text.slice(from)];
}

/** Of how many parts a name of the project is at most: longer runs need no look, which a cell of many parts would make cubic. */
function mostParts(known: ReadonlySet<string>, separator: string): number {
  let most = 1;
  for (const name of known) {
    if (name.includes(separator)) most = Math.max(most, name.split(separator).length);
  }
  return most;
}
