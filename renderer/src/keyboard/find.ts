export interface Findable {
  readonly id: number;
  readonly name: string;
  readonly code: string | undefined;
  /** What the model thinks of it for the open document; decides between equals. */
  readonly probability: number | null;
}

const PLACES = { code: 0, start: 1, word: 2, inside: 3, letters: 4 } as const;

/** Labels that match what was typed, the best first; everything where nothing was typed. */
export function found<T extends Findable>(labels: readonly T[], typed: string): T[] {
  const query = plain(typed.trim());
  return labels
    .map((label, at) => ({ label, at, place: query === '' ? 0 : placeOf(label, query) }))
    .filter((hit): hit is typeof hit & { place: number } => hit.place !== undefined)
    .sort(
      (a, b) => a.place - b.place || (b.label.probability ?? -1) - (a.label.probability ?? -1) || a.at - b.at,
    )
    .map(({ label }) => label);
}

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

function placeOf({ code, name }: Findable, query: string): number | undefined {
  if (code === query) return PLACES.code;
  const text = plain(name);
  if (text.startsWith(query)) return PLACES.start;
  const at = text.indexOf(query);
  if (at > 0) return wordStartsWith(text, query) ? PLACES.word : PLACES.inside;
  return inOrder(text, query) ? PLACES.letters : undefined;
}

function wordStartsWith(text: string, query: string): boolean {
  return text.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(query));
}

/** Whether the letters of the query come in this order, with others between. */
function inOrder(text: string, query: string): boolean {
  let at = 0;
  for (const letter of query) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
