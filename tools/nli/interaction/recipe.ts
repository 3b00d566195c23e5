import { z } from 'zod';
import { readRecipeFile } from '../recipeFile.ts';

const count = z.int().positive();
const part = z.number().min(0).max(1);

const Schema = z.strictObject({
  name: z.string().min(1),
  seed: z.int().nonnegative(),
  steps: count,
  learningRate: z.number().positive().max(1),
  /** The learning rate falls to 0 over all steps after these. */
  warmupSteps: z.int().nonnegative(),
  clipNorm: z.number().positive(),
  /** Longest text or wording in tokens, with those around it; longer ones are cut at their end. */
  maxLength: z.int().min(3).max(512),
  /** Texts drawn from each set: of those with few labels and of those with more (see `textsOf`). */
  textsPerSet: z.strictObject({ fewLabels: count, manyLabels: count }),
  /** Labels of a step. */
  labels: z
    .strictObject({ least: z.int().min(2), most: z.int().min(2) })
    .refine(({ least, most }) => least <= most, 'the least number of labels is above the most'),
  /** Texts of a step: those that have one of its labels, and any. */
  texts: z.strictObject({ likely: count, others: z.int().nonnegative() }),
  /** Factor of likenesses before the softmax. */
  sharpness: z.number().positive().max(1000),
  /** Of late interaction in a likeness; the rest is the cosine of embeddings. */
  share: z.number().positive().max(1),
  /** Weight of finding a text's labels; the rest is that of finding a label's texts. */
  textsToLabels: part,
  /** Weight of the squared distance between the projection and the identity. */
  pull: z.number().min(0),
  /** How far the projection is moved back to the identity at the end: 1 is all the way. */
  back: part,
  /** Sets are drawn by the square roots of their shares. */
  sets: z.array(z.strictObject({ set: z.string(), share: z.number().positive().max(1e6) })).min(1),
});

/** How late interaction is trained for an encoder. Names of sets are relative to the data folder. */
export type InteractionRecipe = z.infer<typeof Schema>;

/** Reads such a recipe; throws `recipe_invalid` naming file and field. */
export const readInteractionRecipe = (path: string): InteractionRecipe => readRecipeFile(path, Schema);
