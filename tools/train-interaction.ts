import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { EngineError } from '../engine/errors.ts';
import { ENCODER, INTERACTION } from '../engine/files/layout.ts';
import { interactionDigest, writeInteraction } from '../engine/model/interactionFile.ts';
import { encoderBeside, loadNliModel } from '../engine/model/nliModel.ts';
import { createRandom } from '../engine/random.ts';
import { readInteractionRecipe } from './nli/interaction/recipe.ts';
import { readSets } from './nli/interaction/sets.ts';
import { createStateReader } from './nli/interaction/states.ts';
import { trainInteraction } from './nli/interaction/train.ts';
import { dataFolder, runTool } from './nli/tool.ts';

interface Options {
  readonly model: string;
  readonly recipe: string;
  readonly out?: string;
  readonly data?: string;
  readonly steps?: number;
}

/** Steps between reports. */
const REPORTED = 100;

const program = new Command('train-interaction')
  .description("trains what tokens of texts and labels are compared with, for a model's encoder, which stays")
  .requiredOption('--model <dir>', `model folder with an encoder in ${ENCODER}/`)
  .option('--recipe <file>', 'recipe (JSON)', join(import.meta.dirname, 'recipes', 'interaction.json'))
  .option('--out <file>', `file to write; default: ${ENCODER}/${INTERACTION} of the model`)
  .option('--data <dir>', 'data folder; default: ENTAIL_DATA')
  .option('--steps <n>', 'instead of the steps of the recipe', wholeNumber)
  .action(train);

await runTool(program);

async function train(options: Options): Promise<void> {
  const data = dataFolder(options);
  const written = readInteractionRecipe(options.recipe);
  const recipe = { ...written, steps: options.steps ?? written.steps };
  const { steps } = recipe;
  const encoder = await encoderBeside(await loadNliModel(options.model));
  if (encoder === null)
    throw new EngineError(
      'encoder_missing',
      `${options.model} has no encoder in ${ENCODER}/, whose tokens could be compared.`,
    );
  const out = options.out ?? join(options.model, ENCODER, INTERACTION);
  mkdirSync(dirname(out), { recursive: true });
  const random = createRandom(recipe.seed);
  const started = performance.now();
  const seconds = (since: number) => Math.round((performance.now() - since) / 1000);
  const reader = await createStateReader(encoder, recipe.maxLength);
  const sets = await readSets(recipe, {
    data,
    reader,
    random,
    onRead: ({ name, texts, labels }) =>
      say(`${name}: ${texts.length} texts and ${labels.length} labels read, ${seconds(started)} s`),
  });
  await reader.release();
  const began = performance.now();
  let losses: number[] = [];
  const trained = await trainInteraction(sets, recipe, {
    hidden: reader.hidden,
    random,
    onStep: (step, loss) => {
      losses.push(loss);
      if (step % REPORTED !== 0 && step !== steps) return;
      const mean = losses.reduce((sum, x) => sum + x, 0) / losses.length;
      say(`step ${step}/${steps} loss ${mean.toFixed(4)}, ${seconds(began)} s`);
      losses = [];
    },
  });
  const bytes = writeInteraction(trained);
  writeFileSync(out, bytes);
  const digest = interactionDigest(bytes);
  process.stdout.write(
    `${JSON.stringify({ recipe: recipe.name, steps, seconds: seconds(began), digest })}\n`,
  );
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}
