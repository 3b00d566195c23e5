import { Command } from 'commander';
import { annotateFromFile } from '../../backend/importing/answers.ts';
import { withProject } from '../context.ts';
import { withJson } from '../options.ts';
import { print } from '../output.ts';

export function annotateCommand(): Command {
  return withJson(
    new Command('annotate')
      .description(
        'add annotations: {"id", "labels": […], "rejected": […]?} per line; "#12" is the 12th document',
      )
      .argument('<project>')
      .requiredOption('--from <file>', 'JSONL; without "rejected" all other labels are a no')
      .requiredOption('--as <name>', 'who annotated'),
  ).action(run);
}

async function run(path: string, options: { from: string; as: string; json?: boolean }): Promise<void> {
  await withProject(path, async (project) => {
    const { documents, changed } = await annotateFromFile(project, options.from, options.as);
    print(
      options.json,
      { documents, changed },
      () => `${documents} documents annotated by ${options.as}${changed ? '' : '; nothing was new'}.`,
    );
  });
}
