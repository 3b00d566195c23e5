import type { Texts } from '../en/index.ts';
import { formats } from '../format.ts';

const { number, plural } = formats('de');

const BETWEEN: Readonly<Record<string, string>> = {
  ',': 'Komma ( , )',
  ';': 'Strichpunkt ( ; )',
  '\t': 'Tabulator',
  '|': 'Strich ( | )',
  '#': 'Raute ( # )',
  '\n': 'Zeilenumbruch',
};

export const reading: Texts['reading'] = {
  how: 'Wie sie gelesen wird',
  encoding: 'Kodierung',
  guessed: (own) => `Kein UTF-8; diese passt am besten${own === '' ? '' : `: ${own}`}.`,
  delimiter: 'Zwischen Zellen',
  between: (character) => (character === '' ? 'nichts: eine Spalte' : (BETWEEN[character] ?? character)),
  quotes: 'Anführungszeichen',
  quote: {
    doubled: 'doppelte, innen zwei',
    backslash: 'doppelte, innen mit \\',
    single: 'einfache',
    none: 'sind Zeichen',
  },
  firstRow: 'Erste Zeile',
  namesColumns: 'benennt die Spalten',
  isData: 'ist ein Dokument',
  separator: 'Zwischen Kategorien',
  betweenLabels: (character) =>
    character === '' ? 'nichts: eine Kategorie' : (BETWEEN[character] ?? character),
  cutoff: 'Ein Ja ab',
  document: 'Ein Dokument ist',
  eachLine: 'jede Zeile',
  eachFile: 'jede Datei',
  becomes: (column) => `Was aus ${column} wird`,
  probable: 'Das könnte eine Kategorie oder eine Liste von Kategorien sein: Sagen Sie es, wenn es so ist.',
  roles: {
    text: 'Text',
    id: 'Kennung',
    labels: 'Zutreffende Kategorien',
    label: 'Eine Kategorie: ja oder nein',
    labelName: 'Name einer Kategorie',
    decision: 'Ja oder Nein dazu',
    rejected: 'Kategorien, die nicht zutreffen',
    suggestions: 'Vorschläge',
    annotator: 'Wer eingeordnet hat',
    status: 'Stand',
    time: 'Wann',
    seconds: 'Sekunden',
    note: 'Notiz',
    split: 'Training oder Test',
    meta: 'Bleibt beim Text',
    ignore: 'Fällt weg',
  },
  labelCount: ({ spellings, labels, fresh }) => {
    const all =
      spellings === labels
        ? plural(labels, { one: '# Kategorie', other: '# Kategorien' })
        : `Aus ${plural(spellings, { one: '# Namen', other: '# Namen' })} in der Datei ${plural(labels, { one: 'wird # Kategorie', other: 'werden # Kategorien' })} (welche, steht darunter)`;
    if (fresh === 0) return `${all}${spellings === labels ? ',' : ';'} alle im Projekt.`;
    const news =
      fresh === labels ? (labels === 1 ? 'sie ist neu' : 'alle sind neu') : `${number(fresh)} davon neu`;
    return `${all}${spellings === labels ? ', ' : '; '}${news}.`;
  },
  numbers:
    'Einige Kategorien sind Zahlen, und die Datei sagt nicht, was sie bedeuten. Benennen Sie sie, sonst kommen die Dokumente ohne sie.',
  slips: 'Einige Namen sind fast gleich. Ist es dieselbe Kategorie?',
  slip: (from, other) => `${from} ist ${other}`,
  rename: 'Namen im Projekt',
  inProject: (from) => `Wie ${from} im Projekt heißt`,
  name: 'Name',
  leftOut: 'fällt weg',
  kinds: { known: 'im Projekt', new: 'neu', number: 'eine Zahl', 'left out': '' },
  more: (n) => `Und ${number(n)} weitere.`,
  apart: (n) =>
    plural(n, {
      one: 'Eine Kennung gehört schon zu einem anderen Text aus einer anderen Datei.',
      other: '# Kennungen gehören schon zu anderen Texten aus anderen Dateien.',
    }),
  apartChoice: 'Kennungen, die zwei Dateien haben',
  apartFile: 'Andere Dokumente',
  apartShared: 'Dieselben Dokumente',
  apartHelp: 'Sie kommen hinzu, mit dem Namen ihrer Datei vor der Kennung.',
  sharedHelp: 'Zeilen, deren Text ein anderer ist als der ihrer Kennung, bleiben weg.',
  read: (n) => plural(n, { one: '# Zeile wurde gelesen.', other: '# Zeilen wurden gelesen.' }),
  apartDone: (n) =>
    plural(n, {
      one: '# Dokument hat den Namen seiner Datei vor der Kennung, weil eine andere Datei diese Kennung brachte.',
      other:
        '# Dokumente haben den Namen ihrer Datei vor der Kennung, weil eine andere Datei diese Kennung brachte.',
    }),
  differing: (n, contradictions) =>
    `${plural(n, { one: '# Zeile ordnet einen Text', other: '# Zeilen ordnen einen Text' })} anders ein als eine Zeile davor.${contradictions > 0 ? ` ${plural(contradictions, { one: '# Kategorie ist', other: '# Kategorien sind' })} in der einen ein Ja und in der anderen ein Nein: Das Ja gilt.` : ' All ihre Kategorien gelten.'}`,
  unnamed: (n) =>
    `${plural(n, { one: '# Dokument kam', other: '# Dokumente kamen' })} ohne Kategorien, weil diese Zahlen sind, die niemand benannt hat.`,
  renamed: (n) =>
    plural(n, {
      one: '# Kategorie heißt im Projekt anders.',
      other: '# Kategorien heißen im Projekt anders.',
    }),
  sameText: (n) =>
    plural(n, {
      one: '# Dokument hat den Text eines anderen, unter einer eigenen Kennung.',
      other: '# Dokumente haben die Texte von anderen, unter eigenen Kennungen.',
    }),
  moreRefused: (n) => `… und ${number(n)} weitere.`,
  saveRefused: 'Diese Zeilen speichern, um sie zu berichtigen…',
  saved: (where) =>
    `Gespeichert in ${where}. Berichtigen Sie die Zeilen dort, und importieren Sie dann diese Datei.`,
};
