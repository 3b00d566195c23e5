import { z } from 'zod';

/**
 * What to do about a failure where the way to it differs from host to host: the backend names it, and the command line
 * words it with its options, the page with where its controls are, in the person's language.
 */
export const Remedy = z.discriminatedUnion('code', [
  /** A file of that name is there. */
  z.object({ code: z.literal('another_name') }),
  /** The project is damaged. */
  z.object({ code: z.literal('open_backup') }),
  /** The project's log does not fit, is damaged or missing: it opens when the person agrees to go on without. */
  z.object({ code: z.literal('set_log_aside') }),
  z.object({ code: z.literal('add_labels') }),
  z.object({ code: z.literal('resume_run'), run: z.int() }),
  /** The file's bytes are in another encoding than was taken. */
  z.object({ code: z.literal('name_encoding') }),
  /** Which column or field has the text; `columns`: those to choose from, as far as they are known. */
  z.object({ code: z.literal('name_text_column'), columns: z.array(z.string()) }),
  /** What stands between the cells of a table. */
  z.object({ code: z.literal('name_delimiter') }),
  z.object({ code: z.literal('name_labels_column'), columns: z.array(z.string()) }),
  /** The file was said to have another format. */
  z.object({ code: z.literal('recognise_format') }),
  /** Only a model that was fitted for it has the combined reading; `trained`: a trained run was asked for it. */
  z.object({ code: z.literal('plain_reading'), trained: z.boolean() }),
  z.object({ code: z.literal('use_own_model') }),
  z.object({ code: z.literal('list_models') }),
  /** The model hub gives the model to nobody whom it does not know. */
  z.object({ code: z.literal('give_hub_token') }),
  /** The folder of a model is not where it was. */
  z.object({ code: z.literal('bring_folder_back') }),
  z.object({ code: z.literal('name_model') }),
  /** A project names a model that nobody agreed to use on this machine. */
  z.object({ code: z.literal('agree_to_model'), model: z.string() }),
  /** A model does not name its outputs. */
  z.object({ code: z.literal('name_classes') }),
  /** Something unexpected happened; the log says where. */
  z.object({ code: z.literal('see_log') }),
  /** The model's weights are PyTorch's. */
  z.object({ code: z.literal('export_to_onnx') }),
  /** A browser can't choose a project's file. */
  z.object({ code: z.literal('start_with_project') }),
  /** A browser can't choose a model's folder. */
  z.object({ code: z.literal('add_model_folder') }),
]);
export type Remedy = z.infer<typeof Remedy>;

/** An expected failure as it crosses to the page, which words it by `code` or else shows the sentence. */
export const Failure = z.object({
  /** Stable. */
  code: z.string(),
  /** One English sentence. */
  message: z.string(),
  /** What to do, in English and the same in every host; or as a remedy. */
  hint: z.string().nullable(),
  remedy: Remedy.nullable(),
  /** Names and numbers of the sentence, for wording it in another language. */
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Failure = z.infer<typeof Failure>;
