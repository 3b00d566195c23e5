import type { Model } from '../../graph/graph.ts';
import { stopIfAsked } from '../../inference/stopIfAsked.ts';
import { readTrained, type Trained, writeTrained } from '../../lora/file.ts';
import { encoderBeside, type NliModel } from '../../model/nliModel.ts';
import { mergeTrained } from '../../train/trainables.ts';
import {
  CONSTANTS,
  constantsAsText,
  type Layer,
  LEARNT,
  type LearntConstants,
  WEIGHTS,
} from './constants.ts';
import { digestsOf, type ModelFiles } from './restingOn.ts';
import { suggestTogether } from './together.ts';
import { layersOf, weightsBetween } from './weights.ts';

/** What makes a project's suggestions beside the model that is exported. */
export interface LearntExport extends LearntConstants {
  /** What texts are embedded with, trained on top of the model as it came; absent: that model. */
  readonly tuned?: Uint8Array | undefined;
}

/** The texts of the check, and what the app suggests for them. */
export const LEARNT_PROBE = `${LEARNT}/probe.json`;

/**
 * The files of the sub-folder: constants, the other weights as small changes of those in the folder's models, and a probe with
 * what the app's own models suggest. trained: what `exported` has on top of the model as it came; null: nothing. files: what
 * else the folder has of its models.
 */
export async function learntFiles(
  model: NliModel,
  exported: Model,
  {
    learnt,
    trained: trainedBytes,
    texts,
    files,
    signal,
  }: {
    readonly learnt: LearntExport;
    readonly trained: Uint8Array | undefined;
    readonly texts: readonly string[];
    readonly files: ModelFiles;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Map<string, string | Uint8Array>> {
  const { prepared } = model;
  const beside = await encoderBeside(model);
  const embeds = (beside ?? model).prepared;
  const read = (bytes: Uint8Array | undefined): Trained | null =>
    bytes ? readTrained(bytes, 'the trained weights') : null;
  const [trained, tuned] = [read(trainedBytes), read(learnt.tuned)];
  const base = trained && weightsBetween(prepared, trained, null);
  const embedding = tuned && weightsBetween(embeds, beside ? null : trained, tuned);
  await stopIfAsked(signal);
  const graphs = {
    base: prepared.model,
    run: trained && exported,
    likeness: embeds.model,
    embedding: tuned ? mergeTrained(embeds, tuned) : embeds.model,
  };
  const scores = await suggestTogether(model, graphs, { learnt, texts });
  await stopIfAsked(signal);
  const probe = {
    how: 'What the app suggests, in float32: what decisions taught on top of the model without training, together with the trained model where there is one. Long texts are read in windows, as scoring.json says.',
    texts,
    labels: learnt.labels.map(({ name }) => name),
    scores: scores.map((row) => Array.from(row, (p) => Math.round(p * 1e6) / 1e6)),
  };
  const adapted = (own: Trained | null): Readonly<Record<string, Layer>> =>
    own ? layersOf(embeds, [own]) : {};
  const layers = { ...(base && layersOf(prepared, [base])), ...(!beside && adapted(embedding)) };
  const encoderLayers = beside ? adapted(embedding) : layers;
  const weights = new Map<string, Uint8Array>([
    ...(base ? [[WEIGHTS.base, writeTrained(base)] as const] : []),
    ...(embedding ? [[WEIGHTS.tuned, writeTrained(embedding)] as const] : []),
  ]);
  return new Map<string, string | Uint8Array>([
    [
      CONSTANTS,
      constantsAsText({
        ...learnt,
        ...{ tuned: tuned !== null, layers, encoderLayers, encoder: beside !== null },
        files: digestsOf(new Map([...files, ...weights])),
      }),
    ],
    ...weights,
    [LEARNT_PROBE, `${JSON.stringify(probe, null, 2)}\n`],
  ]);
}
