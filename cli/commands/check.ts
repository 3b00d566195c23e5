import { Command } from 'commander';
import { checkProject, INDEX_DISAGREES } from '../../backend/project/check.ts';
import { openProject } from '../../backend/project/file.ts';
import { mendProject } from '../../backend/project/mend.ts';
import { notice } from '../context.ts';
import { EXIT } from '../errors.ts';
import { many } from '../many.ts';
import { withJson } from '../options.ts';
import { print } from '../output.ts';

export function checkCommand(): Command {
  return withJson(
    new Command('check')
      .description('look for damage in a project file, in a copy of it')
      .argument('<project>')
      .option('--set-log-aside', 'keep a log that does not fit the file under another name, so that it opens')
      .option(
        '--mend',
        'open the project as Entail does, which may change the file (brought to the present format after a backup, rows that no Entail writes put aside, the log folded into it), and make the index for searching anew where it does not fit the documents',
      ),
  ).action((path: string, options: { json?: boolean; setLogAside?: boolean; mend?: boolean }) => {
    if (options.setLogAside) setAside(path);
    if (options.mend) for (const sentence of mendProject(path)) notice(sentence);
    const report = checkProject(path);
    const sound = report.problems.length === 0;
    if (!sound) process.exitCode = EXIT.failed;
    for (const note of report.notes) notice(note);
    if (report.problems.includes(INDEX_DISAGREES))
      notice(
        '"entail check --mend" opens the project as Entail does, which brings an older format up to date, puts rows that no Entail writes aside and folds the log into the file, and makes the index for searching anew.',
      );
    print(options.json, { ok: sound, ...report }, () =>
      sound
        ? `${path} is sound: ${many(report.documents, 'document')}, ${many(report.decisions, 'decision')}.`
        : [`${path} has ${report.problems.length} problems:`, ...report.problems.map((p) => `  ${p}`)].join(
            '\n',
          ),
    );
  });
}

/** Nothing is deleted: what is set aside is named. */
function setAside(path: string): void {
  const project = openProject(path, { badLog: 'continue' });
  for (const sentence of project.notices) notice(sentence);
  project.close();
}
