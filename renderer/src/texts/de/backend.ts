import type { Texts } from '../en/index.ts';

/** As `en/backend.ts`; `tests/renderer/texts/backend.test.ts` finds what the backend no longer says. */
const sentences: Readonly<Record<string, string>> = {
  text: 'Text',
  'Stopped on request.': 'Auf Wunsch angehalten.',
  'Stopped because another project was opened.': 'Angehalten, weil ein anderes Projekt geöffnet wurde.',
  'Stopped because the project was closed.': 'Angehalten, weil das Projekt geschlossen wurde.',
  'Entail was closed while it ran.': 'Entail wurde beendet, während er lief.',
  'The index for searching is damaged or was changed by something else: it is made anew.':
    'Der Suchindex ist beschädigt oder wurde von etwas anderem geändert: Er wird neu gemacht.',
  'The project has lost its mark: it gets a new one.':
    'Dem Projekt fehlt sein Kennzeichen: Es bekommt ein neues.',
  'The counter of new rows is out of range: it is counted again.':
    'Der Zähler für neue Zeilen ist unmöglich: Es wird neu gezählt.',
  'The run that suggests is not in the project: the model as it is suggests.':
    'Der Lauf, der vorschlägt, ist nicht im Projekt: Das Modell schlägt vor, wie es ist.',
  'one document per file': 'ein Dokument je Datei',
  'JSON table': 'JSON-Tabelle',
  'JSON lists': 'JSON-Listen',
  folder: 'Ordner',
  mail: 'E-Mail',
  mailbox: 'Postfach',
  'documents are numbered anew': 'Dokumente werden neu nummeriert',
  "labels that are undecided can't be told from rejected ones":
    'offene Kategorien lassen sich nicht von abgelehnten unterscheiden',
  'documents to which no label applies look like unlabelled ones':
    'Dokumente, auf die keine Kategorie zutrifft, sehen aus wie nicht eingeordnete',
  'documents that were finished without a decision make no pairs':
    'Dokumente, die ohne eine Entscheidung fertig sind, ergeben keine Paare',
  'skipped documents are left out': 'übersprungene Dokumente fehlen',
  'decisions on unfinished documents are left out': 'Entscheidungen zu unfertigen Dokumenten fehlen',
  'unfinished answers are drafts, which the open-source server does not take in':
    'unfertige Antworten sind Entwürfe, die der quelloffene Server nicht annimmt',
  'decisions on skipped documents are left out': 'Entscheidungen zu übersprungenen Dokumenten fehlen',
  'several annotators become one: where they disagree, the rule of the project counts':
    'aus mehreren Personen wird eine: Wo sie uneins sind, gilt die Regel des Projekts',
  'suggestions are left out': 'Vorschläge fehlen',
  'suggestions that were accepted in bulk are left out': 'gesammelt übernommene Vorschläge fehlen',
  'the test sample is not marked': 'die Teststichprobe ist nicht gekennzeichnet',
  'other fields of the documents are left out': 'andere Felder der Dokumente fehlen',
  'comments are left out': 'Kommentare fehlen',
  'flags of documents are left out': 'Vormerkungen der Dokumente fehlen',
  'a workbook, in which dates are dates and numbers numbers':
    'eine Mappe, in der ein Datum ein Datum und eine Zahl eine Zahl ist',
  'text with commas, every cell as it was written': 'Text mit Kommas, jede Zelle, wie sie geschrieben war',
  'typed columns, for programs': 'Spalten mit Typen, für Programme',
  'an object per document, for programs': 'ein Objekt je Dokument, für Programme',
  'texts of more than 32,767 characters are cut; at their end stands how long they were':
    'Texte von mehr als 32.767 Zeichen werden gekürzt; am Ende steht, wie lang sie waren',
  'broken characters are replaced': 'kaputte Zeichen werden ersetzt',
  'cards with options for Prodigy (textcat.manual)': 'Karten mit Auswahl für Prodigy (textcat.manual)',
  'a row per decided label for Prodigy (textcat.teach)':
    'eine Zeile je entschiedener Kategorie für Prodigy (textcat.teach)',
  'lines for doccano': 'Zeilen für doccano',
  'JSONL for Hugging Face datasets: names of the labels that apply':
    'JSONL für Hugging Face datasets: die Namen der zutreffenden Kategorien',
  'one JSON object per document and annotator; carries everything but flags':
    'ein JSON-Objekt je Dokument und Person; nimmt alles auf außer Vormerkungen',
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
  'a row per document and decided label, for Label Sleuth':
    'eine Zeile je Dokument und entschiedener Kategorie, für Label Sleuth',
  'records for Argilla': 'Datensätze für Argilla',
  'flat records for Argilla, as on the Hugging Face hub':
    'flache Datensätze für Argilla, wie bei Hugging Face',
  'all labels of a document right': 'alle Kategorien eines Dokuments richtig',
  'single decisions wrong': 'einzelne Entscheidungen falsch',
  'labels to read, the likeliest first, until all right ones are seen':
    'so viele Kategorien liest man, die wahrscheinlichste zuerst, bis alle richtigen dabei sind',
  'this project': 'dieses Projekt',
  'downloaded models': 'heruntergeladene Modelle',
  'backups of projects': 'Sicherungen von Projekten',
  preferences: 'Einstellungen',
  'the log of what went wrong': 'das Protokoll dessen, was schiefging',
  'Part of Entail. English, the smallest and fastest.':
    'Teil von Entail. Englisch, das kleinste und schnellste.',
  'Part of Entail. English. It suggests best, and learns most from few decisions.':
    'Teil von Entail. Englisch. Es schlägt am besten vor und lernt am meisten aus wenigen Entscheidungen.',
  English: 'Englisch',
  '100 languages': '100 Sprachen',
  'made for zero-shot labelling, trained on 33 sets, no zero-shot figure published; the smallest step up':
    'für das Einordnen ohne Beispiele gemacht, mit 33 Sammlungen trainiert, dafür kein Wert veröffentlicht; der kleinste Schritt nach oben',
  'natural language inference, three classes': 'logisches Folgern zwischen Sätzen, drei Klassen',
  'zero-shot macro F1 0.64, with 500 texts per label 0.83 (published)':
    'Makro-F1 ohne Beispiele 0,64, mit 500 Texten je Kategorie 0,83 (veröffentlicht)',
  'natural language inference in many languages, three classes; MultiNLI accuracy 0.86 (published)':
    'logisches Folgern zwischen Sätzen in vielen Sprachen, drei Klassen; Genauigkeit auf MultiNLI 0,86 (veröffentlicht)',
  'A folder on this computer.': 'Ein Ordner auf diesem Rechner.',
  'The folder is not there now.': 'Der Ordner ist gerade nicht da.',
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
const inGermanQuotes = (list: string) => list.replaceAll(/"([^"]*)"/g, '„$1“');
const categories = (names: string, others: string | undefined, them: string | undefined) =>
  `${them === 'it' ? 'Kategorie' : 'Kategorien'} ${inGermanQuotes(names)}${others ? ` und ${others} andere` : ''}`;
