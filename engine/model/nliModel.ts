import { basename } from 'node:path';
import { mustGet } from '../../process/must.ts';
import type { Verdicts } from '../check/verdicts.ts';
import { findClasses, type NliClasses } from '../nli/classes.ts';
import { rememberedClasses } from './chosenClasses.ts';
import { ENCODER, encoderFolder, MOST_EMBEDDED } from './encoderFolder.ts';
import { type Encoder, loadTextModel, type TextModel } from './textModel.ts';

/** A loaded NLI model: graph, tokenizer, which output means what, and what embeds texts. */
export interface NliModel extends TextModel {
  readonly classes: NliClasses;
  /** What texts are embedded with: the encoder beside the graph where the folder has one, else the model itself. Loaded once. */
  readonly encoder: () => Promise<Encoder>;
}

/**
 * Loads a model folder for suggesting and training. See `loadTextModel`; throws what that throws, and `labels_unmapped`
 * for classes that are not named (unless `classes` says them or somebody did before: see `rememberClasses`).
 */
export async function loadNliModel(
  dir: string,
  options: {
    readonly classes?: { readonly entailment: number; readonly contradiction: number };
    readonly verdicts?: Verdicts;
  } = {},
): Promise<NliModel> {
  const { verdicts } = options;
  const model = await loadTextModel(dir, { verdicts });
  const { folder, prepared } = model;
  const outputs = mustGet(prepared.shapes, prepared.logits, 'shape').dims[1]![0];
  const classes = findClasses(
    Object.fromEntries(folder.config.labels.entries()),
    outputs,
    options.classes ?? (await rememberedClasses(folder.onnxPath)),
  );
  let encoder: Promise<Encoder> | undefined;
  return {
    ...model,
    classes,
    encoder() {
      encoder ??= loadEncoder(model, verdicts);
      encoder.catch(() => {
        encoder = undefined;
      });
      return encoder;
    },
  };
}

async function loadEncoder(model: TextModel, verdicts: Verdicts | undefined): Promise<Encoder> {
  const { dir } = model.folder;
  const own = encoderFolder(dir);
  return own === null
    ? model
    : loadTextModel(own, { name: `${basename(dir)}/${ENCODER}`, verdicts, most: MOST_EMBEDDED });
}
