import type { Failures, Params, Remedies } from '../en/failures.ts';

/** A sentence with names in it; where one is missing, there is none. */
const named =
  (name: string, say: (value: string) => string) =>
  (params: Params): string | null => {
    const value = params[name];
    return value === undefined ? null : say(String(value));
  };
const always = (sentence: string) => () => sentence;
const ofFile = (say: (file: string) => string) => named('name', (name) => say(`„${name}“`));

/** What the system says of a file. */
const SYSTEM: Readonly<Record<string, string>> = {
  ENOSPC: 'Der Datenträger ist voll',
  EDQUOT: 'Ihr Kontingent ist aufgebraucht',
  EFBIG: 'Das System erlaubt diesem Programm keine so große Datei',
  EACCES: 'Die Rechte fehlen',
  EPERM: 'Die Rechte fehlen',
  EROFS: 'Der Datenträger lässt sich nur lesen',
  EIO: 'Der Datenträger ist ausgefallen',
  ENOENT: 'So eine Datei oder einen solchen Ordner gibt es nicht',
  EISDIR: 'Es ist ein Ordner',
  ENOTDIR: 'Ihr Ordner ist eine Datei',
  ELOOP: 'Es ist eine Verknüpfung, die auf sich selbst führt',
  ENAMETOOLONG: 'Der Name ist zu lang',
  EBUSY: 'Ein anderes Programm verwendet sie',
  EMFILE: 'Zu viele Dateien sind offen',
  ENFILE: 'Zu viele Dateien sind offen',
};

