import type { Failures, Remedies } from '../en/failures.ts';
import { fileFailures } from './fileFailures.ts';
import { modelFailures } from './modelFailures.ts';
import { always, named, ofFile } from './say.ts';

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

/** All that a user of the app can meet: `tests/renderer/texts/codes.test.ts` finds what is missing. */
export const failures: Failures = {
  ...fileFailures,
  ...modelFailures,
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
  work_would_stop: ({ work, name }) =>
    work === 'training'
      ? `In „${name}“ läuft ein Training: Es hält an und kann später weitergehen.`
      : work === 'import'
        ? `In „${name}“ wird gerade importiert: Das hält an. Was schon da ist, bleibt; noch einmal importiert, kommt der Rest.`
        : `Für „${name}“ werden gerade Vorschläge gemacht: Das hält an und geht von selbst weiter, wenn das Projekt wieder geöffnet wird.`,
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
  not_trashed: ofFile(
    (file) => `${file} kam nicht in den Papierkorb und liegt, wo es lag: Löschen Sie es in seinem Ordner.`,
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
  cancelled: always('Es wurde angehalten.'),
  folder_missing: always('Diesen Ordner gibt es nicht. Legen Sie ihn zuerst an.'),
  too_many_open_files: ofFile(
    (file) => `${file} lässt sich nicht öffnen: Zu viele Dateien sind offen. Schließen Sie andere Programme.`,
  ),
  setting_refused: always(
    'Die Datenbank nimmt eine Einstellung nicht an, ohne die nichts sicher gespeichert wird. Vielleicht liegt das Projekt auf einem Dateisystem, das sich nicht sicher schreiben lässt: Kopieren Sie es auf einen Datenträger dieses Rechners.',
  ),
  not_in_browser: always('Das geht nur im Programm selbst, nicht im Browser.'),
  home_unknown: always(
    'Es ist kein Ordner für Modelle und Einstellungen bekannt. Nennen Sie einen in ENTAIL_HOME.',
  ),
  import_missing: always(
    'Diesen Import gibt es nicht, oder er wurde schon zurückgenommen. Sehen Sie die Liste der Importe noch einmal an.',
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
  not_embedded_yet: always(
    'Welche Dokumente sich ähneln, wird gerade neu gelesen. Warten Sie, bis alle Vorschläge aktuell sind.',
  ),
  strategy_unknown: always('Diese Reihenfolge gibt es nicht. Wählen Sie eine aus der Liste.'),
  test_sample_locked: always('Das Projekt hat schon eine Teststichprobe.'),
  too_few_documents: always(
    'Für eine Teststichprobe dieser Größe gibt es zu wenige Dokumente, mit denen noch niemand begonnen hat. Wählen Sie eine kleinere, oder importieren Sie zuerst mehr Dokumente.',
  ),
  explanation_dropped: always(
    'Inzwischen wird eine andere Kategorie angesehen. Sehen Sie diese noch einmal an.',
  ),
  reading_unavailable: always('Diese Art, Kategorien vorzuschlagen, hat das Modell nicht.'),
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
  nothing_learnt: always(
    'Dieses Projekt hat noch nichts gelernt, was sich exportieren ließe. Entscheiden Sie einige Dokumente, oder trainieren Sie.',
  ),
  learnt_from_others: always(
    'Was dieses Projekt gelernt hat, beruht auf Vorschlägen eines anderen Modells, als es hat, oder auf anders gelesenen. Lassen Sie neu vorschlagen, und exportieren Sie noch einmal.',
  ),
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
  start_with_project: () => 'Nennen Sie es dort, wo Entail gestartet wird.',
  add_model_folder: () =>
    'Fügen Sie ihn dort hinzu, wo Entail gestartet wird; dann steht er in den Einstellungen.',
};