const said = (sentence: string) => sentences[sentence] ?? sentence;

const patterns: Texts['backend']['patterns'] = [
  { when: /^(.+) \((\d+) documents?\)$/s, say: (what = '', n = '') => `${said(what)} (${documents(n)})` },
  {
    when: /^(English|100 languages): (.+)\.$/s,
    say: (languages = '', quality = '') => `${said(languages)}: ${said(quality)}.`,
  },
  { when: /^"(.*)" was added$/s, say: (name) => `„${name}“ wurde angelegt` },
  { when: /^"(.*)" was changed$/s, say: (name) => `„${name}“ wurde geändert` },
  { when: /^"(.*)" was renamed to "(.*)"$/s, say: (a, b) => `„${a}“ wurde in „${b}“ umbenannt` },
  { when: /^"(.*)" was deleted$/s, say: (name) => `„${name}“ wurde gelöscht` },
  {
    when: /^"(.*)" was merged into "(.*)"$/s,
    say: (a, b) => `„${a}“ wurde mit „${b}“ zusammengelegt`,
  },
  {
    when: /^This run will have no held-out figures: from (\d+) annotated documents on, some are held out to measure it, and there (?:is|are) (\d+)(, besides unfinished ones with labels that were only given, or only rejected)?\. (?:Annotate (\d+) more|This project has (\d+) to learn from: import more) first to have them\.$/,
    say: (least, n, others, more, all) =>
      `Dieser Lauf wird keine Werte an Zurückgehaltenem haben: Ab ${least} eingeordneten Dokumenten werden einige zurückgehalten, um daran zu messen, und es ${n === '1' ? 'ist' : 'sind'} ${n}${others ? ', neben nicht abgeschlossenen, deren Kategorien nur vergeben oder nur abgelehnt wurden' : ''}. ${more ? `Ordnen Sie erst ${more} weitere ein` : `Dieses Projekt hat ${all} zum Lernen: Importieren Sie erst weitere`}, dann gibt es welche.`,
  },
  {
    when: /^No training document has the labels? (".*")(?: and (\d+) others)?, so the model can't learn (it|them): accept .+$/s,
    say: (names = '', others, them) =>
      `Kein Dokument zum Trainieren hat die ${categories(names, others, them)}, daher kann das Modell sie nicht lernen: Nehmen Sie sie zuerst bei einigen Dokumenten an.`,
  },
  {
    when: /^The labels? (".*")(?: and (\d+) others)? (?:was|were) never rejected, so the model may learn to suggest (it|them) everywhere: reject .+$/s,
    say: (names = '', others, them) =>
      `Die ${categories(names, others, them)} ${them === 'it' ? 'wurde' : 'wurden'} nie abgelehnt; das Modell lernt dann womöglich, sie überall vorzuschlagen: Lehnen Sie sie zuerst bei einigen Dokumenten ab.`,
  },
  {
    when: /^(\d+) answers? stays? out of the training: on unfinished documents, .+$/s,
    say: (count) =>
      count === '1'
        ? 'Eine Antwort bleibt beim Training außen vor: Ihre Kategorie wurde an nicht abgeschlossenen Dokumenten oder an vielen auf einmal nur vergeben oder nur abgelehnt, und mit ihr würde das Modell lernen, sie überall oder nirgends vorzuschlagen. Schließen Sie mehr Dokumente ab, um sie zu nutzen.'
        : `${count} Antworten bleiben beim Training außen vor: Ihre Kategorien wurden an nicht abgeschlossenen Dokumenten oder an vielen auf einmal nur vergeben oder nur abgelehnt, und mit ihnen würde das Modell lernen, sie überall oder nirgends vorzuschlagen. Schließen Sie mehr Dokumente ab, um sie zu nutzen.`,
  },
  {
    when: /^The log that did not fit is kept as (".*")\.$/s,
    say: (names = '') =>
      `Das Protokoll, das nicht passte, ist aufgehoben als ${names.replaceAll(/"([^"]*)"/g, '„$1“')}.`,
  },
  {
    when: /^In (\d+) rows? of "(.*)" the field "(.*)" holds what Entail never writes: (put aside|replaced by a plain value)\.$/s,
    say: (n, table, field, done) =>
      `In ${n === '1' ? '1 Zeile' : `${n} Zeilen`} von „${table}“ steht im Feld „${field}“, was Entail nie schreibt: ${done === 'put aside' ? 'beiseitegelegt' : 'durch einen einfachen Wert ersetzt'}.`,
  },
  {
    when: /^(\d+) rows? of "(.*)" points? to no row of "(.*)": put aside\.$/s,
    say: (n, table, target) =>
      `${n === '1' ? '1 Zeile' : `${n} Zeilen`} von „${table}“ ${n === '1' ? 'verweist' : 'verweisen'} auf keine Zeile von „${target}“: beiseitegelegt.`,
  },
  {
    when: /^The words of the label "(.*)" were changed by something other than Entail: read its name, description and sentences, and save them\.$/s,
    say: (name) =>
      `Der Wortlaut der Kategorie „${name}“ wurde von etwas anderem als Entail verändert: Lesen Sie Namen, Beschreibung und Sätze, und speichern Sie sie.`,
  },
  {
    when: /^The figures, thresholds or label texts of "(.*)" were changed by something other than Entail: don't rely on them\. Train again, or open a backup\.$/s,
    say: (name) =>
      `Zahlen, Schwellen oder Texte von „${name}“ wurden von etwas anderem als Entail verändert: Verlassen Sie sich nicht darauf. Trainieren Sie neu, oder öffnen Sie eine Sicherung.`,
  },
  {
    when: /^In the project's file (\d+) results? of (?:a model was|models were) changed by something other than Entail: not used, and computed again where that is possible\.$/,
    say: (n = '') =>
      n === '1'
        ? 'In der Projektdatei hat etwas anderes als Entail 1 Ergebnis eines Modells verändert: Es wird nicht verwendet und neu berechnet, wo das geht.'
        : `In der Projektdatei hat etwas anderes als Entail ${n} Ergebnisse von Modellen verändert: Sie werden nicht verwendet und neu berechnet, wo das geht.`,
  },
  {
    when: /^(.+?): It is not UTF-8 and was read as (\S+(?: \(.+?\))?); if characters are wrong, name another encoding(.*)\.$/s,
    say: (file, encoding, others) =>
      `${file}: Es ist kein UTF-8 und wurde als ${encoding} gelesen; sind Zeichen falsch, wählen Sie eine andere Kodierung${others}.`,
  },
  {
    when: /^(.+?): It is not UTF-8 and was read as (\S+); if characters are wrong, save the message as UTF-8\.$/s,
    say: (file, encoding) =>
      `${file}: Es ist kein UTF-8 und wurde als ${encoding} gelesen; sind Zeichen falsch, speichern Sie die Nachricht als UTF-8.`,
  },
  {
    when: /^(.+): (?:One character is|(\d+) characters are) no (\S+) and became "�": lines? ([\d, …]+)\.$/s,
    say: (file, n, encoding, lines) =>
      `${file}: ${n ? `${n} Zeichen sind` : 'Ein Zeichen ist'} kein ${encoding} und wurde${n ? 'n' : ''} zu „�“: Zeile ${lines}.`,
  },
  {
    when: /^(.+): (?:One row has a quote that does|(\d+) rows have quotes that do) not fit, and w(?:as|ere) read as if (?:it|they) meant nothing: lines? ([\d, …]+)\.$/s,
    say: (file, n, lines) =>
      `${file}: ${n ? `${n} Zeilen haben` : 'Eine Zeile hat'} Anführungszeichen, die nicht passen; sie gelten dort als Zeichen: Zeile ${lines}.`,
  },
  {
    when: /^(.+): What was said of (.+) means nothing for (.+) and was not used\.$/s,
    say: (file, options, format) =>
      `${file}: Was zu ${options} gesagt wurde, bedeutet für ${format} nichts und wurde nicht verwendet.`,
  },
  {
    when: /^(.+): Argilla wrote no status of answers into it, so drafts and discarded answers count as finished ones: take the records out with dataset\.records\.to_datasets\(\) instead\.$/s,
    say: (file) =>
      `${file}: Argilla hat darin keinen Status der Antworten geschrieben, Entwürfe und verworfene zählen daher als fertige: Nehmen Sie die Datensätze besser mit dataset.records.to_datasets() heraus.`,
  },
  {
    when: /^(.+): (\d+) answers? of the project, which it leaves open, stays?: an import takes none back, Browse and Annotate do\.$/s,
    say: (file = '', n = '') =>
      `${file}: ${n === '1' ? '1 Antwort des Projekts, die sie offen lässt, bleibt' : `${n} Antworten des Projekts, die sie offen lässt, bleiben`}: Ein Import nimmt keine zurück, das geht unter Dokumente und Einordnen.`,
  },
  {
    when: /^(.+): What a model said of labels in this file \((\d+) columns?\) is nobody's decision and was not taken for one\.$/s,
    say: (file, n) =>
      `${file}: Was ein Modell in dieser Datei zu Kategorien sagt (${n} ${n === '1' ? 'Spalte' : 'Spalten'}), ist niemandes Entscheidung und wurde nicht dafür genommen.`,
  },
  {
    when: /^(.+?): What stands above the header was left out: (.+)\.$/s,
    say: (file, titles = '') =>
      `${file}: Was über der Kopfzeile steht, wurde ausgelassen: ${inGermanQuotes(titles)}.`,
  },
  {
    when: /^(.+?): The header comes again and was left out there: (lines?) (.+)\.$/s,
    say: (file, line, lines) =>
      `${file}: Die Kopfzeile steht noch einmal da und wurde dort ausgelassen: ${line === 'line' ? 'Zeile' : 'Zeilen'} ${lines}.`,
  },
  {
    when: /^(.+?): (?:One whole number has|(\d+) whole numbers have) more digits than a sheet keeps, the first in line (\d+): the last digits may be wrong\. Store such ids as text\.$/s,
    say: (file, n, line) =>
      `${file}: ${n ? `${n} ganze Zahlen haben` : 'Eine ganze Zahl hat'} mehr Ziffern, als ein Blatt behält, die erste in Zeile ${line}: Die letzten Ziffern können falsch sein. Speichern Sie solche Kennungen als Text.`,
  },
  {
    when: /^(.+?): Each conversation in "(.+)" is one document, with a line for each that speaks\.$/s,
    say: (file, field) =>
      `${file}: Jedes Gespräch in „${field}“ ist ein Dokument, mit einer Zeile für jeden, der spricht.`,
  },
  {
    when: /^(.+?): (?:A cell has a link|(\d+) cells have links) behind (?:its text|their texts) \((?:the first: )?([A-Z]+\d+)\): where .+ was not read\.$/s,
    say: (file, n, first) =>
      n
        ? `${file}: Hinter den Texten von ${n} Zellen (die erste: ${first}) liegen Links: Wohin sie führen, wurde nicht gelesen.`
        : `${file}: Hinter dem Text einer Zelle (${first}) liegt ein Link: Wohin er führt, wurde nicht gelesen.`,
  },
  {
    when: /^(.+?): The labels in "(.+)" were taken for a person's decisions: if a model gave them, as "(.+)" may mean, keep them beside the text\.$/s,
    say: (file, labels, scores) =>
      `${file}: Die Kategorien in „${labels}“ wurden für Entscheidungen eines Menschen genommen: Hat ein Modell sie vergeben, worauf „${scores}“ hindeutet, behalten Sie sie neben dem Text.`,
  },
  {
    when: /^(.+?): Two rows name the columns: (.+) stand above their names\.$/s,
    say: (file, groups = '') =>
      `${file}: Zwei Zeilen benennen die Spalten: ${inGermanQuotes(groups)} stehen über ihren Namen.`,
  },
  {
    when: /^(.+?): The sheet "(.*)" was read, the (hidden )?sheets? (.+) w(?:as|ere) not\.$/s,
    say: (file, sheet, hidden, others = '') =>
      `${file}: Gelesen wurde das Blatt „${sheet}“, nicht ${hidden ? 'die ausgeblendeten' : 'die anderen'}: ${inGermanQuotes(others)}.`,
  },
  {
    when: /^(.+?): (?:One cell is a formula|(\d+) cells are formulas) that w(?:as|ere) never computed(?: \((?:the first: )?([A-Z]+\d+)\))?, and (?:is|are) read as empty: .+\.$/s,
    say: (file, n, first = '') =>
      `${file}: ${n ? `${n} Zellen sind Formeln, die` : 'Eine Zelle ist eine Formel, die'} nie berechnet ${n ? 'wurden' : 'wurde'}${first && ` (${n ? 'die erste: ' : ''}${first})`}, und ${n ? 'werden' : 'wird'} als leer gelesen: Öffnen Sie die Datei in Excel oder LibreOffice, speichern Sie sie dort, und importieren Sie sie noch einmal.`,
  },
  {
    when: /^(.+?): (?:One row|(\d+) rows) of the sheet (?:is|are) hidden or filtered away(?: \((?:the first: )?line (\d+)\))?, and w(?:as|ere) read like the others\.$/s,
    say: (file, n, first = '') =>
      `${file}: ${n ? `${n} Zeilen des Blatts sind` : 'Eine Zeile des Blatts ist'} ausgeblendet oder weggefiltert${first && ` (${n ? 'die erste: ' : ''}Zeile ${first})`}, und ${n ? 'wurden' : 'wurde'} wie die anderen gelesen.`,
  },
  {
    when: /^(.+?): (?:One file|(\d+) files) in it w(?:as|ere) not read, since nothing is known to read such files: (.+)\.$/s,
    say: (file, n, names) =>
      `${file}: ${n ? `${n} Dateien` : 'Eine Datei'} darin ${n ? 'wurden' : 'wurde'} nicht gelesen, da sich solche Dateien nicht lesen lassen: ${names}.`,
  },
  {
    when: /^(.+?): (\d+) of (\d+) pages have no text, being empty or images: (.+)\.$/s,
    say: (file, n, all, pages = '') =>
      `${file}: ${n} von ${all} Seiten haben keinen Text, sie sind leer oder Bilder: ${pages.replaceAll(' to ', ' bis ')}.`,
  },
  {
    when: /^(.+), (line|record) (\d+): "(.*)" comes again as "(.*)" with another text, so that is no id and is kept beside the text\.$/s,
    say: (file, kind, number, id, column) =>
      `${file}, ${kind === 'line' ? 'Zeile' : 'Datensatz'} ${number}: „${id}“ steht unter „${column}“ noch einmal bei einem anderen Text; das ist also keine Kennung und bleibt beim Text.`,
  },
  {
    when: /^(.+?): (".+?"(?: …)?) (has its first value|have their first values) after the rows by which it is told what columns are, and w(?:as|ere) kept beside the text; say it where these are labels\.$/s,
    say: (file, columns = '', has = '') =>
      `${file}: ${inGermanQuotes(columns)} ${has.startsWith('has') ? 'hat den ersten Wert' : 'haben die ersten Werte'} erst nach den Zeilen, an denen sich zeigt, was die Spalten sind, und ${has.startsWith('has') ? 'bleibt' : 'bleiben'} beim Text; sagen Sie es, wenn das Kategorien sind.`,
  },
  {
    when: /^(.+?): -1 under (.+) was read as undecided: where it stands for something else, write words in place of the numbers\.$/s,
    say: (file, columns = '') =>
      `${file}: -1 unter ${inGermanQuotes(columns)} gilt als offen: Steht es für etwas anderes, schreiben Sie Wörter statt der Zahlen.`,
  },
  {
    when: /^(.+?): The first records do not have all fields; later ones also have (.+)\.$/s,
    say: (file, fields = '') =>
      `${file}: Die ersten Datensätze haben nicht alle Felder; spätere haben auch ${inGermanQuotes(fields)
        .replaceAll('(kept beside the text)', '(bleibt beim Text)')
        .replaceAll('(left out)', '(ausgelassen)')
        .replace(/\(read as (\w+)\)/g, '(gelesen als $1)')}.`,
  },
  {
    when: /^(".+")(?: and (\d+) more)? became one label(?: each)?, and (?:is|are) made of other labels: where several stand in one cell, the same sign has to stand between them everywhere\.$/s,
    say: (labels = '', more = '') =>
      `${inGermanQuotes(labels)}${more && ` und ${more} weitere`} ${more || labels.includes('", "') ? 'wurden je eine Kategorie, obwohl sie' : 'wurde eine Kategorie, obwohl sie'} aus anderen Kategorien ${more || labels.includes('", "') ? 'bestehen' : 'besteht'}: Stehen mehrere in einer Zelle, muss überall dasselbe Zeichen dazwischen stehen.`,
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
