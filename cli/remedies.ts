import type { Remedy } from '../backend/errors.ts';
import { processLog } from '../process/last.ts';
import { oneLine } from '../process/oneLine.ts';

const MOST_LISTED = 20;

/** Of a foreign file: the first names, each on one line and cut where it is long. */
function listed(columns: readonly string[]): string {
  if (columns.length === 0) return '';
  const shown = columns.slice(0, MOST_LISTED).map((name) => oneLine(name).slice(0, 60));
  const more = columns.length - shown.length;
  return `: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What to do, in the command line's own terms: its options and commands. */
const WORDS: { readonly [Code in Remedy['code']]: (remedy: Extract<Remedy, { code: Code }>) => string } = {
  another_name: () => 'Choose another name, or say --overwrite.',
  open_backup: () =>
    'It was not changed. Open a backup of it, or run "entail check" to see what can still be read.',
  set_log_aside: () =>
    'Nothing was changed. Put the right file back, or go on without it by "entail check --set-log-aside": what lies there is kept under another name.',
  add_labels: () => 'Import annotated documents, or create the project with --labels labels.json.',
  resume_run: ({ run }) => `Resume it with --resume ${run}.`,
  name_encoding: () => 'Say its encoding, e.g. --encoding windows-1252.',
  name_text_column: ({ columns }) => `Say it with --text-column${listed(columns)}.`,
  name_delimiter: () => 'Say it with --delimiter, e.g. ";" or "tab"; "none" if each row is one cell.',
  name_labels_column: ({ columns }) => `Say which with --labels-column${listed(columns)}.`,
  recognise_format: () => 'Leave --format out to have it recognised.',
  plain_reading: ({ trained }) =>
    trained
      ? 'Leave --reading out, or name the model without training: --model default.'
      : 'Leave --reading out, or use the model "default".',
  use_own_model: () => 'Use the model that ships with Entail: "default".',
  give_hub_token: () => 'Check the id; private and gated models need a token in HF_TOKEN.',
  bring_folder_back: () => 'Put it back, or name another model with --model.',
  list_models: () => 'See "entail models list".',
  name_model: () => 'Name one with --model: a folder, or owner/name of the hub.',
  agree_to_model: ({ model }) =>
    `Agree in the app or by "entail models trust ${model}", or use the embedded model: --model default.`,
  name_classes: () =>
    'Say which outputs mean what, with --model MODEL --classes entailment=1,contradiction=0 ("entail models classes MODEL" shows what they answer), or choose a model trained for NLI.',
  see_log: () => `"${processLog().file}" says where.`,
  export_to_onnx: () =>
    'Its weights are for PyTorch: export them with "optimum-cli export onnx --model FOLDER OUTPUT".',
  start_with_project: () => 'Start "entail serve" with it.',
  add_model_folder: () => 'Add it by "entail models add".',
};

/** A hint in words. */
export function hintInWords(hint: string | Remedy): string {
  if (typeof hint === 'string') return hint;
  // Each code has words for its own parameters, as the type of the words says.
  const say = WORDS[hint.code] as (remedy: Remedy) => string;
  return say(hint);
}