/** What a user of the app can meet; what is not here is told in the backend's English sentence. */
export const failures: Failures = {
  unexpected: always('In Entail ist etwas schiefgegangen.'),
  system_refused({ name, errno }) {
    const why = SYSTEM[String(errno)];
    if (why === undefined) return null;
    return name === undefined ? `${why}.` : `„${name}“ lässt sich nicht verwenden: ${why}.`;
  },
  file_too_large: ofFile(
    (file) =>
      `${file} lässt sich nicht sichern oder kopieren: Das System erlaubt diesem Programm keine so große Datei. Heben Sie die Grenze an („ulimit -f“), oder nehmen Sie einen anderen Datenträger.`,
  ),
  no_temporary_folder: ofFile(
    (file) =>
      `${file} wird in einer Kopie angesehen, und im Ordner für vorläufige Dateien lässt sich keine anlegen. Nennen Sie in TMPDIR (unter Windows TEMP) einen anderen Ordner.`,
  ),
  // Projects
  no_project: always('Es ist kein Projekt offen. Öffnen Sie eines auf der Startseite.'),
  act_undone: always('Das wurde schon zurückgenommen.'),
  change_undone: always('Diese Änderung wurde schon zurückgenommen.'),
  act_overtaken: always(
    'Das lässt sich nicht mehr zurücknehmen: Ein Teil der Dokumente wurde seither neu entschieden. Nichts wurde verändert.',
  ),
  text_empty: always('Ein Dokument braucht einen Text. Löschen Sie es, wenn es wegsoll.'),
  text_long: always(
    'Ein Text mit mehr als zwei Millionen Zeichen lässt sich nicht einsetzen. Kürzen Sie ihn.',
  ),
  id_taken: named(
    'name',
    (id) =>
      `Das Dokument „${id}“ kann nicht zurückkommen: Ein anderes hat inzwischen seine Id. Löschen Sie zuerst jenes.`,
  ),
  adjudicator_missing: always(
    'Es ist niemand benannt, dessen Antwort bei Uneinigkeit gilt. Nennen Sie die Person.',
  ),
  stale_page: ({ name }) =>
    name === undefined
      ? null
      : `Dieses Fenster zeigt ein Projekt, das nicht mehr offen ist${name === '' ? '' : `: Jetzt ist „${name}“ offen`}. Nichts wurde verändert. Laden Sie die Seite neu.`,
  project_exists: ofFile((file) => `${file} gibt es schon. Wählen Sie einen anderen Namen.`),
  project_open_already: ofFile((file) => `${file} ist schon offen.`),
  project_open_elsewhere: ofFile(
    (file) => `${file} ist in einem anderen Entail offen. Schließen Sie es dort zuerst.`,
  ),
  project_damaged: ofFile((file) => `${file} ist beschädigt.`),
  project_altered: ofFile(
    (file) =>
      `${file} enthält Tabellen, Auslöser oder Sichten, die nicht von Entail stammen. Das Projekt wurde nicht geöffnet. Bitten Sie den Absender um eine Kopie, die Entail gespeichert hat.`,
  ),
  project_missing: ofFile((file) => `Es gibt kein Projekt ${file}. Prüfen Sie den Namen.`),
  project_newer: ofFile(
    (file) =>
      `${file} stammt von einem neueren Entail. Aktualisieren Sie Entail, um es zu öffnen; die Datei wurde nicht verändert.`,
  ),
  project_read_only: ofFile(
    (file) =>
      `${file} lässt sich nicht schreiben. Prüfen Sie die Rechte der Datei und ihres Ordners, oder kopieren Sie sie an einen anderen Ort.`,
  ),
  project_only_read: ofFile(
    (file) =>
      `${file} lässt sich nur lesen, also lässt sich nichts darin ändern. Kopieren Sie das Projekt an einen Ort, an dem Sie schreiben dürfen, und öffnen Sie es dort.`,
  ),
  project_unreadable: ofFile((file) => `${file} lässt sich nicht lesen. Prüfen Sie die Rechte der Datei.`),
  not_a_project: ofFile(
    (file) => `${file} ist kein Entail-Projekt. Wählen Sie eine Datei, die auf .entail endet.`,
  ),
  foreign_log: ofFile(
    (file) =>
      `Neben ${file} liegt eine Protokolldatei, die zu einem anderen Projekt oder zu einem älteren oder neueren Stand von diesem gehört.`,
  ),
  log_damaged: ofFile(
    (file) => `Die Protokolldatei neben ${file}, in der die letzten Entscheidungen stehen, ist beschädigt.`,
  ),
  log_cut: ofFile(
    (file) =>
      `In der Protokolldatei neben ${file} fehlen die letzten gespeicherten Entscheidungen: Sie wurde abgeschnitten oder zu einem anderen Zeitpunkt kopiert als ${file}.`,
  ),
  log_missing: ofFile(
    (file) =>
      `Die letzten Entscheidungen stehen nicht in ${file}, sondern in einer Datei mit der Endung „-wal“, die fehlt.`,
  ),
  log_not_file: ofFile(
    (file) =>
      `Neben ${file} liegt unter dem Namen der Protokolldatei keine Datei, sondern etwa eine Verknüpfung oder ein Ordner.`,
  ),
  log_elsewhere: ofFile(
    (file) =>
      `${file} ist ein zweiter Name einer Datei, und die letzten Entscheidungen liegen neben dem anderen.`,
  ),
  project_moved: ({ name, saved }) =>
    name === undefined || saved === undefined
      ? null
      : `„${name}“ wurde gelöscht, verschoben oder ersetzt, während das Projekt offen war. Was bis dahin entschieden war, ist in „${saved}“ gesichert. Öffnen Sie diese Datei, um weiterzuarbeiten; der letzte Schritt wurde nicht gespeichert.`,
  project_not_rescued: ofFile(
    (file) =>
      `${file} wurde gelöscht, verschoben oder ersetzt, während das Projekt offen war, und es lässt sich nicht an anderer Stelle sichern. Legen Sie die Datei zurück oder schaffen Sie Platz, und wiederholen Sie den letzten Schritt; lassen Sie Entail bis dahin offen.`,
  ),
  project_busy: ofFile((file) => `${file} wird ständig von einem anderen Programm geschrieben.`),
  migration_no_backup: ofFile(
    (file) =>
      `${file} stammt von einem älteren Entail und wird erst umgestellt, wenn eine Kopie gemacht ist; das ist nicht gelungen. Das Projekt wurde nicht verändert. Schaffen Sie Platz, und öffnen Sie es noch einmal.`,
  ),
  disk_full: always(
    'Der Datenträger ist voll; die letzte Änderung wurde nicht gespeichert. Schaffen Sie Platz und versuchen Sie es noch einmal.',
  ),
  disk_failed: always('Der Datenträger ist ausgefallen. Kopieren Sie das Projekt auf einen anderen.'),
  not_confirmed: ofFile(
    (file) =>
      `${file} ist geschrieben, aber der Datenträger hat es nicht bestätigt. Prüfen Sie ihn, und schreiben Sie die Datei noch einmal.`,
  ),
  token_unknown: always('Das ist nicht mehr bekannt. Wählen Sie es noch einmal aus.'),
  // Backups
  backup_missing: always('Diese Sicherung gibt es nicht mehr. Wählen Sie eine andere.'),
  backup_unsound: ofFile(
    (file) =>
      `Eine Kopie von ${file} wurde angelegt und ist beschädigt; sie wurde nicht behalten. Vielleicht fällt der Datenträger aus: Kopieren Sie das Projekt auf einen anderen.`,
  ),
  backup_damaged: always(
    'Diese Sicherung ist beschädigt. Sie wurde nicht verändert. Wählen Sie eine andere.',
  ),
  // Import
  file_empty: ofFile((file) => `${file} ist leer. Wählen Sie eine Datei mit Dokumenten.`),
  file_binary: ofFile(
    (file) => `${file} ist keine Textdatei. Wählen Sie eine CSV-, JSON-, JSONL- oder Textdatei.`,
  ),
  encoding_wrong: ofFile((file) => `${file} ist anders kodiert, als die Datei angibt oder üblich ist.`),
  refused_gone: always(
    'Die abgelehnten Zeilen dieses Imports sind nicht mehr da. Importieren Sie die Datei noch einmal.',
  ),
  labels_not_documents: ofFile((file) => `${file} ist eine Liste von Kategorien, nicht von Dokumenten.`),
  delimiter_unclear: ofFile((file) => `Was in ${file} zwischen den Zellen steht, ist unklar.`),
  no_documents: always('Darin sind keine Dokumente.'),
  text_column_unclear: ofFile((file) => `In ${file} ist unklar, wo der Text steht.`),
  column_missing: ({ name, column }) =>
    name === undefined || column === undefined ? null : `„${name}“ hat keine Spalte „${column}“.`,
  too_many_columns: ofFile(
    (file) => `${file} hat zu viele Spalten. Behalten Sie die mit Kennung, Text und Kategorien.`,
  ),
  too_many_rows: ofFile((file) => `${file} hat zu viele Zeilen. Teilen Sie die Datei.`),
  csv_broken: ({ name, line }) =>
    name === undefined || line === undefined
      ? null
      : `„${name}“ lässt sich ab Zeile ${line} nicht lesen: Dort wird ein Anführungszeichen nicht geschlossen, oder eine Zeile ist zu lang.`,
  json_cut: ofFile((file) => `${file} endet mitten im JSON. Besorgen Sie die ganze Datei.`),
  json_broken: ofFile(
    (file) =>
      `In ${file} steht etwas hinter dem Ende des JSON. Berichtigen Sie die Datei, oder speichern Sie sie als JSONL: ein Objekt je Zeile.`,
  ),
  parquet_broken: ofFile((file) => `${file} ist keine lesbare Parquet-Datei. Besorgen Sie die Datei neu.`),
  too_many_files: always(
    'Das sind zu viele Dateien auf einmal. Importieren Sie sie in Teilen, oder legen Sie sie in einer CSV- oder JSONL-Datei zusammen.',
  ),
  upload_incomplete: ofFile((file) => `${file} kam nicht vollständig an. Wählen Sie die Datei noch einmal.`),
  upload_too_long: ofFile((file) => `${file} ist länger als angegeben. Wählen Sie die Datei noch einmal.`),
  upload_out_of_order: ofFile(
    (file) => `${file} kam nicht der Reihe nach an. Wählen Sie die Datei noch einmal.`,
  ),
  document_too_long: ofFile(
    (file) =>
      `${file} ist zu lang für ein einziges Dokument. Importieren Sie die Datei zeilenweise, oder teilen Sie sie.`,
  ),
  // Labels
  no_labels: always('Das Projekt hat noch keine Kategorien.'),
  not_there: always(
    'Das nennt ein Dokument, eine Kategorie oder einen Lauf, die es im Projekt nicht gibt. Öffnen Sie diese Ansicht noch einmal.',
  ),
  label_missing: always('Diese Kategorie gibt es nicht mehr.'),
  label_taken: ({ name, other }) =>
    name === undefined
      ? null
      : other === undefined || other === name
        ? `Die Kategorie „${name}“ gibt es schon. Benennen Sie jede Kategorie nur einmal.`
        : `Die Kategorien „${other}“ und „${name}“ unterscheiden sich nur in Groß- und Kleinschreibung, Leerzeichen oder Unicode-Form. Verwenden Sie für beide eine Schreibweise.`,
  label_invalid: always(
    'So kann eine Kategorie nicht heißen: Sie braucht einen Namen, und er darf nicht zu lang sein.',
  ),
  too_many_labels: always('So viele Kategorien kann ein Projekt nicht haben.'),
  key_taken: ({ key, other }) =>
    key === undefined || other === undefined
      ? null
      : `Die Taste „${key}“ gehört zur Kategorie „${other}“. Wählen Sie eine andere, oder nehmen Sie sie zuerst dort weg.`,
  order_incomplete: always('Die Kategorien wurden inzwischen geändert. Sehen Sie sie noch einmal an.'),
  label_not_writable: ofFile(
    (label) =>
      `Die Kategorie ${label} lässt sich in diesem Format nicht schreiben. Benennen Sie sie um, oder wählen Sie ein anderes Format, etwa JSONL.`,
  ),
  // Annotating
  document_missing: always('Dieses Dokument gibt es nicht mehr.'),
  annotator_invalid: always('Ihr Name muss 1 bis 200 Zeichen lang sein.'),
  no_embeddings: always('Das Modell dieses Projekts sagt nicht, welche Dokumente sich ähneln.'),
  // Training
  no_decisions: always(
    'Es gibt nichts zu lernen: Noch ist bei keinem Dokument eine Kategorie entschieden. Nehmen Sie zuerst bei einigen Dokumenten Kategorien an oder lehnen Sie welche ab.',
  ),
  no_positives: always(
    'Noch hat kein Dokument eine Kategorie: Jede Entscheidung ist ein Nein. Nehmen Sie zuerst einige Kategorien an.',
  ),
  no_negatives: always(
    'Noch wurde keine Kategorie abgelehnt: Jede Entscheidung ist ein Ja, also gibt es nichts zu unterscheiden. Lehnen Sie einige ab, oder schließen Sie Dokumente ab, sodass ihre anderen Kategorien ein Nein sind.',
  ),
  training_running: always(
    'Es läuft schon ein Training. Warten Sie, bis es fertig ist, oder halten Sie es an.',
  ),
  run_missing: always('Diesen Lauf gibt es nicht, oder er ist nicht fertig.'),
  run_done: always('Dieser Lauf ist schon fertig. Trainieren Sie neu.'),
  run_not_resumable: always(
    'Dieser Lauf lässt sich nicht fortsetzen: Seine Zwischenstände sind nicht auf diesem Rechner. Trainieren Sie neu.',
  ),
  run_unfinished: always('Dieser Lauf ist nicht fertig und hat keine Gewichte.'),
  weights_damaged: always('Die Gewichte dieses Laufs sind beschädigt. Trainieren Sie neu.'),
  base_model_changed: always(
    'Dieser Lauf lässt sich nicht verwenden: Sein Modell ist nicht mehr das, von dem aus er trainiert wurde. Besorgen Sie jene Fassung des Modells, oder trainieren Sie neu.',
  ),
  diverged: always(
    'Das Training ist entgleist: Der Verlust ist keine Zahl mehr. Wählen Sie eine kleinere Lernrate.',
  ),
  memory_too_small: always(
    'Der Speicher reicht für dieses Training nicht. Geben Sie mehr Speicher frei, oder wählen Sie ein kleineres Modell.',
  ),
  engine_died: always(
    'Das Rechenwerk hat unerwartet aufgehört. Es startet von selbst neu; geschieht das immer wieder, wählen Sie ein kleineres Modell.',
  ),
  engine_keeps_dying: always(
    'Das Rechenwerk ist mehrmals in einer Minute stehen geblieben. Versuchen Sie ein kleineres Modell; nichts, was Sie entschieden haben, ist verloren.',
  ),
  model_stopped: always(
    'Das Modell hat zu lange nicht geantwortet und wurde angehalten. Alles andere läuft weiter. Geschieht es wieder, wählen Sie ein anderes Modell.',
  ),
  // Models
  model_missing: ({ name }) =>
    name === undefined ? 'Es ist kein Modell da.' : `Das Modell „${name}“ ist nicht auf diesem Rechner.`,
  model_folder_gone: ({ name }) => `Der Ordner des Modells „${name ?? ''}“ ist nicht da.`,
  model_embedded: always('Dieses Modell ist Teil von Entail und lässt sich nicht entfernen.'),
  hub_unreachable: always('Hugging Face ist nicht erreichbar. Prüfen Sie die Netzverbindung.'),
  hub_denied: always('Ein solches Modell gibt es dort nicht, oder es ist nicht für Sie freigegeben.'),
  hub_token_invalid: always(
    'Das Token für Hugging Face hat Zeichen, die kein Token hat. Kopieren Sie es noch einmal.',
  ),
  hub_unexpected_answer: always(
    'Die Gegenstelle antwortet nicht wie Hugging Face. Vielleicht steht ein Proxy dazwischen.',
  ),
  download_interrupted: always(
    'Das Herunterladen wurde unterbrochen. Beginnen Sie es noch einmal; es geht dort weiter, wo es aufhörte.',
  ),
  download_wrong_content: always(
    'Was heruntergeladen wurde, ist nicht die richtige Datei. Versuchen Sie es noch einmal; vielleicht hat ein Proxy sie verändert.',
  ),
  download_running: always(
    'Dieses Modell wird gerade von einem anderen Entail heruntergeladen. Warten Sie, bis es fertig ist.',
  ),
  download_too_large: always('Dieses Modell ist zu groß. Wählen Sie ein kleineres.'),
  model_file_missing: always(
    'Dem Modell fehlt eine Datei, die Entail braucht. Wählen Sie ein Modell, das eine ONNX-Datei hat.',
  ),
  answer_not_finite: always(
    'Das Modell antwortet mit Werten, die keine Zahlen sind: Seine Gewichte sind beschädigt. Laden Sie es neu, oder wählen Sie ein anderes.',
  ),
  model_refused: always('ONNX Runtime kann dieses Modell nicht laden. Wählen Sie ein anderes.'),
  model_broken: always('Das ist kein ONNX-Modell, oder die Datei ist abgeschnitten. Besorgen Sie sie neu.'),
  labels_unmapped: always('Welche Ausgabe dieses Modells was bedeutet, ist unklar.'),
  model_not_agreed: always(
    'Dieses Projekt entstand mit einem Modell, dem auf diesem Rechner noch niemand zugestimmt hat.',
  ),
  file_damaged: ofFile(
    (file) =>
      `${file} konnte nicht gelesen werden: Die Datei ist beschädigt oder hat ein anderes Format. Besorgen Sie sie neu, oder speichern Sie sie noch einmal aus dem Programm, aus dem sie stammt.`,
  ),
  reading_memory: ofFile(
    (file) =>
      `${file} konnte nicht gelesen werden: Es würde mehr als 1 GB Speicher brauchen. Teilen Sie die Datei, oder speichern Sie sie noch einmal.`,
  ),
  reading_too_long: ofFile(
    (file) => `${file} konnte nicht gelesen werden: Es dauerte zu lange. Teilen Sie die Datei.`,
  ),
  reading_stalled: ofFile(
    (file) => `${file} konnte nicht gelesen werden: Es ging nicht mehr voran. Teilen Sie die Datei.`,
  ),
  reading_killed: ofFile(
    (file) =>
      `${file} konnte nicht gelesen werden: Etwas anderes auf diesem Rechner hat das Lesen beendet. Versuchen Sie es noch einmal; geschieht es wieder, schließen Sie andere Programme, denn vielleicht ist der Speicher knapp.`,
  ),
  reading_crashed: ofFile(
    (file) =>
      `${file} konnte nicht gelesen werden: Das Lesen ist daran abgestürzt. Vielleicht ist die Datei beschädigt: Besorgen Sie sie neu.`,
  ),
  file_unreadable: ofFile((file) => `${file} lässt sich nicht lesen. Prüfen Sie die Rechte der Datei.`),
  hypothesis_too_long: always('Ein Satz dieser Kategorie ist zu lang für das Modell. Kürzen Sie ihn.'),
  no_gradient_rule: always(
    'Mit diesem Modell kann Entail nicht trainieren. Vorschläge macht es weiterhin; wählen Sie zum Trainieren ein anderes.',
  ),
  input_refused: ({ field }) =>
    `${field === undefined ? 'Was gesendet wurde,' : `Die Angabe „${field}“`} passt nicht. Ändern Sie es, und versuchen Sie es noch einmal.`,
  // Export
  target_exists: ofFile((file) => `${file} gibt es schon.`),
  target_unusable: ofFile(
    (file) => `Unter ${file} lässt sich hier nichts schreiben. Wählen Sie einen anderen Namen.`,
  ),
  not_written: ofFile(
    (file) =>
      `${file} lässt sich nicht schreiben. Prüfen Sie, ob Platz ist und ob Sie dort schreiben dürfen.`,
  ),
  format_unknown: always('Dieses Format gibt es nicht. Wählen Sie eines aus der Liste.'),
  export_failed: always('Der Export ließ sich nicht schreiben. Wählen Sie einen anderen Ort.'),
  export_differs: always(
    'Das exportierte Modell rechnet nicht dasselbe wie die App. Es wurde nichts behalten; bitte melden Sie das als Fehler.',
  ),
  cancelled: always('Es wurde angehalten.'),
};

