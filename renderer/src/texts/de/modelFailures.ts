import type { Failures } from '../en/failures.ts';
import { always } from './say.ts';

/** Of models: getting them, reading them, running and training them. */
export const modelFailures: Failures = {
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
  hypothesis_too_long: always('Ein Satz dieser Kategorie ist zu lang für das Modell. Kürzen Sie ihn.'),
  no_gradient_rule: always(
    'Mit diesem Modell kann Entail nicht trainieren. Vorschläge macht es weiterhin; wählen Sie zum Trainieren ein anderes.',
  ),
  model_fails: always(
    'Dieses Modell lässt sich nicht verwenden: Seine Datei versagt bei gewöhnlichen Textpaaren, oder sie rechnet nur ein Paar auf einmal. Exportieren Sie es noch einmal, mit beliebiger Anzahl und Länge.',
  ),
  nothing_to_train: always(
    'In diesem Modell findet Entail auf diese Weise nichts, was sich trainieren lässt: Seine Gewichte sind in 8 Bit gespeichert oder gehören zu Faltungen. Trainieren Sie alle Gewichte, oder wählen Sie eine Fassung in float32.',
  ),
  input_refused: ({ field }) =>
    `${field === undefined ? 'Was gesendet wurde,' : `Die Angabe „${field}“`} passt nicht. Ändern Sie es, und versuchen Sie es noch einmal.`,
  model_differs: always(
    'Dieses Modell lässt sich nicht verwenden: Was Entail aus seinem Graphen macht, ergibt nicht dessen eigene Antworten. Wählen Sie ein anderes.',
  ),
  model_id_invalid: always('Das ist kein Name eines Modells. Schreiben Sie ihn als Besitzer/Name.'),
  model_lfs_pointer: always(
    'Statt des Modells liegt dort ein Verweis von Git LFS. Laden Sie die Datei selbst herunter.',
  ),
  model_link_outside: always(
    'Im Ordner des Modells führt eine Verknüpfung aus ihm hinaus. Besorgen Sie das Modell neu, mit allen Dateien in einem Ordner.',
  ),
  model_on_server: always(
    'Ein Modell wird nicht unter seinem Namen auf einem Server verwendet. Kopieren Sie seinen Ordner auf diesen Rechner, und wählen Sie den.',
  ),
  model_too_large: always(
    'Die Modelldatei ist größer als 2 GB. Nehmen Sie eine Fassung mit halber Genauigkeit oder mit Gewichten in eigenen Dateien.',
  ),
  model_too_heavy: always(
    'Dieses Modell braucht mehr Speicher, als dieser Rechner hat. Wählen Sie ein kleineres, oder schließen Sie andere Programme.',
  ),
  model_file_unusable: always(
    'Eine Datei im Ordner des Modells ist keine, die sich lesen lässt, oder sie ist zu groß. Besorgen Sie das Modell neu.',
  ),
  onnx_not_a_model: always('Das ist keine lesbare ONNX-Datei. Besorgen Sie das Modell neu.'),
  external_data: always(
    'Gewichte, die in eigenen Dateien liegen, fehlen oder passen nicht. Besorgen Sie das Modell neu, mit allen Dateien in einem Ordner.',
  ),
  tensor_broken: always('Gewichte des Modells sind beschädigt. Besorgen Sie es neu.'),
  safetensors_broken: always('Die Datei mit den Gewichten ist beschädigt. Besorgen Sie sie neu.'),
  weights_invalid: always('Die Gewichte enthalten Werte, die keine Zahlen sind. Trainieren Sie neu.'),
  not_finite: always(
    'Dieses Modell antwortet auf gewöhnliche Texte mit Werten, die keine Zahlen sind: Seine Gewichte sind beschädigt oder passen nicht in ihre Genauigkeit. Laden Sie es neu, oder wählen Sie ein anderes.',
  ),
  config_missing: always('In diesem Ordner fehlt config.json. Wählen Sie den, der das ganze Modell enthält.'),
  config_broken: always('Eine Datei mit Angaben zum Modell ist beschädigt. Besorgen Sie das Modell neu.'),
  combination_invalid: always(
    'Die Datei, die sagt, wie die Antworten des Modells verbunden werden, ist beschädigt. Besorgen Sie das Modell neu.',
  ),
  embedding_differs: always(
    'Was Ihre Entscheidungen lehrten, gehört zu einem anderen Modell als dem, das hier Texte vergleicht. Besorgen Sie das ganze Modell neu.',
  ),
  encoder_missing: always(
    'Zum Modell fehlt der Teil, der Texte vergleicht, oder es ist der eines anderen. Besorgen Sie das Modell neu, mit allen Dateien.',
  ),
  interaction_invalid: always(
    'Die Datei, die sagt, wie Wörter von Texten und Labels verglichen werden, fehlt, ist beschädigt oder gehört zu einem anderen Modell. Besorgen Sie das Modell neu, mit allen Dateien.',
  ),
  learnt_invalid: always('Was neben dem exportierten Modell liegt, ist beschädigt. Exportieren Sie es neu.'),
  learnt_other_model: always(
    'Eine Datei des exportierten Ordners ist nicht die, mit der gelernt wurde. Kopieren Sie den ganzen Ordner noch einmal, oder exportieren Sie das Modell neu.',
  ),
  learnt_version: always(
    'Was neben dem exportierten Modell liegt, ist von einer anderen Version von Entail. Exportieren Sie es neu.',
  ),
  inputs_unknown: always(
    'Dieses Modell lässt sich nicht verwenden: Es nimmt Texte in einer Form, die Entail nicht kennt. Wählen Sie ein anderes.',
  ),
  not_a_classifier: always(
    'Dieses Modell ordnet keine Texte ein. Wählen Sie eines, das für „text classification“ exportiert wurde.',
  ),
  no_hidden_state: always('Dieses Modell sagt nicht, welche Dokumente sich ähneln. Wählen Sie ein anderes.'),
  no_word_embeddings: always('Bei diesem Modell lässt sich nicht zeigen, welche Wörter zählen.'),
  words_unknown: always('Bei diesem Modell lässt sich nicht zeigen, welche Wörter zählen.'),
  opset_unsupported: always(
    'Dieses Modell ist in einer Fassung von ONNX geschrieben, die Entail nicht liest. Exportieren Sie es neu, oder wählen Sie ein anderes.',
  ),
  attribute_unsupported: always(
    'Dieses Modell enthält etwas, das Entail nicht liest. Wählen Sie ein anderes.',
  ),
  unsupported_type: always(
    'Dieses Modell enthält Zahlen einer Art, die Entail nicht liest. Wählen Sie ein anderes.',
  ),
  graph_cycle: always(
    'Der Graph des Modells führt im Kreis: Die Datei ist beschädigt. Besorgen Sie sie neu.',
  ),
  tokenizer_missing: always(
    'In diesem Ordner fehlt tokenizer.json. Wählen Sie einen mit einem schnellen Tokenizer.',
  ),
  tokenizer_broken: always('Der Tokenizer des Modells ist beschädigt. Laden Sie das Modell neu.'),
  tokenizer_too_large: always('Der Tokenizer des Modells ist zu groß. Wählen Sie ein anderes Modell.'),
  tokenizer_too_slow: always('Der Tokenizer des Modells wurde nicht fertig. Wählen Sie ein anderes Modell.'),
  tokenizer_unsafe_pattern: always(
    'Der Tokenizer des Modells enthält ein Muster, das bei langen Texten zu lange braucht. Wählen Sie ein anderes Modell.',
  ),
  tokenizer_unsupported: always(
    'Der Tokenizer des Modells zerlegt Texte so, wie Entail es nicht kann. Wählen Sie ein anderes Modell.',
  ),
  hub_address_invalid: always('Das ist keine Adresse, unter der es Modelle gibt. Prüfen Sie sie.'),
  hub_redirect_refused: always(
    'Die Gegenstelle leitet an eine Adresse weiter, die nicht sicher ist. Vielleicht steht ein Proxy dazwischen.',
  ),
  run_failed: always(
    'ONNX Runtime hat beim Rechnen mit diesem Modell aufgehört. Geschieht es wieder, wählen Sie ein anderes.',
  ),
  engine_closed: always('Das Rechenwerk wurde beendet. Versuchen Sie es noch einmal.'),
  scorer_closed: always('Das Modell wurde inzwischen entladen. Versuchen Sie es noch einmal.'),
  cache_lost: always(
    'Die Zwischendatei mit den unteren Schichten des Modells wurde abgeschnitten. Starten Sie das Training noch einmal; es geht beim letzten Zwischenstand weiter.',
  ),
  option_invalid: always('Eine Angabe zum Training passt nicht zum Modell. Nehmen Sie die Voreinstellung.'),
  no_path: always(
    'Mit diesem Modell kann Entail nicht trainieren: Ein Teil seiner Gewichte ändert die Antwort nicht. Wählen Sie zum Trainieren ein anderes.',
  ),
  no_pairs: always('Es gibt noch nichts zu lernen. Entscheiden Sie zuerst bei mehr Dokumenten.'),
};
