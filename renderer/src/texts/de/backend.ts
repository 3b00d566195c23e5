import type { Texts } from '../index.ts';

/** As `en/backend.ts`; `tests/renderer/texts/backend.test.ts` finds what the backend no longer says. */
const sentences: Readonly<Record<string, string>> = {
  text: 'Text',
  'one document per file': 'ein Dokument je Datei',
  'JSON table': 'JSON-Tabelle',
  folder: 'Ordner',
  mail: 'E-Mail',
  mailbox: 'Postfach',
  'documents are numbered anew': 'Dokumente werden neu nummeriert',
  "labels that are undecided can't be told from rejected ones":
    'offene Kategorien lassen sich nicht von abgelehnten unterscheiden',
  'documents to which no label applies look like unlabelled ones':
    'Dokumente, auf die keine Kategorie zutrifft, sehen aus wie nicht eingeordnete',
  'skipped documents are left out': 'übersprungene Dokumente fehlen',
  'several annotators become one: where they disagree, the rule of the project counts':
    'aus mehreren Personen wird eine: Wo sie uneins sind, gilt die Regel des Projekts',
  'suggestions are left out': 'Vorschläge fehlen',
  'the test sample is not marked': 'die Teststichprobe ist nicht gekennzeichnet',
  'other fields of the documents are left out': 'andere Felder der Dokumente fehlen',
  'comments are left out': 'Kommentare fehlen',
  'cards with options for Prodigy (textcat.manual)': 'Karten mit Auswahl für Prodigy (textcat.manual)',
  'a row per decided label for Prodigy (textcat.teach)':
    'eine Zeile je entschiedener Kategorie für Prodigy (textcat.teach)',
  'lines for doccano': 'Zeilen für doccano',
  'JSONL for Hugging Face datasets: names of the labels that apply':
    'JSONL für Hugging Face datasets: die Namen der zutreffenden Kategorien',
  'one JSON object per document and annotator; carries everything':
    'ein JSON-Objekt je Dokument und Person; nimmt alles auf',
  'tasks with annotations and predictions for Label Studio':
    'Aufgaben mit Entscheidungen und Vorschlägen für Label Studio',
  'texts with categories for spaCy (textcat_multilabel)':
    'Texte mit Kategorien für spaCy (textcat_multilabel)',
  'premise, hypothesis and label, as the model is trained on':
    'Prämisse, Hypothese und Urteil, womit das Modell trainiert wird',
  'a table with a column per label: 1, 0 or empty':
    'eine Tabelle mit einer Spalte je Kategorie: 1, 0 oder leer',
  'Parquet for Hugging Face datasets: labels as named classes':
    'Parquet für Hugging Face datasets: Kategorien als benannte Klassen',
  'lines for fastText': 'Zeilen für fastText',
  'records for Argilla': 'Datensätze für Argilla',
  'flat records for Argilla, as on the Hugging Face hub':
    'flache Datensätze für Argilla, wie bei Hugging Face',
  'this project': 'dieses Projekt',
  'downloaded models': 'heruntergeladene Modelle',
  'backups of projects': 'Sicherungen von Projekten',
  preferences: 'Einstellungen',
  'the log of what went wrong': 'das Protokoll dessen, was schiefging',
  'Part of Entail. English, small and fast.': 'Teil von Entail. Englisch, klein und schnell.',
  'From the Hugging Face hub.': 'Von Hugging Face.',
  'The processor computes: this machine has no graphics card.':
    'Der Prozessor rechnet: Dieser Rechner hat keine Grafikkarte.',
  'The processor computes, as asked.': 'Der Prozessor rechnet, wie gewünscht.',
  'The processor computes.': 'Der Prozessor rechnet.',
  'Always there.': 'Immer da.',
  'no graphics card with a working driver was found':
    'Es wurde keine Grafikkarte mit funktionierendem Treiber gefunden',
  'its libraries are not installed': 'Die Bibliotheken dafür sind nicht installiert',
  'no graphics card for it was found': 'Es wurde keine passende Grafikkarte gefunden',
  'this build of ONNX Runtime has no support for it': 'Diese Fassung von ONNX Runtime unterstützt es nicht',
  'the order was changed': 'die Reihenfolge wurde geändert',
  'The lower layers give more than fits into the temporary file; they are computed in every epoch.':
    'Die unteren Schichten ergeben mehr, als in die Zwischendatei passt; sie werden in jeder Epoche neu berechnet.',
  'This model cannot be cut between its layers; the lower ones are computed in every epoch.':
    'Dieses Modell lässt sich nicht zwischen seinen Schichten teilen; die unteren werden in jeder Epoche neu berechnet.',
};

