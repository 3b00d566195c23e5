import { Command, Option } from 'commander';
import { doubtsIn } from '../../backend/documents/unconfirmed.ts';
import { currentSource } from '../../backend/exporting/exportData.ts';
import {
  dataFormatNames,
  exportData,
  exportFormats,
  lossesOf,
  tableFormats,
} from '../../backend/exporting/index.ts';
import { notice, readProject, withInterrupt } from '../context.ts';
import { doubtIn } from '../doubt.ts';
import { tellEnding } from '../ending.ts';
import { many } from '../many.ts';
import { numberWithin, withJson } from '../options.ts';
import { print } from '../output.ts';

interface Options {
  format: string;
  to: string;
  unfinished?: boolean;
  excelSafe: boolean;
  threshold: number;
  overwrite?: boolean;
  json?: boolean;
}

export function exportDataCommand(): Command {
  return withJson(
    new Command('export-data')
      .description('write the results as a table (xlsx, results-…), or the annotations for other tools')
      .argument('<project>')
      .addOption(
        new Option('--format <format>', 'of the file').choices(dataFormatNames).makeOptionMandatory(),
      )
      .requiredOption('--to <file>', 'the file to write')
      .option('--unfinished', 'also documents that are not done (a table of results has all)')
      .option('--excel-safe', 'CSV: an apostrophe before what a spreadsheet would run as a formula', true)
      .option('--no-excel-safe', 'CSV: every cell exactly as it is, also what a spreadsheet would run')
      .option(
        '--threshold <x>',
        'from which probability on a label counts as suggested',
        numberWithin(0, 1),
        0.5,
      )
      .option('--overwrite', 'replace the file'),
  ).action(run);
}

async function run(path: string, options: Options): Promise<void> {
  await readProject(path, async (project) => {
    const { source, outdated } = await currentSource(project);
    const files = await withInterrupt((signal) =>
      exportData(source, {
        format: options.format,
        to: options.to,
        includeUnfinished: options.unfinished ?? false,
        excelSafe: options.excelSafe,
        threshold: options.threshold,
        overwrite: options.overwrite ?? false,
        signal,
      }),
    );
    const format = exportFormats.get(options.format);
    const doubt = tableFormats.has(options.format)
      ? doubtIn(await doubtsIn(project), 'go by ": from", which tells what people decided')
      : null;
    if (doubt !== null) notice(doubt);
    const { extension } = format ?? tableFormats.get(options.format) ?? {};
    if (extension !== undefined) tellEnding(options.to, extension);
    const losses = format
      ? lossesOf(format, { includeUnfinished: options.unfinished })
      : (tableFormats.get(options.format)?.costs ?? []);
    const leftOut = format && !options.unfinished ? project.stores.annotations.unfinished() : 0;
    print(options.json, { files, losses, leftOut, outdated: outdated.size }, () =>
      [
        `Wrote ${files.join(', ')}.`,
        ...(leftOut > 0
          ? [
              `Left out: ${many(leftOut, 'document on which something is decided and that is', 'documents on which something is decided and that are')} not done; ${unfinishedHint(leftOut, format?.carries.drafts === true)}`,
            ]
          : []),
        ...(outdated.size > 0
          ? [
              `Of ${many(outdated.size, 'document', 'documents')} what was suggested is out of date and left out: entail suggest makes it anew.`,
            ]
          : []),
        ...(losses.length > 0 ? [`In this format ${losses.join('; ')}.`] : []),
      ].join('\n'),
    );
  });
}

function unfinishedHint(count: number, isCarried: boolean): string {
  const [them, their, texts] = count === 1 ? ['it', 'its', 'text'] : ['them', 'their', 'texts'];
  return isCarried ? `--unfinished writes ${them}, too.` : `--unfinished writes ${their} ${texts} alone.`;
}