export const remedies: Remedies = {
  another_name: () => 'Wählen Sie einen anderen Namen.',
  open_backup: () =>
    'Es wurde nicht verändert. Öffnen Sie eine Sicherung davon: Die Uhr neben dem Projekt auf der Startseite zeigt sie.',
  set_log_aside: () =>
    'Es wurde nichts verändert. Legen Sie die richtige Datei zurück, oder öffnen Sie das Projekt noch einmal, um ohne sie weiterzuarbeiten: Was dort liegt, bleibt neben dem Projekt erhalten.',
  add_labels: () =>
    'Legen Sie in der Ansicht „Kategorien“ welche an, oder importieren Sie eingeordnete Dokumente.',
  resume_run: () => 'Drücken Sie in der Ansicht „Training“ beim Lauf auf „Fortsetzen“.',
  name_encoding: () => 'Wählen Sie unter „Kodierung“ eine andere.',
  name_delimiter: () => 'Wählen Sie es unter „Zwischen Zellen“.',
  name_text_column: () => 'Wählen Sie ihn unter „Was ist was“.',
  name_labels_column: () => 'Wählen Sie eine unter „Was ist was“.',
  recognise_format: () =>
    'Geben Sie der Datei die Endung, die zu ihrem Inhalt passt, und wählen Sie sie noch einmal.',
  plain_reading: () => 'Wählen Sie in den Einstellungen das Modell von Entail.',
  use_own_model: () => 'Wählen Sie in den Einstellungen das Modell von Entail.',
  give_hub_token: () =>
    'Prüfen Sie den Namen; ein privates oder beschränktes Modell braucht ein Token, das Sie in den Einstellungen unter „Modelle“ angeben.',
  bring_folder_back: () => 'Legen Sie ihn zurück, oder wählen Sie in den Einstellungen ein anderes Modell.',
  list_models: () => 'Die Einstellungen zeigen, welche Modelle auf diesem Rechner sind.',
  name_model: () => 'Laden Sie eines in den Einstellungen herunter.',
  agree_to_model: () => 'Stimmen Sie oben zu, oder wählen Sie in den Einstellungen das Modell von Entail.',
  name_classes: () =>
    'Sagen Sie es in den Einstellungen („Ausgaben“ neben dem Modell), oder wählen Sie ein für NLI trainiertes Modell.',
  see_log: () => 'Wo, sagt das Protokoll; die Einstellungen zeigen seinen Ordner.',
  export_to_onnx: () => 'Seine Gewichte sind für PyTorch: Wählen Sie ein Modell, das eine ONNX-Datei hat.',
};
