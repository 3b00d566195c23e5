import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../../errors.ts';
import { readInside } from '../../files/inside.ts';
import { wrongField } from '../../files/wrongField.ts';
import type { ReadingHeads } from '../../head/heads.ts';
import { readsEmbeddings } from '../../head/reading.ts';
import type { RunFusion } from '../../head/runFusion.ts';
import {
  fileVersionSchema,
  fusionWeightsSchema,
  requireEncoder,
  restsOnEncoder,
  versionWith,
} from '../../model/fusionFile.ts';
import type { FusionWeights, LabelPriors } from '../../zeroshot/fusion.ts';
import type { WordedLabel } from '../../zeroshot/labelVector.ts';

/** Beside a model in its folder: what makes a project's suggestions of it. */
export const LEARNT = 'learnt';
export const CONSTANTS = `${LEARNT}/learnt.json`;
/**
 * How the weights of onnx/model.onnx become those that it had before it was trained, and those of onnx/model.onnx, or of the
 * encoder beside it, those that texts are embedded with.
 */
export const WEIGHTS = {
  base: `${LEARNT}/base.safetensors`,
  tuned: `${LEARNT}/embeddings.safetensors`,
} as const;

const MOST_MEGABYTES = 256;
/** Of a file with whole matrices. */
const MOST_WEIGHTS_MEGABYTES = 2047;

/** Everything that a suggestion follows from, but models. */
export interface LearntConstants {
  readonly labels: readonly (WordedLabel & { readonly threshold: number })[];
  readonly heads: ReadingHeads;
  /** How the model without training is read; undefined: by entailment alone. */
  readonly combination?: FusionWeights | undefined;
  /** What is usual for labels, where it is read so. */
  readonly priors?: LabelPriors | undefined;
  /** How heads and the trained model are read together; null: it was not trained. */
  readonly run: RunFusion | null;
}

/** Where in the graph a layer's matrix is, and whether it is stored [out, in]. */
export interface Layer {
  readonly weight: string;
  readonly transposed: boolean;
}

/** What `learnt.json` says. */
export interface LearntFile extends LearntConstants {
  /** Texts are embedded with weights of their own, and not with those of the model without training. */
  readonly tuned: boolean;
  /** Layers of onnx/model.onnx that get an adapter. */
  readonly layers: Readonly<Record<string, Layer>>;
  /** The same of what texts are embedded with; without an encoder of its own one graph, and one list. */
  readonly encoderLayers: Readonly<Record<string, Layer>>;
  /** The folder has an encoder of its own. */
  readonly encoder: boolean;
  /** SHA-256 of the graphs and weights that it rests on, by their names in the folder; folders of versions before have none. */
  readonly files?: Readonly<Record<string, string>> | undefined;
}

/** More than any weight has, and little enough that float32 and the sums of a head hold it: beyond are NaN and no sentence. */
const MOST = 1e9;
const number = z.number().min(-MOST).max(MOST);
const Head = z.object({
  suggested: number,
  entailed: number,
  constant: number,
  embedding: z.array(number).nullable(),
});
const Layers = z.record(z.string(), z.object({ weight: z.string(), transposed: z.boolean() }));
const File = z
  .object({
    version: fileVersionSchema,
    labels: z
      .array(
        z.object({
          name: z.string(),
          description: z.string().optional(),
          hypotheses: z.array(z.string()).min(1),
          threshold: z.number().min(0).max(1),
          head: Head,
        }),
      )
      .min(1),
    /** Of all documents' embeddings; empty where heads do not ask for embeddings. */
    mean: z.array(number),
    combination: fusionWeightsSchema.nullable(),
    priors: z
      .object({
        documents: z.array(number.min(0)),
        odds: z.array(number),
        cosine: z.array(number),
        rest: z.array(number).optional(),
      })
      .nullable(),
    run: z.object({ head: number, run: number, constant: number }).nullable(),
    tuned: z.boolean(),
    layers: Layers,
    /** Of a folder with an encoder. */
    encoderLayers: Layers.optional(),
    files: z.record(z.string(), z.string()).optional(),
  })
  .refine(({ labels, mean }) => labels.every(({ head }) => (head.embedding ?? mean).length === mean.length), {
    path: ['labels'],
    message: 'a head is of another length than the mean embedding',
  })
  .refine(({ labels }) => new Set(labels.map(({ name }) => name)).size === labels.length, {
    path: ['labels'],
    message: 'two have one name',
  })
  .refine(({ combination, priors }) => combination === null || priors !== null, {
    path: ['priors'],
    message: 'what is usual for the labels is missing',
  })
  .refine(({ combination, priors }) => priors === null || combination !== null, {
    path: ['combination'],
    message: 'how it is read with what is usual for the labels is missing',
  })
  .refine(
    ({ labels, priors }) =>
      priors === null ||
      Object.values(priors).every((own) => own === undefined || own.length === labels.length),
    { path: ['priors'], message: 'it is of another number of labels' },
  );

