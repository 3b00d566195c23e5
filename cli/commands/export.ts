import { Command } from 'commander';
import { type ExportedModel, exportRun, exportSuggesting } from '../../backend/exporting/exportModel.ts';
import { readProject, runNumber, withEngine } from '../context.ts';
import { withJson } from '../options.ts';
import { print } from '../output.ts';

export function exportCommand(): Command {
  return withJson(
    new Command('export')
      .description(
        'write what suggests in a project, a trained model with what decisions taught, for Entail, Python, transformers.js and Hugging Face transformers',
      )
      .argument('<project>')
      .option('--run <run>', 'a training run (default: what suggests now, also without a training)')
      .requiredOption('--to <dir>', 'the folder to make'),
  ).action(run);
}

async function run(path: string, options: { run?: string; to: string; json?: boolean }): Promise<void> {
  await readProject(path, async (project) => {
    const { to } = options;
    const result = await withEngine(({ engine, signal }) =>
      options.run === undefined
        ? exportSuggesting(project, engine, { to, signal })
        : exportRun(project, engine, { run: runNumber(options.run), to, signal }),
    );
    print(options.json, result, () => textOf(to, result));
  });
}

const textOf = (to: string, { withoutLearnt, withoutPytorch }: ExportedModel): string =>
  [
    `Wrote ${to}; loaded again in a fresh process, it gives the ${withoutLearnt === null ? "app's suggestions" : "run's scores"}.`,
    ...(withoutLearnt === null ? [] : [WITHOUT_LEARNT[withoutLearnt]]),
    ...(withoutPytorch === null ? [] : [`It has no model.safetensors: ${withoutPytorch}.`]),
  ].join('\n');

const WITHOUT_LEARNT = {
  'other run':
    'It is the run alone, without what decisions taught: that is read together with what suggests now. Without --run both are exported.',
  'nothing learnt':
    'It is the run alone: decisions have taught nothing beside it yet. "entail suggest" has the documents read that they need.',
} as const;
