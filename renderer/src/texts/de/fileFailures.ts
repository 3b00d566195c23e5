import type { Failures } from '../en/failures.ts';
import { rowProblem } from './rows.ts';
import { always, named, ofFile, ofFileOr } from './say.ts';

/** What is not read, as the backend calls it. */
const KINDS: Readonly<Record<string, string>> = {
  'a PNG image': 'ein PNG-Bild',
  'a JPEG image': 'ein JPEG-Bild',
  'a GIF image': 'ein GIF-Bild',
  'a PDF': 'ein PDF',
  'an RTF document': 'ein RTF-Dokument',
  'a ZIP archive or an Office document': 'ein ZIP-Archiv oder ein Office-Dokument',
  'an old Office document': 'ein altes Office-Dokument',
  'an SQLite database': 'eine SQLite-Datenbank',
  'a gzip archive': 'ein gzip-Archiv',
  'a TAR archive': 'ein TAR-Archiv',
  'a 7-Zip archive': 'ein 7-Zip-Archiv',
  'a Zstandard archive': 'ein Zstandard-Archiv',
  'an XZ archive': 'ein XZ-Archiv',
  'a RAR archive': 'ein RAR-Archiv',
  'a bzip2 archive': 'ein bzip2-Archiv',
  'an XML file': 'eine XML-Datei',
  'a presentation': 'eine Präsentation',
  'an OpenDocument file': 'eine OpenDocument-Datei, aber keine Tabelle',
  'an iWork document': 'ein iWork-Dokument',
};

