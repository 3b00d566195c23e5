import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { EngineError } from '../engine/errors.ts';
import { loadNliModel } from '../engine/model/nliModel.ts';
import { createRandom } from '../engine/random.ts';
import { encodeRound } from './nli/encodeRound.ts';
import { loadData } from './nli/material.ts';
import { createMixture } from './nli/mixture.ts';
import { type Recipe, readRecipe } from './nli/recipe.ts';
import { trainRounds } from './nli/rounds/trainRounds.ts';
import { dataFolder, runTool } from './nli/tool.ts';

interface Options {
  readonly model: string;
  readonly recipe: string;
  readonly data?: string;
  readonly steps: string;
}

const program = new Command('repeat-recipe')
  .description('runs the first steps of a recipe twice from scratch and compares all losses bit for bit')
  .requiredOption('--model <dir>', 'folder of the base model')
  .option('--recipe <file>', 'recipe (JSON)', 'tools/recipes/minilm-l6.json')
  .option('--data <dir>', 'data folder; default: ENTAIL_DATA')
  .option('--steps <n>', 'how many steps', '200')
  .action(repeat);

async function repeat(options: Options): Promise<void> {
  const data = dataFolder(options);
  const recipe = readRecipe(options.recipe);
  const steps = Number(options.steps);
  if (!Number.isInteger(steps) || steps < 1 || steps > recipe.steps)
    throw new EngineError('steps_invalid', `--steps must be a whole number from 1 to ${recipe.steps}.`);
  const request = { model: options.model, recipe, data, steps };
  const [first, second] = [await firstLosses(request), await firstLosses(request)];
  const different = first.findIndex((loss, i) => !Object.is(loss, second[i]));
  if (different >= 0) {
    const message = `Step ${different + 1} has the loss ${first[different]} and then ${second[different]}.`;
    throw new EngineError('not_repeatable', message, 'Look for what depends on time or order.');
  }
  process.stdout.write(
    `${first.length} losses, the same twice to the last bit; the last is ${first.at(-1)}\n`,
  );
}

/** Losses of the first steps, with everything loaded anew, on the schedule of the whole recipe. */
async function firstLosses(request: {
  model: string;
  recipe: Recipe;
  data: string;
  steps: number;
}): Promise<number[]> {
  const { recipe, steps } = request;
  const model = await loadNliModel(request.model);
  const { material } = await loadData(recipe, request.data, model);
  const mixture = createMixture(material, recipe, createRandom(recipe.seed).fork('mixture'));
  const dir = mkdtempSync(join(tmpdir(), 'entail-repeat-'));
  const stop = new AbortController();
  const losses: number[] = [];
  try {
    await trainRounds(model, {
      round: () => encodeRound(model, mixture.round(), recipe),
      options: { ...recipe, embeddingWeight: recipe.embedding.weight },
      checkpoints: { dir, every: recipe.steps },
      resume: false,
      signal: stop.signal,
      onStep: ({ step, loss }) => {
        losses.push(loss);
        if (step % 10 === 0) process.stderr.write(`step ${step}/${steps} loss ${loss}\n`);
        if (step === steps) stop.abort();
      },
    });
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'cancelled' && stop.signal.aborted)) throw error;
  } finally {
    rmSync(dir, { recursive: true });
  }
  return losses;
}

await runTool(program);
