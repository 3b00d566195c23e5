import { Command } from 'commander';
import { checkProject } from '../../backend/project/check.ts';
import { notice } from '../context.ts';
import { EXIT } from '../errors.ts';
import { withJson } from '../options.ts';
import { print } from '../output.ts';

export function checkCommand(): Command {
  return withJson(
    new Command('check')
      .description('look for damage in a project file; changes nothing')
      .argument('<project>'),
  ).action((path: string, options: { json?: boolean }) => {
    const report = checkProject(path);
    const sound = report.problems.length === 0;
    if (!sound) process.exitCode = EXIT.failed;
    for (const note of report.notes) notice(note);
    print(options.json, { ok: sound, ...report }, () =>
      sound
        ? `${path} is sound: ${report.documents} documents, ${report.decisions} decisions.`
        : [`${path} has ${report.problems.length} problems:`, ...report.problems.map((p) => `  ${p}`)].join(
            '\n',
          ),
    );
  });
}
