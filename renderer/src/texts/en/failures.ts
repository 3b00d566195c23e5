import type { Failure, Remedy } from '../../../../contract/index.ts';

/** Words for each remedy, with its parameters. */
export type Remedies = {
  readonly [Code in Remedy['code']]: (remedy: Extract<Remedy, { code: Code }>) => string;
};
export type Params = Failure['params'];

/** A failure and what to do about it, by its code; null: these parameters don't suffice. */
export type Failures = Readonly<Record<string, (params: Params) => string | null>>;

/** The backend's own sentences are English. */
export const failures: Failures = {};

export const remedies: Remedies = {
  another_name: () => 'Choose another name.',
  open_backup: () =>
    'It was not changed. Open a backup of it: the clock beside the project on the start screen shows them.',
  set_log_aside: () =>
    'Nothing was changed. Put the right file back, or open the project again to go on without it: what lies there is kept beside the project.',
  add_labels: () => 'Add some on the Labels screen, or import annotated documents.',
  resume_run: () => 'Press “Go on” beside the run on the Train screen.',
  name_encoding: () => 'Choose another one under “Encoding”.',
  name_text_column: () => 'Choose it under “What is what”.',
  name_delimiter: () => 'Choose it under “Between cells”.',
  name_labels_column: () => 'Choose one under “What is what”.',
  recognise_format: () => 'Give the file the ending that fits what is in it, and choose it again.',
  plain_reading: () => 'Choose Entail’s own model in the settings.',
  use_own_model: () => 'Choose Entail’s own model in the settings.',
  give_hub_token: () =>
    'Check the name; a private or gated model needs a token, which the settings take under “Models”.',
  bring_folder_back: () => 'Put it back, or choose another model in the settings.',
  list_models: () => 'The settings list the models that are on this machine.',
  name_model: () => 'Download one in the settings.',
  agree_to_model: () => 'Agree above, or choose Entail’s own model in the settings.',
  name_classes: () =>
    'Say what they mean in the settings (“Outputs” beside the model), or choose a model trained for NLI.',
  see_log: () => 'The log says where; the settings show its folder.',
  export_to_onnx: () => 'Its weights are for PyTorch: choose a model that has an ONNX file.',
  start_with_project: () => 'Name it where Entail is started.',
  add_model_folder: () => 'Add it where Entail is started; the settings list it then.',
};
