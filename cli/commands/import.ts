import { Command } from 'commander';
import { conflictsOf } from '../../backend/importing/conflicts.ts';
import { importFiles } from '../../backend/importing/importing.ts';
import type { ImportOptions } from '../../backend/importing/options.ts';
import type { Absent } from '../../backend/importing/placing.ts';
import { redoImport, undoImport } from '../../backend/importing/undoing.ts';
import { absentOption, type Conflicts, conflictLines, conflictsOption, policyFor } from '../conflicts.ts';
import { withEngine, withProject } from '../context.ts';
import { EXIT } from '../errors.ts';
import { wholeNumber, withJson, withReading } from '../options.ts';
import { print, problemLines } from '../output.ts';
import { withProgress } from '../progress.ts';

interface Options extends ImportOptions {
  absent?: Absent;
  conflicts: Conflicts;
  undo?: string | true;
  redo?: string | true;
  as: string;
  json?: boolean;
}

export function importCommand(): Command {
  const command = new Command('import')
    .description('add documents, and annotations where the files have them')
    .argument('<project>')
    .argument(
      '[files...]',
      'files or folders: tables, JSON, text, office documents, mail, archives, and the formats of other annotation tools',
    );
  return withJson(withReading(command))
    .addOption(
      absentOption(
        'what it means that a row does not name a label (default: as the format has it; for lists of labels: open)',
      ),
    )
    .addOption(conflictsOption())
    .option('--as <name>', 'who annotated, where the file does not tell', 'import')
    .option('--undo [import]', 'take the last import back, or the one with this number')
    .option('--redo [import]', 'do again what was taken back')
    .action(run);
}

/** Takes an import back or does it again. */
async function revert(path: string, { undo, redo, json }: Options): Promise<void> {
  const [change, given] = undo === undefined ? ([redoImport, redo] as const) : ([undoImport, undo] as const);
  const number = typeof given === 'string' ? wholeNumber(1)(given) : undefined;
  const done = await withProject(path, (project) => change(project, number));
  print(json, done, () =>
    [
      `Import ${done.id} (${done.files.slice(0, 5).join(', ')}) was ${undo === undefined ? 'done again' : 'taken back'}: ${done.documents} documents ${undo === undefined ? 'came back' : 'went'}.`,
      ...(done.stayed > 0
        ? [
            undo === undefined
              ? `${done.stayed} did not come back: other documents have their ids or texts now.`
              : `${done.stayed} stay: someone decided on them since, or a training run used them.`,
          ]
        : []),
    ].join('\n'),
  );
}

async function run(path: string, files: string[], options: Options, command: Command): Promise<void> {
  const { as, json, conflicts, undo, redo, ...reading } = options;
  const reverts = undo !== undefined || redo !== undefined;
  if (reverts === files.length > 0)
    command.error(
      reverts ? 'error: --undo and --redo take no files.' : "error: missing required argument 'files'",
      { exitCode: EXIT.usage },
    );
  if (reverts) return revert(path, options);
  const report = await withProject(path, (project) =>
    withEngine(({ signal }) =>
      withProgress('Importing', async (progress) =>
        importFiles(project, {
          ...reading,
          conflicts: await policyFor(conflicts, () =>
            conflictsOf(project, files, { ...reading, annotator: as, signal }),
          ),
          files,
          annotator: as,
          signal,
          onProgress: (documents, bytes, total) => progress.update(bytes, total, `${documents} documents`),
        }),
      ),
    ),
  );
  const count = report.problems.length + report.moreProblems;
  print(json, { ...report, documents: report.added }, () =>
    [
      `${report.added} documents added, ${report.annotated} with annotations.`,
      ...(report.known > 0 ? [`${report.known} were there already.`] : []),
      ...(report.sameText > 0 ? [`${report.sameText} have the text of another document.`] : []),
      ...(report.newLabels.length > 0 ? [`New labels: ${report.newLabels.join(', ')}.`] : []),
      ...conflictLines(report.conflicts, { count: report.conflictCount, overwritten: report.overwritten }),
      ...report.notes,
      ...(count > 0 ? [`${count} rows could not be read:`] : []),
      ...problemLines(report.problems, report.moreProblems),
    ].join('\n'),
  );
}
