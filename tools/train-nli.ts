import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { encodeText } from '../engine/inference/embedding.ts';
import { loadNliModel } from '../engine/model/nliModel.ts';
import { createRandom } from '../engine/random.ts';
import { createGroups } from './nli/contrastGroups.ts';
import { encodeRound } from './nli/encodeRound.ts';
import { exportModel } from './nli/exportModel.ts';
import { heldOutScorer } from './nli/heldOut.ts';
import { loadData } from './nli/material.ts';
import { createMixture } from './nli/mixture.ts';
import { readRecipe } from './nli/recipe.ts';
import { trainRounds } from './nli/rounds/trainRounds.ts';
import { dataFolder, runTool } from './nli/tool.ts';
import { openLog } from './nli/trainingLog.ts';

interface Options {
  readonly model: string;
  readonly recipe: string;
  readonly out: string;
  readonly data?: string;
  readonly teacher?: string;
  readonly steps?: string;
  readonly checkpointEvery: string;
  readonly snapshotEvery?: string;
  readonly background?: boolean;
  readonly resume?: boolean;
}

const program = new Command('train-nli')
  .description('train an NLI model for zero-shot classification from a base model and a recipe')
  .requiredOption('--model <dir>', 'folder of the base model (a sequence classifier with NLI classes)')
  .requiredOption('--recipe <file>', 'recipe (JSON)')
  .requiredOption('--out <dir>', 'checkpoints, log.jsonl and, in model/, the trained model')
  .option('--data <dir>', 'data folder; default: ENTAIL_DATA')
  .option('--teacher <dir>', 'model whose embeddings of texts are kept; default: the base model')
  .option('--steps <n>', 'instead of the steps of the recipe')
  .option('--checkpoint-every <n>', 'steps between checkpoints', '100')
  .option('--snapshot-every <n>', 'steps between copies of the model in snapshots/, to be averaged')
  .option('--background', 'leave the cores to other programs wherever threads wait')
  .option('--resume', 'go on from the last checkpoint')
  .action(train);

await runTool(program);

async function train(options: Options): Promise<void> {
  const data = dataFolder(options);
  const recipe = readRecipe(options.recipe);
  const steps = options.steps === undefined ? recipe.steps : Number(options.steps);
  const model = await loadNliModel(options.model);
  const teacher = options.teacher === undefined ? undefined : await loadNliModel(options.teacher);
  const { material, heldOutNli, heldOutSets } = await loadData(recipe, data, model);
  const mixture = createMixture(material, recipe, createRandom(recipe.seed).fork('mixture'));
  const contrast = recipe.contrast && {
    temperature: recipe.contrast.temperature,
    group: createGroups(
      material,
      { contrast: recipe.contrast, zeroShot: recipe.zeroShot },
      {
        random: createRandom(recipe.seed).fork('contrast'),
        encode: (text, longest) => encodeText(model.tokenizer, text, longest),
      },
    ),
  };
  const evaluate = heldOutScorer(model, { nli: heldOutNli, sets: heldOutSets }, recipe.maxLength);
  mkdirSync(options.out, { recursive: true });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  let log: ReturnType<typeof openLog> = () => undefined;
  let rows = 0;
  let seconds = 0;
  const { values } = await trainRounds(model, {
    round: () => encodeRound(model, mixture.round(), recipe),
    options: { ...recipe, steps, embeddingWeight: recipe.embedding.weight },
    ...(teacher && { teacher }),
    ...(contrast && { contrast }),
    checkpoints: { dir: join(options.out, 'checkpoint'), every: Number(options.checkpointEvery) },
    background: options.background === true,
    resume: options.resume === true,
    signal: stop.signal,
    onStart: ({ step, parameters }) => {
      log = openLog(join(options.out, 'log.jsonl'), step);
      process.stderr.write(`${parameters} trained parameters, from step ${step} of ${steps}\n`);
    },
    onStep: async (progress, score, current) => {
      rows += progress.rows;
      seconds += progress.seconds;
      const megabytes = Math.round(process.memoryUsage.rss() / 2 ** 20);
      log({ ...progress, rowsPerSecond: rows / seconds, megabytes } as { step: number });
      if (progress.step % 10 === 0) {
        const { step, loss } = progress;
        process.stderr.write(
          `step ${step}/${steps} loss ${loss.toFixed(4)} ${(rows / seconds).toFixed(1)} rows/s\n`,
        );
      }
      if (options.snapshotEvery && progress.step % Number(options.snapshotEvery) === 0)
        exportModel(model.folder, current, join(options.out, 'snapshots', String(progress.step)));
      if (progress.step % recipe.heldOut.every !== 0 && progress.step !== steps) return;
      const heldOut = await evaluate(score);
      log({ step: progress.step, heldOut } as { step: number });
      process.stderr.write(`step ${progress.step} held out ${JSON.stringify(heldOut)}\n`);
    },
  });
  const { bytes } = exportModel(model.folder, values, join(options.out, 'model'));
  process.stdout.write(
    `${JSON.stringify({ recipe: recipe.name, steps, rows, seconds: Math.round(seconds), bytes })}\n`,
  );
}
