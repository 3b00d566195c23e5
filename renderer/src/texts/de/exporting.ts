import type { exporting as English } from '../en/exporting.ts';
import { formats } from '../format.ts';

const { plural, tenthsOf } = formats('de');

export const exporting: typeof English = {
  export: {
    lead: 'Nehmen Sie das Modell und Ihre Entscheidungen mit.',
    results: 'Ergebnisse',
    resultsLead:
      'Eine Tabelle, wie Sie sie mitgebracht haben: Ihre Spalten in ihrer Reihenfolge, dann je Kategorie, was gilt, was Menschen entschieden haben und was das Modell sagt.',
    tables: {
      xlsx: 'Excel-Mappe',
      'results-csv': 'CSV-Tabelle',
      'results-parquet': 'Parquet-Tabelle',
      'results-jsonl': 'JSONL-Zeilen',
      'nli-pairs': 'NLI-Paare',
    },
    resultsOfAll:
      'Die Tabelle hat jedes Dokument des Projekts, auch die, die nicht fertig sind. Zeilen, die beim Import abgelehnt wurden, fehlen. Zu jeder Antwort steht darin, ob sie von einem Menschen oder vom Modell ist.',
    unfinished:
      'Noch hat niemand ein Dokument fertig, also sagt nichts, wie oft Kategorien zutreffen: Wie viele Antworten des Modells in der Tabelle richtig sind, ist geraten, und es können weit weniger sein, als ihre Wahrscheinlichkeiten sagen. Machen Sie zuerst einige Dokumente fertig.',
    doubtful: (n) =>
      `Bei ${plural(n, { one: '# Kategorie', other: '# Kategorien' })} ist wohl weniger als die Hälfte der Antworten des Modells in der Tabelle richtig: Machen Sie zuerst mehr Dokumente fertig, oder richten Sie sich nach den Spalten, die sagen, wer entschieden hat.`,
    annotations: 'Entscheidungen',
    annotationsLead: 'Die Dokumente mit dem, was über sie entschieden wurde, für andere Programme.',
    format: 'Format',
    keepsEverything: 'Dieses Format behält alles.',
    losses: (format) => `Was im Format „${format}“ verloren geht`,
    onlyDone: 'Nur fertige Dokumente',
    leftOut: (n) =>
      `${plural(n, { one: '# Dokument fehlt', other: '# Dokumente fehlen' })}: Einiges ist entschieden, aber fertig sind sie nicht. Das Training lernt aus dem, was dort entschieden ist.`,
    missing: (n) =>
      `Vorschläge entstehen gerade: Zu ${plural(n, { one: '# Dokument', other: '# Dokumenten' })} gibt es noch keine, und in die Datei kommen keine. Sind sie da, stehen sie darin.`,
    outdated: (n) =>
      `Zu ${plural(n, { one: '# Dokument', other: '# Dokumenten' })} waren die Vorschläge veraltet und fehlen. Sobald es neue gibt, noch einmal exportieren.`,
    excelSafe: 'Sicher für Tabellenprogramme',
    excelSafeHelp:
      'Vor Zellen, die ein Tabellenprogramm als Formel ausführen würde, kommt ein Apostroph; beim Import hier fällt er wieder weg.',
    excelUnsafeHelp:
      'Zellen werden genau so geschrieben, wie sie sind. Ein Tabellenprogramm führt aus, was mit =, +, - oder @ beginnt.',
    exporting: 'Wird exportiert…',
    exportAs: (format) => `Als ${format} exportieren`,
    model: 'Modell',
    modelLead: 'Ein Ordner, der für sich allein funktioniert, ohne Entail.',
    whichRun: 'Welcher Trainingslauf',
    learntFrom: (n) => plural(n, { one: 'Gelernt aus # Dokument.', other: 'Gelernt aus # Dokumenten.' }),
    f1Alone: (f1) => `F1 des Laufs allein ${tenthsOf(f1)} %`,
    inUse: ' (in Gebrauch)',
    untrained: 'Ohne Training',
    untrainedHint: 'Das Modell, wie es kam, mit dem, was Ihre Entscheidungen lehrten.',
    exportModel: 'Das Modell exportieren',
    exportingModel: 'Das Modell wird exportiert',
    checking:
      'Das Gelernte wird eingearbeitet und geschrieben; dann wird geprüft, ob das exportierte Modell dasselbe sagt.',
    contains: {
      model: 'das ganze Modell mit allem, was es gelernt hat, für ONNX Runtime überall',
      config: 'damit transformers.js und Python es lesen, wie es ist',
      learnt:
        'was Entscheidungen neben dem Modell lehrten: damit schlägt das Python im Ordner vor wie Entail',
      labels: 'Ihre Kategorien mit Sätzen und Schwellen',
      readme: 'eine Modellkarte: wie es trainiert wurde und wie gut es ist',
    },
    together:
      'Dieses Python schlägt vor wie Entail: mit dem Modell und dem, was Entscheidungen lehrten. JavaScript und transformers geben das Modell allein.',
    alone: {
      'other run':
        'Das ist der Lauf allein: Was Entscheidungen lehrten, gehört zu dem, was jetzt vorschlägt. Wählen Sie das, um beides zu exportieren.',
      'nothing learnt': 'Das ist der Lauf allein: Entscheidungen haben daneben noch nichts gelehrt.',
    },
    noModel:
      'Es gibt noch kein trainiertes Modell. Ein Training macht mehr aus Ihren Entscheidungen: ein Klick genügt.',
    train: 'Ein Modell trainieren',
    cancelled: 'Der Export wurde abgebrochen. Es wurde nichts geschrieben.',
    howToUse: 'Wie man das Modell verwendet',
    copyCode: 'Diesen Code kopieren',
    exported: 'Exportiert',
    verified: 'Exportiert und geprüft',
    inAll: (size) => `${size} insgesamt`,
    show: 'Im Ordner zeigen',
    download: 'Herunterladen',
    notThere: (name) => `„${name}“ ist nicht mehr da. Exportieren Sie noch einmal.`,
    noKey: (name) =>
      `„${name}“ wurde nicht gesendet: Entail wurde neu gestartet und kennt diesen Tab nicht mehr.`,
    notSent: (name, status) =>
      `„${name}“ konnte nicht gesendet werden (HTTP ${status}). Versuchen Sie es noch einmal, oder kopieren Sie die Datei vom Ort, der oben steht.`,
    oneByOne:
      'Klicken Sie eine Datei an, um sie herunterzuladen. Was vor „/“ steht, ist der Ordner, in den sie gehört.',
    downloadOf: (name) => `${name} herunterladen`,
    copyPlace: 'Den Ort kopieren',
  },
};
