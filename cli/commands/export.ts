import { Command } from 'commander';
import { exportRun } from '../../backend/exporting/exportModel.ts';
import { readProject, runNumber, withEngine } from '../context.ts';
import { withJson } from '../options.ts';
import { print } from '../output.ts';

export function exportCommand(): Command {
  return withJson(
    new Command('export')
      .description('write a trained model for Entail, transformers.js and Hugging Face transformers')
      .argument('<project>')
      .requiredOption('--run <run>', 'a training run')
      .requiredOption('--to <dir>', 'the folder to make'),
  ).action(run);
}

async function run(path: string, options: { run: string; to: string; json?: boolean }): Promise<void> {
  await readProject(path, async (project) => {
    const result = await withEngine(({ engine, signal }) =>
      exportRun(project, engine, { run: runNumber(options.run), to: options.to, signal }),
    );
    print(options.json, result, () =>
      [
        `Wrote ${options.to}; loaded again in a fresh process, it gives the app's scores.`,
        ...(result.withoutPytorch === null ? [] : [`It has no model.safetensors: ${result.withoutPytorch}.`]),
      ].join('\n'),
    );
  });
}
