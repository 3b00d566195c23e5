import { Command } from 'commander';
import { annotateFromFile, answerConflicts } from '../../backend/importing/answers.ts';
import type { Absent } from '../../backend/importing/placing.ts';
import { absentOption, type Conflicts, conflictLines, conflictsOption, policyFor } from '../conflicts.ts';
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
      .requiredOption('--as <name>', 'who annotated')
      .addOption(
        absentOption('what it means that a row without "rejected" does not name a label (default: no)'),
      )
      .addOption(conflictsOption()),
  ).action(run);
}

interface Options {
  from: string;
  as: string;
  absent?: Absent;
  conflicts: Conflicts;
  json?: boolean;
}

async function run(path: string, { from, as, absent, conflicts, json }: Options): Promise<void> {
  await withProject(path, async (project) => {
    const request = { annotator: as, absent };
    const policy = await policyFor(conflicts, () => answerConflicts(project, from, request));
    const report = await annotateFromFile(project, from, { ...request, conflicts: policy });
    const { documents, changed, conflictCount: count, overwritten } = report;
    print(json, report, () =>
      [
        `${documents === 1 ? '1 document' : `${documents} documents`} annotated by ${as}${changed ? '' : '; nothing was new'}.`,
        ...conflictLines(report.conflicts, { count, overwritten }),
      ].join('\n'),
    );
  });
}
