import type { documents as English } from '../en/documents.ts';
import { formats } from '../format.ts';

const { list, names: quotedNames, number, percent, plural } = formats('de');
const documentCount = (n: number) => plural(n, { one: '# Dokument', other: '# Dokumente' });

export const documents: typeof English = {
  browse: {
    noDocumentsText:
      'Importieren Sie eine Datei mit Ihren Texten; hier finden Sie sie wieder und ordnen sie ein.',
    outdated: 'Noch von dem, was zuvor vorschlug: Die neue Wahrscheinlichkeit kommt gleich.',
    ownAnswer:
      'Darin ist gelernt, was über dieses Dokument entschieden wurde. Auswertung und exportierte Tabellen enthalten, was vorgeschlagen würde, hätte niemand darüber entschieden.',
    nothing: 'Kein Dokument passt',
    nothingText: 'Suchen Sie nach weniger, oder nehmen Sie eine Bedingung weg.',
    help: {
      move: 'bewegen',
      choose: 'auswählen',
      chooseMore: 'mehr auswählen',
      all: 'alle passenden',
      annotate: 'einordnen',
      accept: 'Vorschläge übernehmen',
      delete: 'löschen',
      search: 'suchen',
    },
    search: 'Die Dokumente durchsuchen',
    searchPlaceholder: 'Wörter oder eine Kennung',
    state: 'Stand',
    states: {
      all: 'Alle Dokumente',
      new: 'Noch nicht eingeordnet',
      draft: 'Begonnen',
      done: 'Fertig',
      skipped: 'Übersprungen',
      flagged: 'Vorgemerkt',
      accepted: 'Übernommene Vorschläge',
    },
    anyLabel: 'Jede Kategorie',
    relation: 'Wie die Kategorie steht',
    relations: {
      yes: 'trifft zu',
      no: 'trifft nicht zu',
      undecided: 'ist offen',
      open: 'ist vorgeschlagen und offen',
      suggested: 'ist vorgeschlagen',
      accepted: 'ist ein übernommener Vorschlag',
    },
    undone: (what) => `Rückgängig gemacht: ${what}`,
    accept: {
      button: 'Vorschläge übernehmen…',
      title: 'Vorschläge übernehmen',
      lead: 'Vorschläge über ihren Schwellen, auf allen Dokumenten, die passen. Sie bleiben als die des Modells gekennzeichnet: Mit ihnen wird nichts trainiert und nichts gemessen, und was ein Mensch entscheidet, ersetzt sie.',
      looking: 'Wird gesucht…',
      none: 'Kein Vorschlag liegt über seiner Schwelle, der nicht schon übernommen oder entschieden ist.',
      from: (threshold) => `ab ${percent(threshold)}`,
      right: (share) => `etwa ${percent(share)} wohl richtig`,
      unfinished:
        'Noch hat niemand ein Dokument fertig, also sagt nichts, wie oft Kategorien zutreffen: Wie viel wohl richtig ist, ist geraten, und es kann weit weniger sein. Machen Sie zuerst einige fertig.',
      doubtful: (n) =>
        `Bei ${plural(n, { one: '# Kategorie', other: '# Kategorien' })} ist wohl weniger als die Hälfte der Vorschläge richtig: Machen Sie zuerst mehr Dokumente fertig, oder lassen Sie ${n === 1 ? 'sie' : 'diese'} weg.`,
      stale: (n) =>
        `${plural(n, { one: '# Vorschlag ist', other: '# Vorschläge sind' })} veraltet, weil sich das Modell oder die Sätze einer Kategorie seither geändert haben. ${n === 1 ? 'Er bleibt' : 'Sie bleiben'} weg, bis das Modell ${n === 1 ? 'das Dokument' : 'die Dokumente'} wieder gelesen hat.`,
      accept: (n) => plural(n, { one: '# Vorschlag übernehmen', other: '# Vorschläge übernehmen' }),
      what: (answers, n) =>
        `${plural(answers, { one: '# Vorschlag', other: '# Vorschläge' })} auf ${n === 1 ? '1 Dokument' : `${number(n)} Dokumenten`}`,
      done: (answers, n) =>
        `${plural(answers, { one: '# Vorschlag', other: '# Vorschläge' })} auf ${n === 1 ? '1 Dokument' : `${number(n)} Dokumenten`} übernommen.`,
      earlier: 'Bisher übernommen',
      takeBack: 'Zurücknehmen',
      byModel: 'Modell',
    },
    from: (share) => `ab ${percent(share)}`,
    fromThreshold: (share) => (share === null ? 'ab ihrer Schwelle' : `ab ihrer Schwelle, ${percent(share)}`),
    toThreshold: 'Ab ihrer Schwelle',
    disagreement: 'Uneinigkeit',
    duplicates: 'Doppelte',
    fields: {
      field: 'Feld',
      another: 'Noch ein Feld',
      any: 'Alle Felder',
      anyValue: 'Alle Werte',
      valueOf: (name) => `Wert von ${name}`,
      contains: (name) => `Was ${name} enthält`,
      containing: 'enthält',
      from: 'von',
      to: 'bis',
      fromOf: (name) => `${name} von`,
      toOf: (name) => `${name} bis`,
      columns: 'Spalten',
      up: {
        text: (name) => `${name}, A bis Z`,
        number: (name) => `${name}, kleinste zuerst`,
        date: (name) => `${name}, früheste zuerst`,
        'yes/no': (name) => `${name}, Nein zuerst`,
      },
      down: {
        text: (name) => `${name}, Z bis A`,
        number: (name) => `${name}, größte zuerst`,
        date: (name) => `${name}, späteste zuerst`,
        'yes/no': (name) => `${name}, Ja zuerst`,
      },
    },
    order: 'Reihenfolge',
    orders: {
      order: 'Der Reihe nach',
      newest: 'Neueste Entscheidungen zuerst',
      suggestion: 'Wahrscheinlichste zuerst',
      uncertain: 'Unsicherste zuerst',
      longest: 'Längste zuerst',
      shortest: 'Kürzeste zuerst',
    },
    showAll: 'Alle zeigen',
    documents: 'Dokumente',
    columns: {
      chosen: 'Ausgewählt',
      text: 'Text',
      labels: 'Kategorien',
      suggestion: 'Vorschlag',
      state: 'Stand',
    },
    flagged: 'vorgemerkt',
    undecidedShort: (n) => `${number(n)} offen`,
    bulk: 'Die ausgewählten Dokumente ändern',
    chooseNone: 'Auswahl aufheben (Esc)',
    chosen: (n) => `${documentCount(n)} ausgewählt`,
    bulkLabel: 'Kategorie für die ausgewählten Dokumente',
    yes: 'Ja',
    no: 'Nein',
    undecided: 'Offen',
    flag: 'Vormerken',
    unflag: 'Nicht mehr vormerken',
    done: 'Fertig',
    skip: 'Überspringen',
    delete: 'Löschen',
    changed: {
      yes: (label, n) => `„${label}“ trifft jetzt zu: ${documentCount(n)}.`,
      no: (label, n) => `„${label}“ trifft jetzt nicht zu: ${documentCount(n)}.`,
      undecided: (label, n) => `„${label}“ ist jetzt offen: ${documentCount(n)}.`,
      flagged: (n) => `Vorgemerkt: ${documentCount(n)}.`,
      unflagged: (n) => `Nicht mehr vorgemerkt: ${documentCount(n)}.`,
      done: (n) => `Fertig: ${documentCount(n)}.`,
      skipped: (n) => `Übersprungen: ${documentCount(n)}.`,
    },
    most: (n) => `Höchstens ${documentCount(n)} lassen sich zusammen auswählen.`,
    firstChosen: (n) =>
      `Die ersten ${documentCount(n)} sind ausgewählt: Mehr lassen sich nicht zusammen ändern.`,
  },
  labels: {
    lead: 'Benennen Sie die Kategorien. Auf ein Dokument können beliebig viele zutreffen, auch keine.',
    new: 'Neue Kategorie',
    firstPlaceholder: 'Erste Kategorie, dann Enter',
    newPlaceholder: 'Neue Kategorie, dann Enter',
    add: 'Die Kategorie anlegen',
    moves: 'verschiebt eine Kategorie; Ziehen geht auch.',
    compete:
      'Vor dem Training konkurrieren Kategorien: Kommt eine dazu oder fällt eine weg, ändern sich die Vorschläge der anderen.',
    paste: 'Mehrere auf einmal: Fügen Sie eine Liste ein, eine Kategorie je Zeile.',
    list: 'Kategorien',
    colour: 'Farbe',
    colours: {
      '#0072b2': 'Blau',
      '#d55e00': 'Orange',
      '#009e73': 'Grün',
      '#aa4499': 'Violett',
      '#8a6d00': 'Oliv',
      '#56789a': 'Schiefer',
      '#b03060': 'Karmin',
      '#44aa99': 'Türkis',
    },
    anotherColour: 'Eine andere Farbe',
    name: 'Name',
    keepsAnswers: (n) => plural(n, { one: 'Behält ihre # Antwort.', other: 'Behält ihre # Antworten.' }),
    key: 'Taste',
    auto: 'auto',
    description: 'Beschreibung',
    descriptionHint:
      'Eine Zeile, die sagt, wofür die Kategorie da ist. Mit ihr sind die Vorschläge der mitgelieferten Modelle besser, und sie kommt in Exporte.',
    guidelines: 'Richtlinien',
    guidelinesHint: 'Beim Einordnen zu sehen: was zählt, was nicht, und Grenzfälle.',
    end: 'Zusammenlegen oder löschen',
    undoable: 'Beides lässt sich rückgängig machen.',
    mergeInto: 'Zusammenlegen mit',
    mergeIntoWhich: 'Zusammenlegen mit…',
    contradicting: (n, from, into) =>
      `„${from}“ und „${into}“ widersprechen sich in ${plural(n, { one: '# Dokument', other: '# Dokumenten' })}: Zusammengeführt ist das ein Ja.`,
    giveYes: (n, name) => `${number(n)} Ja an ${name} übergeben`,
    mergeIntoNamed: (name) => `Mit ${name} zusammenlegen`,
    delete: 'Löschen',
    asked: 'Was das Modell gefragt wird',
    askedLead:
      'Ein Dokument bekommt diese Kategorie, wenn der Satz aus ihm folgt. Schreiben Sie ihn so, wie Sie es jemandem erklären würden.',
    sentence: 'Satz',
    sentenceNumber: (n) => `Satz ${n}`,
    takeSentence: (n) => `Satz ${n} entfernen`,
    another: 'Noch ein Satz',
    template: 'Einen Satz aus einer Vorlage nehmen',
    fromTemplate: 'Aus einer Vorlage…',
    previewNone: 'Sobald es Dokumente gibt, sehen Sie hier, wie sie abschneiden.',
    previewWorking: 'Einige Ihrer Dokumente werden bewertet…',
    preview: 'Wie einige Ihrer Dokumente bei diesen Sätzen allein abschneiden, ohne das Gelernte',
    deleted: (name) => `„${name}“ wurde gelöscht.`,
    merged: (from, into) => `„${from}“ wurde mit „${into}“ zusammengelegt.`,
    nothingToUndo: 'Es gibt keine Änderung an Kategorien, die sich rückgängig machen ließe.',
    undone: (what) => `Rückgängig gemacht: ${what}.`,
    unused: 'Noch hängt keine Antwort daran.',
    codeHint: (code) => `Nach „/“ zu tippen: / ${code} Enter.`,
    keyIsAction: (key, action) =>
      `„${key}“ ist die Taste für „${action}“; die lässt sich in den Einstellungen ändern.`,
    keyNeedsNoShift: (key) =>
      `„${key}“ kann keine Taste einer Kategorie sein: Umschalt mit der Taste sagt nein. Nehmen Sie einen Buchstaben oder eine Ziffer, oder zwei oder drei.`,
    unknownTo: (n, name) =>
      plural(n, {
        one: `# Dokument, das Sie fertig haben, weiß nichts von „${name}“.`,
        other: `# Dokumente, die Sie fertig haben, wissen nichts von „${name}“.`,
      }),
    goThrough: 'Durchgehen',
    showThem: 'Zeigen',
    has: ({ yes, no, accepted, suggestions }) =>
      `Daran hängen ${[
        yes > 0 && `${number(yes)} Ja`,
        no > 0 && `${number(no)} Nein`,
        accepted > 0 &&
          plural(accepted, { one: '# übernommener Vorschlag', other: '# übernommene Vorschläge' }),
        suggestions > 0 && plural(suggestions, { one: '# Vorschlag', other: '# Vorschläge' }),
      ]
        .filter((part) => part !== false)
        .join(', ')}.`,
    learntBy: (n) =>
      plural(n, { one: '# Trainingslauf hat sie gelernt.', other: '# Trainingsläufe haben sie gelernt.' }),
  },
  import: {
    lead: 'Holen Sie die Dokumente herein, die Sie einordnen möchten. Sie bleiben auf diesem Rechner.',
    drop: 'Dateien oder einen Ordner hier ablegen',
    formats:
      'Tabellen (CSV, Excel, OpenDocument, Parquet), JSON, Text, Word, PDF, HTML und E-Mail, auch in ZIP-Dateien und Ordnern; Exporte von Label Studio, Prodigy und Argilla.',
    chooseFiles: 'Dateien wählen…',
    chooseFolder: 'Ordner wählen…',
    files: 'Dateien',
    folder: 'Ordner',
    reading: 'Die Dateien werden gelesen',
    importing: 'Wird importiert',
    fileCount: (n) => plural(n, { one: '# Datei', other: '# Dateien' }),
    leaveOut: (name) => `${name} weglassen`,
    format: 'Format',
    formatChosen: 'Von Ihnen gewählt.',
    sheet: 'Tabellenblatt',
    sheetRead: (own, others) =>
      `Das Blatt „${own}“ wird gelesen. Nicht gelesen: ${list(others.slice(0, 10).map((name) => `„${name}“`))}${others.length > 10 ? ' …' : ''}.`,
    split: 'Dokumente',
    splits: {
      whole: 'bleiben ganz',
      page: 'an Seiten geteilt',
      heading: 'an Überschriften geteilt',
      paragraph: 'an Absätzen geteilt',
      sentences: 'alle fünf Sätze geteilt',
    },
    signs: {
      bytes: () => 'Sie beginnt wie solche Dateien.',
      fields: ({ names }) => `Ihre Einträge haben ${list(names.map((name) => `„${name}“`))}.`,
      records: () => 'Sie hat JSON-Einträge ohne Felder eines anderen Werkzeugs.',
      lines: ({ start }) => `Die meisten Zeilen beginnen mit ${start}.`,
      delimiter: ({ delimiter }) =>
        `Ihre Zeilen haben gleich viele Zellen mit ${delimiter === '\t' ? 'Tabulatoren' : `„${delimiter}“`} dazwischen.`,
      ending: ({ ending }) => `Ihr Name endet auf ${ending}.`,
      rest: () => 'Kein anderes Format passt: Jede Zeile ist ein Dokument.',
    },
    columns: 'Was ist was',
    absent: 'Kategorien, die eine Zeile nicht nennt',
    absentOpen: 'sind offen',
    absentNo: 'sind ein Nein',
    absentFormatHelp:
      'Das Programm, aus dem die Datei kommt, fragt nach all seinen Kategorien zugleich. Was in der Datei nirgends vorkommt, bleibt offen.',
    absentNoHelp:
      'Nehmen Sie das, wenn jede Zeile auf jede Kategorie geprüft wurde. Die Zeilen gelten dann als fertig.',
    absentOpenHelp: 'Nur was genannt ist, gilt als entschieden; den Rest können Sie durchgehen.',
    conflicts: {
      title: (n: number) =>
        plural(n, { one: '# Antwort widerspricht Ihrer', other: '# Antworten widersprechen Ihren' }),
      lead: 'Dass die Datei neuer ist, steht nicht fest. Wenn Sie nichts anderes wählen, bleiben die Antworten des Projekts.',
      whose: 'Wessen Antworten gelten',
      mine: 'Alle meine behalten',
      theirs: 'Alle der Datei nehmen',
      each: 'Einzeln wählen',
      document: 'Dokument',
      label: 'Kategorie',
      project: 'Im Projekt',
      file: 'In der Datei',
      take: 'Nehmen',
      takeOf: (document: string, label: string) =>
        `Die Antwort der Datei für ${label} von Dokument ${document} nehmen`,
      noTime: 'ohne Zeitangabe',
      more: (n: number) =>
        `${plural(n, { one: '# weitere ist', other: '# weitere sind' })} nicht aufgeführt; wenn Sie einzeln wählen, bleiben dort die Antworten des Projekts.`,
      answers: { yes: 'ja', no: 'nein', undecided: 'offen' },
    },
    kept: (n: number) =>
      `${plural(n, { one: '# Antwort', other: '# Antworten' })} des Projekts ${n === 1 ? 'blieb' : 'blieben'}, obwohl die Datei anderes sagt.`,
    overwritten: (n: number) =>
      `${plural(n, { one: '# Antwort wurde', other: '# Antworten wurden' })} durch die der Datei ersetzt.`,
    undoThis: 'Diesen Import rückgängig machen',
    redo: 'Wiederholen',
    earlier: 'Bisherige Importe',
    filesOf: (names: readonly string[]) =>
      names.length > 3
        ? `${names.slice(0, 3).join(', ')} und ${number(names.length - 3)} weitere`
        : names.join(', '),
    brought: (documents: number, answers: number) =>
      `${documentCount(documents)}, ${plural(answers, { one: '# Antwort', other: '# Antworten' })}`,
    takenBack: 'rückgängig gemacht',
    undone: (n: number, answers: number, stayed: number) =>
      `Der Import wurde rückgängig gemacht: ${documentCount(n)} entfernt, ${plural(answers, { one: '# Antwort', other: '# Antworten' })} wie zuvor.${stayed > 0 ? ` ${documentCount(stayed)} geblieben, weil jemand später darüber entschieden oder ein Training sie benutzt hat.` : ''}`,
    redone: (n: number, answers: number, away: number) =>
      `Der Import wurde wiederholt: ${documentCount(n)} und ${plural(answers, { one: '# Antwort', other: '# Antworten' })} wieder da.${away > 0 ? ` ${documentCount(away)} nicht zurückgekommen: Andere haben jetzt ihre Kennung oder ihren Text.` : ''}`,
    startOver: 'Von vorn',
    import: 'Importieren',
    importCount: (n) => `${documentCount(n)} importieren`,
    firstDocuments: 'Die ersten Dokumente',
    id: 'Kennung',
    text: 'Text',
    labels: 'Kategorien',
    census: 'Was importiert würde',
    fresh: ['neu', 'kommen hinzu'],
    duplicate: ['schon da', 'derselbe Text; einmal genügt'],
    problems: ['abgelehnt', 'bleiben weg; die Gründe stehen unten'],
    long: ['lang', 'werden in Teilen gelesen; nichts wird abgeschnitten'],
    why: (n) =>
      plural(n, {
        one: 'Warum # Zeile nicht hineinkommt',
        other: 'Warum # Zeilen nicht hineinkommen',
      }),
    counting: 'Wird gezählt…',
    tryAgain: 'Noch einmal versuchen',
    added: (n) => `${documentCount(n)} hinzugefügt`,
    known: (n) => plural(n, { one: '# Dokument war schon da.', other: '# Dokumente waren schon da.' }),
    chooseAgain: (names) =>
      `Entail war kurz weg und hat ${names.join(', ')} nicht mehr: Wählen Sie ${names.length === 1 ? 'die Datei' : 'die Dateien'} noch einmal aus.`,
    repeated: (n) =>
      plural(n, {
        one: '# Zeile hat den Text einer früheren: Beide sind ein Dokument. In den Ergebnissen steht jede.',
        other:
          '# Zeilen haben den Text einer früheren: Sie sind mit ihr ein Dokument. In den Ergebnissen steht jede.',
      }),
    annotated: (n) =>
      plural(n, { one: '# Dokument kam mit Kategorien.', other: '# Dokumente kamen mit Kategorien.' }),
    newLabels: (names) => `Neue Kategorien: ${quotedNames(names)}.`,
    unusable: (n) => plural(n, { one: '# Zeile wurde abgelehnt.', other: '# Zeilen wurden abgelehnt.' }),
    unusableRows: 'Abgelehnte Zeilen',
    nameLabels: 'Kategorien benennen',
    more: 'Mehr importieren',
    cancelledEmpty: 'Der Import wurde abgebrochen. Es kam nichts hinzu.',
    cancelled: (n) =>
      `Der Import wurde abgebrochen. ${plural(n, { one: '# Dokument war schon hinzugefügt und bleibt', other: '# Dokumente waren schon hinzugefügt und bleiben' })}; ein neuer Import ergänzt den Rest.`,
  },
};
