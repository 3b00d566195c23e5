const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const CHARACTERS = [...LETTERS, ...'0123456789'];

/**
 * A code per label: the key that it was given where that has several characters, else one of two characters, no two alike, so that "/", code, Enter reaches each of 1,296 labels with four
 * presses. As near to the name as possible: its first two letters, the initials of two words, its first and any other
 * letter; then whatever is free.
 */
export function codesFor(
  labels: readonly { readonly id: number; readonly name: string; readonly key?: string | null }[],
): Map<number, string> {
  const taken = new Set<string>();
  const codes = new Map<number, string>();
  for (const { id, key } of labels) {
    const code = isCode(key) ? key.toLowerCase() : undefined;
    if (code === undefined || taken.has(code)) continue;
    taken.add(code);
    codes.set(id, code);
  }
  for (const { id, name } of labels) {
    if (codes.has(id)) continue;
    const code = candidates(name).find((pair) => !taken.has(pair)) ?? anyFree(name, taken);
    if (code === undefined) continue;
    taken.add(code);
    codes.set(id, code);
  }
  return codes;
}

/** Whether a label's key is typed after "/", since it has more than one character. */
export const isCode = (key: string | null | undefined): key is string =>
  typeof key === 'string' && /^[\p{L}\p{N}]{2,3}$/u.test(key);

/** Letters and digits without accents, in lower case; words apart. */
function wordsOf(name: string): string[] {
  // A code needs no more of a very long name.
  const plain = name.slice(0, 300).normalize('NFKD').toLowerCase();
  return plain.replace(/\p{M}/gu, '').match(/[a-z0-9]+/g) ?? [];
}

function candidates(name: string): string[] {
  const words = wordsOf(name);
  const [first = '', second = ''] = words;
  const rest = [...words.join('')].slice(1);
  const initial = first.slice(0, 1);
  return [first.slice(0, 2), initial + second.slice(0, 1), ...rest.map((letter) => initial + letter)].filter(
    (pair) => pair.length === 2,
  );
}

function anyFree(name: string, taken: ReadonlySet<string>): string | undefined {
  const initial = wordsOf(name)[0]?.slice(0, 1);
  const firsts = initial === undefined ? CHARACTERS : [initial, ...CHARACTERS];
  for (const first of firsts)
    for (const second of CHARACTERS) if (!taken.has(first + second)) return first + second;
  return undefined;
}
