import { z } from 'zod';
import { EngineError } from '../../engine/errors.ts';
import { readRecipeFile } from './recipeFile.ts';

const Share = z.number().positive().max(1e6);
const count = z.int().positive();

const Schema = z.strictObject({
  name: z.string().min(1),
  seed: z.int().nonnegative(),
  /** Batches trained on; the learning rate decays over the last `decayShare` of them. */
  steps: count,
  learningRate: z.number().positive().max(1),
  warmupSteps: z.int().nonnegative(),
  decayShare: z.number().min(0).max(1),
  tokensPerBatch: count,
  maxRows: count.default(160),
  /** Pairs drawn, encoded and batched at a time; 0: none are, and embeddings alone are trained by contrast. */
  pairsPerRound: z.int().nonnegative(),
  /** Longest pair in tokens; longer premises are cut at their end. */
  maxLength: z.int().min(16).max(512),
  labelSmoothing: z.number().min(0).max(0.5),
  clipNorm: z.number().positive().default(1),
  weightDecay: z.number().min(0).max(1).default(0.01),
  /** Share of rows that are texts alone, kept near the base model's embedding, and their weight. */
  embedding: z.strictObject({ share: z.number().min(0).max(0.9), weight: z.number().min(0) }),
  nli: z.strictObject({
    /** Share of the pairs; the rest are zero-shot pairs. */
    share: z.number().min(0).max(1),
    /** How much of neutral is taken for contradiction; 1 trains two classes. */
    neutralAsContradiction: z.number().min(0).max(1).default(0),
    files: z.array(z.strictObject({ file: z.string(), share: Share })).min(1),
  }),
  zeroShot: z.strictObject({
    sets: z.array(z.strictObject({ set: z.string(), share: Share })).min(1),
    negativesPerPositive: z.number().positive().max(20),
    /** Share of the negatives drawn from the labels nearest to a true one. */
    hardShare: z.number().min(0).max(1),
    /** Share of a negative's target given to neutral; the rest is contradiction. */
    neutral: z.number().min(0).max(1),
    /** Share of texts that are two texts of a set joined, with the labels of both. */
    joinShare: z.number().min(0).max(1),
    /** How a label is worded: its sentence, its description, or its name in a template. */
    wordings: z.strictObject({
      hypothesis: z.number().min(0),
      description: z.number().min(0),
      template: z.number().min(0),
    }),
  }),
  /** Texts and labels whose embeddings are compared beside each step's pairs; absent: none are. */
  contrast: z
    .strictObject({
      temperature: z.number().min(0.005).max(1),
      /** Padded tokens of a step's group. */
      tokens: count,
      maxLength: z.int().min(16).max(512),
      labels: z.strictObject({ least: z.int().min(2), most: z.int().min(2) }),
      /** Weights of the three ways to compare, and of staying near the teacher's embeddings. */
      textsToLabels: z.number().min(0),
      labelsToTexts: z.number().min(0),
      textsToTexts: z.number().min(0),
      keep: z.number().min(0),
    })
    .refine(({ labels }) => labels.least <= labels.most, 'the least number of labels is above the most')
    .optional(),
  /** Never trained on: first rows of NLI training files, and whole text sets (their training parts are scored). */
  heldOut: z.strictObject({
    every: count,
    nli: z.array(z.strictObject({ file: z.string(), pairs: count })),
    sets: z.array(z.strictObject({ set: z.string(), texts: count })),
  }),
});

/** What a training run of the shipped model consists of. File names are relative to the data folder. */
export type Recipe = z.infer<typeof Schema>;

/** Reads a recipe; throws `recipe_invalid` naming file and field, also when a held-out set is trained on. */
export function readRecipe(path: string): Recipe {
  const recipe = readRecipeFile(path, Schema);
  const heldOut = new Set(recipe.heldOut.sets.map(({ set }) => set));
  const both = recipe.zeroShot.sets.find(({ set }) => heldOut.has(set));
  if (both) throw new EngineError('recipe_invalid', `${path} trains on the held-out set ${both.set}.`);
  const test = recipe.nli.files.find(({ file }) => file.includes('.test.'));
  if (test) throw new EngineError('recipe_invalid', `${path} trains on the test file ${test.file}.`);
  return recipe;
}
