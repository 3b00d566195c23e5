import { createHash } from 'node:crypto';
import type { Model } from '../graph/graph.ts';
import { createTextEmbedder, type TextEmbedder } from '../inference/embed.ts';
import { createLikener, type Likener } from '../inference/likeness.ts';
import { readTrained } from '../lora/file.ts';
import { classesStamp } from '../model/chosenClasses.ts';
import { modelStamp } from '../model/folder.ts';
import { readInteraction } from '../model/interactionFile.ts';
import { encoderBeside, loadNliModel, type NliModel } from '../model/nliModel.ts';
import type { TextModel } from '../model/textModel.ts';
import { mergeTrained } from '../train/trainables.ts';
import type { InteractionShare } from '../zeroshot/fusion.ts';
import type { WordedLabel } from '../zeroshot/labelVector.ts';
import type { ModelSource } from './protocol.ts';

/** Models that are loaded. */
export interface ModelCache {
  load(source: ModelSource): Promise<NliModel>;
  /** Of the model as it is, and of one with what was tuned on top of it. */
  embedder(source: ModelSource): Promise<TextEmbedder>;
  /** One is kept of each embedder: texts come chunk by chunk. */
  likener(
    source: ModelSource,
    labels: readonly WordedLabel[],
    interaction: InteractionShare,
  ): Promise<Likener>;
}

/** Loading takes seconds, and one project uses one model at a time. */
export function createModelCache(): ModelCache {
  let kept: { key: string; model: NliModel; embedders: Map<string, Promise<TextEmbedder>> } | undefined;
  const load = async ({ dir, classes }: ModelSource) => {
    const stamp = await modelStamp(dir).catch(() => null);
    const key = JSON.stringify([dir, stamp, classes ?? classesStamp()]);
    // Without a stamp nobody could tell whether it is still the same.
    if (stamp !== null && kept?.key === key) return kept;
    const model = await loadNliModel(dir, classes ? { classes } : {});
    // Who still embeds with it is left to finish; the runtime frees the session with its last use.
    kept = { key, model, embedders: new Map() };
    return kept;
  };
  const likeners = new WeakMap<TextEmbedder, { key: string; likener: Promise<Likener> }>();
  const cache: ModelCache = {
    load: async (source) => (await load(source)).model,
    async likener(source, labels, interaction) {
      const embedder = await cache.embedder(source);
      const key = JSON.stringify([labels, interaction]);
      const known = likeners.get(embedder);
      if (known?.key === key) return known.likener;
      const own = { key, likener: createLikener(embedder, labels, interaction) };
      likeners.set(embedder, own);
      own.likener.catch(() => {
        if (likeners.get(embedder) === own) likeners.delete(embedder);
      });
      return own.likener;
    },
    async embedder(source) {
      const { model, embedders } = await load(source);
      const encoder = await model.encoder();
      const weights = await embeddingWeights(model, source);
      const key = keyOf(weights);
      const known = embedders.get(key);
      if (known) return known;
      const opened = createTextEmbedder(encoder, {
        weights: mergedInto(encoder, weights),
        interaction: weights ? null : readInteraction(encoder.folder.dir),
      });
      // Of what was tuned the two newest: an exported folder has weights for labels and others for heads.
      const tuned = [...embedders.keys()].filter((other) => other !== '');
      if (key !== '') for (const other of tuned.slice(0, -1)) embedders.delete(other);
      embedders.set(key, opened);
      opened.catch(() => {
        if (embedders.get(key) === opened) embedders.delete(key);
      });
      return opened;
    },
  };
  return cache;
}

/** Tells what was trained on top apart; '': nothing. */
export const keyOf = (trained: Uint8Array | undefined): string =>
  trained ? createHash('sha256').update(trained).digest('hex') : '';

/** The graph with what was trained on top; undefined: the model as it is. */
export const weightsOf = (model: NliModel, { trained }: ModelSource): Model | undefined =>
  mergedInto(model, trained);

const mergedInto = ({ prepared }: TextModel, trained: Uint8Array | undefined): Model | undefined =>
  trained && mergeTrained(prepared, readTrained(trained, 'the trained weights'));

/** What is on top of the encoder: a model that embeds texts itself does so as it was trained. */
const embeddingWeights = async (
  model: NliModel,
  { trained, tuned }: ModelSource,
): Promise<Uint8Array | undefined> => tuned ?? ((await encoderBeside(model)) ? undefined : trained);
