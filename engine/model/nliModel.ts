import { basename } from 'node:path';
import { mustGet } from '../../process/must.ts';
import type { Verdicts } from '../check/verdicts.ts';
import { EngineError } from '../errors.ts';
import { ENCODER } from '../files/layout.ts';
import { findClasses, type NliClasses } from '../nli/classes.ts';
import { isOutOfMemory } from '../runtime/failures.ts';
import { rememberedClasses } from './chosenClasses.ts';
import { encoderFolder, MOST_EMBEDDED } from './encoderFolder.ts';
import { readFusionWeights } from './fusionFile.ts';
import { type Encoder, loadTextModel, type TextModel } from './textModel.ts';

/** A loaded NLI model: graph, tokenizer, which output means what, and what embeds texts. */
export interface NliModel extends TextModel {
  readonly classes: NliClasses;
  /** What texts are embedded with: the encoder beside the graph where the folder has one, else the model itself. Loaded once. */
  readonly encoder: () => Promise<Encoder>;
}

/**
 * Loads a model folder for suggesting and training. See `loadTextModel`; throws what that throws, `encoder_missing` and
 * `interaction_invalid` where `entail.json` was fitted to what is not there, and `labels_unmapped` for classes that are not named (unless
 * `classes` says them or somebody did before: see `rememberClasses`).
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
  requireFitted(folder.dir);
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
      if (encoder) return encoder;
      const loading = loadEncoder(model, verdicts);
      encoder = loading;
      loading.catch(() => {
        encoder = undefined;
      });
      return loading;
    },
  };
}

/** The encoder beside a model; null: the model embeds texts itself. */
export async function encoderBeside(model: NliModel): Promise<Encoder | null> {
  const encoder = await model.encoder();
  return encoder.prepared === model.prepared ? null : encoder;
}

/** What `entail.json` was fitted with is not what the folder has. */
const UNFITTED = ['encoder_missing', 'interaction_invalid'];

/** What says nothing, or is broken, is told by who reads it. */
function requireFitted(dir: string): void {
  try {
    readFusionWeights(dir);
  } catch (error) {
    if (error instanceof EngineError && UNFITTED.includes(error.code)) throw error;
  }
}

async function loadEncoder(model: TextModel, verdicts: Verdicts | undefined): Promise<Encoder> {
  const { dir } = model.folder;
  const own = encoderFolder(dir);
  if (own === null) return model;
  const name = `${basename(dir)}/${ENCODER}`;
  return loadTextModel(own, { name, verdicts, most: MOST_EMBEDDED }).catch((error: unknown) => {
    throw ofEncoder(error, name);
  });
}

/** Which of the two models of a folder it is: advice for models that entail helps with none that embeds. */
function ofEncoder(error: unknown, name: string): unknown {
  if (!(error instanceof EngineError) || isOutOfMemory(error)) return error;
  const message = `"${name}", which embeds the model's texts, can't be used: ${error.message}`;
  return new EngineError(error.code, message, 'Get the model again, with all its files.', error);
}