/** Of files that are imported or written. */
export const fileFailures: Failures = {
  file_empty: ofFile((file) => `${file} ist leer. Wählen Sie eine Datei mit Dokumenten.`),
  file_binary: ({ name, what }) =>
    name === undefined
      ? null
      : `„${name}“ ist ${KINDS[String(what)] ?? 'keine Textdatei'}. Wählen Sie eine Tabelle (CSV, Excel, OpenDocument, Parquet), JSON, Text, Word, PDF, HTML oder E-Mail.`,
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
  file_damaged: ofFile(
    (file) =>
      `${file} konnte nicht gelesen werden: Die Datei ist beschädigt oder hat ein anderes Format. Besorgen Sie sie neu, oder speichern Sie sie noch einmal aus dem Programm, aus dem sie stammt.`,
  ),
  file_misnamed: ofFile(
    (file) =>
      `${file} ist nicht, was der Name sagt. Besorgen Sie die Datei neu, oder speichern Sie sie noch einmal aus dem Programm, aus dem sie stammt.`,
  ),
  reading_memory: ofFile(
    (file) =>
      `${file} konnte nicht gelesen werden: Es würde mehr als 1 GB Speicher brauchen. Teilen Sie die Datei, oder speichern Sie sie noch einmal.`,
  ),
  reading_too_long: ofFile(
    (file) =>
      `${file} anzusehen dauert zu lange. Importieren Sie die Datei, wie sie ist, oder teilen Sie sie.`,
  ),
  reading_stalled: ofFile(
    (file) =>
      `${file} konnte nicht gelesen werden: Es ging nicht mehr voran. Vielleicht ist dieser Rechner beschäftigt: Versuchen Sie es noch einmal. Geschieht es wieder, teilen Sie die Datei.`,
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
  file_missing: ofFileOr(
    (file) => `${file} gibt es nicht. Prüfen Sie den Namen, oder wählen Sie die Datei noch einmal.`,
    'Diese Datei gibt es nicht. Prüfen Sie den Namen.',
  ),
  file_not_regular: ofFileOr(
    (file) => `${file} ist keine gewöhnliche Datei. Wählen Sie eine Datei.`,
    'Das ist keine gewöhnliche Datei. Wählen Sie eine Datei.',
  ),
  archive_empty: ofFile(
    (file) => `In ${file} ist keine Datei, die sich lesen lässt. Legen Sie Dateien mit Dokumenten hinein.`,
  ),
  docx_broken: ofFile(
    (file) =>
      `${file} ist kein lesbares Word-Dokument. Öffnen Sie es in dem Programm, aus dem es stammt, und speichern Sie es neu.`,
  ),
  workbook_broken: ofFile(
    (file) =>
      `${file} ist keine lesbare Mappe. Öffnen Sie sie in dem Programm, aus dem sie stammt, und speichern Sie sie neu.`,
  ),
  sheet_missing: ofFile((file) => `${file} hat dieses Blatt nicht. Wählen Sie ein anderes.`),
  pdf_broken: ofFile((file) => `${file} ist kein lesbares PDF. Besorgen Sie die Datei neu.`),
  pdf_scanned: ofFile(
    (file) =>
      `${file} enthält keinen Text: Die Seiten sind Bilder, wie ein Scanner sie macht, oder leer. Lassen Sie ein Programm den Text erkennen (OCR), und importieren Sie, was es speichert.`,
  ),
  zip_broken: ofFile(
    (file) =>
      `${file} ist beschädigt oder abgeschnitten und lässt sich nicht entpacken. Besorgen Sie die Datei neu.`,
  ),
  zip_unsafe: ofFile(
    (file) =>
      `In ${file} steht eine Datei, deren Name aus dem Archiv hinausführt: Es kann dazu gemacht sein, Schaden anzurichten. Entpacken Sie es mit Vorsicht, und importieren Sie, was darin war.`,
  ),
  gzip_broken: ofFile(
    (file) =>
      `${file} ist beschädigt oder abgeschnitten und lässt sich nicht entpacken. Besorgen Sie die Datei neu.`,
  ),
  file_inflates: ofFileOr(
    (file) =>
      `${file} wird beim Entpacken um ein Vielfaches größer: Die Datei kann dazu gemacht sein, den Datenträger zu füllen. Ist sie in Ordnung, entpacken Sie sie selbst und importieren Sie das Ergebnis.`,
    'Die Datei wird beim Entpacken um ein Vielfaches größer: Sie kann dazu gemacht sein, den Datenträger zu füllen. Ist sie in Ordnung, entpacken Sie sie selbst und importieren Sie das Ergebnis.',
  ),
  file_encrypted: ofFile((file) => `${file} ist verschlüsselt. Speichern Sie die Datei ohne Kennwort.`),
  nested_too_deep: ofFile(
    (file) =>
      `${file} liegt in einer gepackten Datei in einer gepackten Datei und so weiter. Entpacken Sie sie, und importieren Sie den Ordner.`,
  ),
  encoding_unknown: named(
    'encoding',
    (encoding) =>
      `„${encoding}“ ist keine Kodierung, die sich lesen lässt. Nehmen Sie utf-8, windows-1252, iso-8859-2, shift_jis, gb18030 oder eine ähnliche.`,
  ),
  json_expected: ofFileOr(
    (file) => `${file} hat nicht die Form von JSON, die erwartet wird. Berichtigen Sie die Datei.`,
    'Die Datei hat nicht die Form von JSON, die erwartet wird. Berichtigen Sie sie.',
  ),
  record_too_long: ofFileOr(
    (file) => `Ein Datensatz in ${file} ist zu lang. Besorgen Sie die Datei neu, oder teilen Sie sie.`,
    'Ein Datensatz der Datei ist zu lang. Besorgen Sie sie neu, oder teilen Sie sie.',
  ),
  labels_invalid: ofFileOr(
    (file) => `${file} ist keine Liste von Kategorien. Schreiben Sie je Kategorie einen Namen.`,
    'Das ist keine Liste von Kategorien. Schreiben Sie je Kategorie einen Namen.',
  ),
  row_unusable: ({ problem }) =>
    problem === undefined ? 'Diese Zeile lässt sich nicht verwenden.' : rowProblem(String(problem)),
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
  classes_unclear: always(
    'Welche Klasse des Modells Zustimmung und welche Widerspruch bedeutet, sagen ihre Namen nicht. Nennen Sie die Klassen in der Reihenfolge der Ausgaben.',
  ),
};
