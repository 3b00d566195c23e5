/** Differences that a slip of the keys makes; in short names each letter counts for more. */
const MOST_DIFFERENT = 2;
const LETTERS_PER_DIFFERENCE = 4;

const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s\-_./&]+/gu, '');
const digits = (name: string): string => name.replaceAll(/\D/g, '');

/** Characters that are put in, left out or changed between two texts (Levenshtein distance). */
function differences(one: string, other: string): number {
  const from = [...one];
  const to = [...other];
  let before = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of from.entries()) {
    const row = [i + 1];
    for (const [j, wanted] of to.entries())
      row.push(
        Math.min((row[j] ?? 0) + 1, (before[j + 1] ?? 0) + 1, (before[j] ?? 0) + (letter === wanted ? 0 : 1)),
      );
    before = row;
  }
  return before.at(-1) ?? 0;
}

/** Whether one name may be the other, mistyped: "Biling" and "Billing", "Log-in" and "Login". Numbers are never slips. */
export function isAlike(one: string, other: string): boolean {
  const [a, b] = [plain(one), plain(other)];
  if (one === other || digits(a) !== digits(b)) return false;
  const most = Math.min(MOST_DIFFERENT, Math.floor(Math.min(a.length, b.length) / LETTERS_PER_DIFFERENCE));
  return Math.abs(a.length - b.length) <= most && differences(a, b) <= most;
}

/** For names that are new, the name before them that they may mean; `known` are before all. */
export function alikeNames(names: readonly string[], known: readonly string[]): ReadonlyMap<string, string> {
  const alike = new Map<string, string>();
  const before = [...known];
  for (const name of names) {
    if (before.includes(name)) continue;
    const other = before.find((one) => isAlike(one, name));
    if (other === undefined) before.push(name);
    else alike.set(name, other);
  }
  return alike;
}
