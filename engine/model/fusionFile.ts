import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../errors.ts';
import { readInside } from '../files/inside.ts';
import { ENCODER } from '../files/layout.ts';
import type { FusionWeights } from '../zeroshot/fusion.ts';
import { encoderFolder } from './encoderFolder.ts';
import { requireInteraction } from './interactionFile.ts';

const FILE = 'entail.json';
const MOST_MEGABYTES = 1;

const coefficient = z.number().min(-1000).max(1000);
/** Weights as a file has them. */
export const fusionWeightsSchema: z.ZodType<FusionWeights> = z.object({
  bias: coefficient,
  entailment: coefficient,
  centred: coefficient,
  competition: coefficient,
  sharpness: z.number().min(0).max(1000),
  prior: coefficient,
  priorDocuments: z.number().positive().max(1e6),
  interaction: z
    .object({ share: z.number().min(0).max(1), digest: z.string().regex(/^[0-9a-f]{16}$/) })
    .optional(),
});

/** The version of a file that rests on embeddings. Who knows but those before refuses it, as it would read otherwise. */
export type FileVersion = 1 | 2 | 3;
export const fileVersionSchema: z.ZodType<FileVersion> = z.union([z.literal(1), z.literal(2), z.literal(3)]);

const Schema = z.object({ version: fileVersionSchema, combination: fusionWeightsSchema });

/** 1: of a model that embeds texts itself; 2: with an encoder of its own; 3: and late interaction. */
export function versionWith(encoder: boolean, combination: FusionWeights | null | undefined): FileVersion {
  if (!encoder) return 1;
  return combination?.interaction ? 3 : 2;
}

/** Whether what has this version rests on an encoder beside the model. */
export const restsOnEncoder = (version: FileVersion): boolean => version > 1;

/**
 * How a model's entailment and embeddings are combined: `entail.json` in its folder. undefined without the file: such a
 * model suggests by entailment alone. Throws `combination_invalid` for a file that is broken or of a later version,
 * `encoder_missing` for one that was fitted to the embeddings of another encoder than the folder has,
 * `interaction_invalid` where what words are compared by is missing or another one than it was fitted with, and what
 * `readInside` throws.
 */
export function readFusionWeights(dir: string): FusionWeights | undefined {
  const path = join(dir, FILE);
  const bytes = readInside(dir, FILE, MOST_MEGABYTES);
  if (bytes === null) return undefined;
  const { version, combination } = parsed(bytes, path);
  requireEncoder(dir, version, path);
  const { interaction } = combination;
  if (interaction) requireInteraction(join(dir, ENCODER), interaction.digest);
  return combination;
}

/** Throws `encoder_missing` where a file of this version rests on other embeddings than the folder makes. */
export function requireEncoder(dir: string, version: FileVersion, path: string): void {
  const has = encoderFolder(dir) !== null;
  if (restsOnEncoder(version) === has) return;
  throw new EngineError(
    'encoder_missing',
    has
      ? `${path} is not of the encoder in ${join(dir, ENCODER)}.`
      : `${dir} lacks the folder "${ENCODER}" with what its texts are embedded with.`,
    'Get the model again, with all its files.',
  );
}

function parsed(bytes: Buffer, path: string): z.infer<typeof Schema> {
  try {
    return Schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new EngineError(
      'combination_invalid',
      `${path} does not say how this model's readings are combined.`,
      'Get the model again, or delete the file: the model then suggests by entailment alone.',
      cause,
    );
  }
}