/** The text of `learnt.json`. */
export function constantsAsText({
  labels,
  heads,
  combination,
  priors,
  run,
  tuned,
  layers,
  encoderLayers,
  encoder,
  files,
}: LearntFile): string {
  const embeds = readsEmbeddings(heads);
  const file: z.input<typeof File> = {
    version: versionWith(encoder, combination),
    labels: labels.map(({ name, description, hypotheses, threshold }, i) => {
      const { suggested, entailed, constant, ofEmbedded, embedding } = heads.labels[i]!;
      const own = embeds ? embedding : null;
      return {
        name,
        ...(description !== undefined && { description }),
        hypotheses: [...hypotheses],
        threshold,
        // Who reads the file embeds every text.
        head: {
          ...{ suggested, entailed, constant: own ? constant + ofEmbedded : constant },
          embedding: own && short(own),
        },
      };
    }),
    mean: embeds ? short(heads.space.mean) : [],
    combination: combination ?? null,
    priors: (combination && priors && copied(priors)) ?? null,
    run,
    tuned,
    layers,
    ...(encoder && { encoderLayers }),
    ...(files && { files: { ...files } }),
  };
  return `${JSON.stringify(file)}\n`;
}

const copied = ({ documents, odds, cosine, rest }: LabelPriors) => ({
  documents: [...documents],
  odds: [...odds],
  cosine: [...cosine],
  ...(rest && { rest: [...rest] }),
});

/** Nine digits tell every float32 from its neighbours. */
const short = (values: Float32Array): number[] => Array.from(values, (value) => Number(value.toPrecision(9)));

/**
 * What `learnt/learnt.json` of a model's folder says; null: the folder has none. Throws `learnt_invalid` for one that is
 * broken, `learnt_version` for one of another version, `encoder_missing`, and what `readInside` throws.
 */
export function readConstants(dir: string): LearntFile | null {
  const bytes = readInside(dir, CONSTANTS, MOST_MEGABYTES);
  if (bytes === null) return null;
  const path = join(dir, CONSTANTS);
  const json = parsed(bytes.toString('utf8'), path);
  const version = z.object({ version: z.unknown() }).safeParse(json);
  const { version: said } = version.data ?? {};
  if (said !== undefined && !fileVersionSchema.safeParse(said).success) {
    throw new EngineError(
      'learnt_version',
      `${path} is of another version of Entail.`,
      'Export the model again, or use the version of Entail that it is from.',
    );
  }
  const found = File.safeParse(json);
  if (!found.success) throw invalid(path, wrongField(found.error), found.error);
  const { labels, mean, combination, priors, run, tuned, layers, encoderLayers = layers, files } = found.data;
  requireEncoder(dir, found.data.version, path);
  return {
    labels: labels.map(({ head: _, ...label }) => label),
    heads: {
      space: { mean: Float32Array.from(mean) },
      labels: labels.map(({ head: { embedding, ...head } }) => ({
        ...head,
        // In the constant, as it was written.
        ofEmbedded: 0,
        embedding: embedding && Float32Array.from(embedding),
      })),
    },
    ...(combination && priors && { combination, priors }),
    run,
    tuned,
    layers,
    encoderLayers,
    encoder: restsOnEncoder(found.data.version),
    ...(files && { files }),
  };
}

/** The bytes of one of `WEIGHTS` of a model's folder. Throws `learnt_invalid` where it is not there, and what `readInside` throws. */
export function readLearntWeights(dir: string, file: string): Uint8Array {
  const bytes = readInside(dir, file, MOST_WEIGHTS_MEGABYTES);
  if (bytes !== null) return new Uint8Array(bytes);
  throw new EngineError('learnt_invalid', `${join(dir, file)} is missing.`, 'Export the model again.');
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(path, 'it is no JSON', error);
  }
}

const invalid = (path: string, why: string, cause: unknown) =>
  new EngineError('learnt_invalid', `${path} can't be used: ${why}.`, 'Export the model again.', cause);
