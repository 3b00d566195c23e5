/** Why a row is refused, in the backend's words; `tests/renderer/texts/rows.test.ts` finds what is missing. */
const REASONS: Readonly<Record<string, string>> = {
  '"cats" is no object.': '„cats“ ist kein Objekt.',
  'A category has no number.': 'Eine Kategorie hat keine Zahl.',
  'A label has a broken character: half of a pair.':
    'Eine Kategorie hat ein kaputtes Zeichen: ein halbes Paar.',
  'A label has an empty name.': 'Eine Kategorie hat einen leeren Namen.',
  'A label is longer than 200 characters.': 'Eine Kategorie ist länger als 200 Zeichen.',
  'It is unclear which column is the text.': 'Es ist unklar, welche Spalte der Text ist.',
  'It is unclear which field is the text.': 'Es ist unklar, welches Feld der Text ist.',
  'Its fields together are longer than 20 million characters.':
    'Die Felder sind zusammen länger als 20 Millionen Zeichen.',
  'Its labels could be class numbers or zeros and ones: write their names.':
    'Die Kategorien können Nummern sein oder Nullen und Einsen: Schreiben Sie ihre Namen.',
  'Its labels are numbers of a label list that is not in the file: export it again as JSONL.':
    'Die Kategorien sind Nummern einer Liste, die nicht in der Datei steht: Exportieren Sie sie neu als JSONL.',
  'Not a JSON object.': 'Kein JSON-Objekt.',
  'Not a pair of text and categories.': 'Kein Paar aus Text und Kategorien.',
  'Responses, users and status are not equally many.':
    'Antworten, Personen und Zustände sind nicht gleich viele.',
  'The cell is longer than a million characters.': 'Die Zelle ist länger als eine Million Zeichen.',
  'Its labels have scores, which are nobody’s decisions.':
    'Die Kategorien der Zeile haben Wahrscheinlichkeiten, die niemandes Entscheidung sind.',
  'Its text lies in another place, which is not read.':
    'Der Text der Zeile liegt an einem anderen Ort, der nicht gelesen wird.',
  'The cell says neither yes nor no.': 'Die Zelle sagt weder Ja noch Nein.',
  'The id is longer than 1,000 characters.': 'Die Kennung ist länger als 1.000 Zeichen.',
  'The id of an option is neither a text nor a number.':
    'Die Kennung einer Auswahl ist weder Text noch Zahl.',
  'The labels are no valid JSON.': 'Die Kategorien sind kein gültiges JSON.',
  'The list of labels is broken.': 'Die Liste der Kategorien ist kaputt.',
  'The message has neither subject nor text.': 'Die Nachricht hat weder Betreff noch Text.',
  'The message is damaged.': 'Die Nachricht ist beschädigt.',
  'The message is larger than 64 MB.': 'Die Nachricht ist größer als 64 MB.',
  'The record is longer than 20 million characters.': 'Der Datensatz ist länger als 20 Millionen Zeichen.',
  'The row is damaged or not of this format.': 'Die Zeile ist beschädigt oder nicht von diesem Format.',
  'The text is empty.': 'Der Text ist leer.',
  'The text is missing.': 'Der Text fehlt.',
  'The text is no string.': 'Der Text ist kein Text.',
  'The time is out of range.': 'Die Zeit ist unmöglich.',
};

const PATTERNS: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [
    /^The id "(.*)" belongs to another text already\.$/s,
    (id) => `Die Kennung „${id}“ gehört schon zu einem anderen Text.`,
  ],
  [
    /^The row has (\d+) fields where the (header|first row) has (\d+)\.$/,
    (own, where, all) =>
      `Die Zeile hat ${own} Felder, die ${where === 'header' ? 'Kopfzeile' : 'erste Zeile'} aber ${all}.`,
  ],
  [/^It has more than (\d+) labels\.$/, (n) => `Sie hat mehr als ${n} Kategorien.`],
  [/^Not valid JSON.*$/s, () => 'Kein gültiges JSON.'],
];

/** "reviews.csv, line 7: The text is empty." in German; a reason without German words stays as it is. */
export function rowProblem(sentence: string): string {
  const [, where, kind, number, reason] =
    /^(.*?), (line|record) (\d+): (.*)$/s.exec(sentence) ?? /^(.*?)()(): (.*)$/s.exec(sentence) ?? [];
  if (where === undefined || reason === undefined) return sentence;
  const place =
    number === undefined || number === ''
      ? where
      : `${where}, ${kind === 'line' ? 'Zeile' : 'Datensatz'} ${number}`;
  return `${place}: ${reasonInWords(reason)}`;
}

/** Why a row is refused, without its place. */
export function reasonInWords(reason: string): string {
  if (Object.hasOwn(REASONS, reason)) return REASONS[reason] ?? reason;
  for (const [when, say] of PATTERNS) {
    const found = when.exec(reason);
    if (found) return say(...found.slice(1));
  }
  return reason;
}
