import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../errors.ts';
import { readInside } from '../files/inside.ts';
import type { FusionWeights } from '../zeroshot/fusion.ts';

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
});
const Schema = z.object({ version: z.literal(1), combination: fusionWeightsSchema });

/**
 * How a model's entailment and embeddings are combined: `entail.json` in its folder. undefined without the file: such a
 * model suggests by entailment alone. Throws `combination_invalid` for a file that is broken or of a later version,
 * and what `readInside` throws.
 */
export function readFusionWeights(dir: string): FusionWeights | undefined {
  const path = join(dir, FILE);
  const bytes = readInside(dir, FILE, MOST_MEGABYTES);
  if (bytes === null) return undefined;
  try {
    return Schema.parse(JSON.parse(bytes.toString('utf8'))).combination;
  } catch (cause) {
    throw new EngineError(
      'combination_invalid',
      `${path} does not say how this model's readings are combined.`,
      'Get the model again, or delete the file: the model then suggests by entailment alone.',
      cause,
    );
  }
}