const documents = (count: string) => (count === '1' ? '1 Dokument' : `${count} Dokumente`);
const said = (sentence: string) => sentences[sentence] ?? sentence;

const patterns: Texts['backend']['patterns'] = [
  { when: /^(.+) \((\d+) documents?\)$/s, say: (what = '', n = '') => `${said(what)} (${documents(n)})` },
  { when: /^"(.*)" was added$/s, say: (name) => `„${name}“ wurde angelegt` },
  { when: /^"(.*)" was changed$/s, say: (name) => `„${name}“ wurde geändert` },
  { when: /^"(.*)" was renamed to "(.*)"$/s, say: (a, b) => `„${a}“ wurde in „${b}“ umbenannt` },
  { when: /^"(.*)" was deleted$/s, say: (name) => `„${name}“ wurde gelöscht` },
  {
    when: /^"(.*)" was merged into "(.*)"$/s,
    say: (a, b) => `„${a}“ wurde mit „${b}“ zusammengelegt`,
  },
  {
    when: /^No training document has the label "(.*)", so the model can.t learn it: accept it on some documents first\.$/s,
    say: (name) =>
      `Kein Dokument zum Trainieren hat die Kategorie „${name}“, daher kann das Modell sie nicht lernen: Nehmen Sie sie zuerst bei einigen Dokumenten an.`,
  },
  {
    when: /^The label "(.*)" was never rejected, so the model may learn to suggest it everywhere: reject it on some documents first\.$/s,
    say: (name) =>
      `Die Kategorie „${name}“ wurde nie abgelehnt; das Modell lernt dann womöglich, sie überall vorzuschlagen: Lehnen Sie sie zuerst bei einigen Dokumenten ab.`,
  },
  {
    when: /^In the project's file (\d+) results? of (?:a model was|models were) changed by something other than Entail: not used, and computed again where that is possible\.$/,
    say: (n = '') =>
      n === '1'
        ? 'In der Projektdatei hat etwas anderes als Entail 1 Ergebnis eines Modells verändert: Es wird nicht verwendet und neu berechnet, wo das geht.'
        : `In der Projektdatei hat etwas anderes als Entail ${n} Ergebnisse von Modellen verändert: Sie werden nicht verwendet und neu berechnet, wo das geht.`,
  },
  { when: /^(\S+) computes\.$/, say: (device) => `${device} rechnet.` },
  {
    when: /^(.+) cannot be used: (.+)\.$/s,
    say: (device, why = '') => `${device} ist nicht nutzbar: ${said(why)}.`,
  },
  {
    when: /^It works and is ([\d.]+) times as fast as the processor\.$/,
    say: (n = '') => `Es funktioniert und ist ${n.replace('.', ',')}-mal so schnell wie der Prozessor.`,
  },
  {
    when: /^It works and is ([\d.]+) times slower than the processor(, as software without a graphics card is)?\.$/,
    say: (n = '', software = '') =>
      `Es funktioniert, ist aber ${n.replace('.', ',')}-mal langsamer als der Prozessor${software ? ', wie es Software ohne Grafikkarte ist' : ''}.`,
  },
  {
    when: /^(.+) cannot (?:run|train) this model \((.*)\); the processor does it\.$/s,
    say: (device, why) => `${device} kann dieses Modell nicht rechnen (${why}); der Prozessor übernimmt.`,
  },
  {
    when: /^(.+) stopped working \((.*)\); training goes on on the processor\.$/s,
    say: (device, why) => `${device} ist ausgefallen (${why}); das Training geht auf dem Prozessor weiter.`,
  },
  {
    when: /^Memory ran out with (\d+) examples at a time; from now on (\d+) are computed at a time, with the same result\.$/,
    say: (many, few) =>
      `Mit ${many} Beispielen auf einmal reichte der Speicher nicht; ab jetzt werden ${few} auf einmal gerechnet, mit demselben Ergebnis.`,
  },
  {
    when: /^Training this model on pairs of (\d+) tokens takes about (\d+) MB of memory, more than is free on this machine: it may become slow\.$/,
    say: (tokens, megabytes) =>
      `Dieses Modell mit Paaren von ${tokens} Token zu trainieren braucht etwa ${megabytes} MB Speicher, mehr als auf diesem Rechner frei ist: Es kann langsam werden.`,
  },
];

export const backend: Texts['backend'] = { sentences, patterns };
