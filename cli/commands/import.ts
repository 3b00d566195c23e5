import { Command, Option } from 'commander';
import { importFiles } from '../../backend/importing/importing.ts';
import type { ImportOptions } from '../../backend/importing/read.ts';
import { withEngine, withProject } from '../context.ts';
import { withJson, withReading } from '../options.ts';
import { print, problemLines } from '../output.ts';
import { withProgress } from '../progress.ts';

interface Options extends ImportOptions {
  unlisted: 'no' | 'undecided';
  as: string;
  json?: boolean;
}

export function importCommand(): Command {
  const command = new Command('import')
    .description('add documents, and annotations where the files have them')
    .argument('<project>')
    .argument('<files...>', 'CSV, TSV, JSON, JSONL, text, and the formats of other annotation tools');
  return withJson(withReading(command))
    .addOption(
      new Option('--unlisted <meaning>', 'what labels mean that an annotated row does not list')
        .choices(['no', 'undecided'])
        .default('no'),
    )
    .option('--as <name>', 'who annotated, where the file does not tell', 'import')
    .action(run);
}

async function run(path: string, files: string[], { as, json, ...reading }: Options): Promise<void> {
  const report = await withProject(path, (project) =>
    withEngine(({ signal }) =>
      withProgress('Importing', (progress) =>
        importFiles(project, {
          ...reading,
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
      ...(count > 0 ? [`${count} rows could not be read:`] : []),
      ...problemLines(report.problems, report.moreProblems),
    ].join('\n'),
  );
}
