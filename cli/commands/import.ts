import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { BackendError } from '../../backend/errors.ts';
import { writeAtomically } from '../../backend/files/atomic.ts';
import { conflictsOf } from '../../backend/importing/conflicts.ts';
import { importFiles } from '../../backend/importing/importing.ts';
import type { LabelName } from '../../backend/importing/labelNames.ts';
import type { ImportOptions } from '../../backend/importing/options.ts';
import { placeInWords } from '../../backend/importing/places.ts';
import type { Absent } from '../../backend/importing/placing.ts';
import { refusedRows } from '../../backend/importing/refused.ts';
import type { Differing } from '../../backend/importing/report.ts';
import { redoImport, undoImport } from '../../backend/importing/undoing.ts';
import { personHere } from '../annotator.ts';
import { absentOption, type Conflicts, conflictLines, conflictsOption, policyFor } from '../conflicts.ts';
import { withEngine, withProject } from '../context.ts';
import { tellEnding } from '../ending.ts';
import { EXIT } from '../errors.ts';
import { many } from '../many.ts';
import { wholeNumber, withJson, withNames, withReading } from '../options.ts';
import { print, problemLines, quotedNames, refusedTaken, whichIn } from '../output.ts';
import { withProgress } from '../progress.ts';
import { fileInWords, MOST_SHOWN } from '../readingInWords.ts';

interface Options extends ImportOptions {
  absent?: Absent;
  conflicts: Conflicts;
  undo?: string | true;
  redo?: string | true;
  as?: string;
  refused?: string;
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
  return withJson(withNames(withReading(command)))
    .addOption(
      absentOption(
        'what it means that a row does not name a label (default: as the format has it; for lists of labels: open)',
      ),
    )
    .addOption(conflictsOption())
    .option(
      '--as <name>',
      'who annotated, where the file does not tell (default: who the app is on this machine, so that it shows the labels as yours)',
    )
    .option('--refused <file>', 'write the rows that are refused to this file, to mend and import again')
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
      `Import ${done.id} (${done.files.slice(0, 5).join(', ')}) was ${undo === undefined ? 'done again' : 'taken back'}: ${many(done.documents, 'document')} ${undo === undefined ? 'came back' : 'went'}, ${undo === undefined ? many(done.answers, 'answer is as it brought it', 'answers are as it brought them') : many(done.answers, 'answer is as it was before', 'answers are as they were before')}.`,
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
  const { as, json, conflicts, undo, redo, refused, ...reading } = options;
  const reverts = undo !== undefined || redo !== undefined;
  if (reverts === files.length > 0)
    command.error(
      reverts ? 'error: --undo and --redo take no files.' : "error: missing required argument 'files'",
      { exitCode: EXIT.usage },
    );
  if (reverts) return revert(path, options);
  if (refused !== undefined && existsSync(refused)) throw refusedTaken(refused);
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined)
    throw new BackendError('file_missing', `There is no file "${missing}".`, 'Check the name.');
  const annotator = as ?? (await personHere());
  const report = await withProject(path, (project) =>
    withEngine(({ signal }) =>
      withProgress('Importing', async (progress) =>
        importFiles(project, {
          ...reading,
          conflicts: await policyFor(conflicts, () =>
            conflictsOf(project, files, { ...reading, annotator, signal }),
          ),
          files,
          annotator,
          signal,
          onProgress: (documents, bytes, total) => progress.update(bytes, total, many(documents, 'document')),
        }),
      ),
    ),
  );
  const { differing, problems } = report;
  const count = problems.length + report.moreProblems;
  const rows = refused === undefined ? null : refusedRows(problems);
  if (rows !== null && refused !== undefined) {
    await writeAtomically(refused, [rows.text], { overwrite: false });
    tellEnding(refused, rows.ending);
  }
  // The rows themselves are in the file; a list for programs has no use for them.
  const listed = problems.map(({ row: _, ...problem }) => problem);
  print(json, { ...report, problems: listed, documents: report.added }, () =>
    [
      ...report.files.map(fileInWords),
      `${many(report.read, 'row')} read: ${many(report.added, 'document')} added, ${report.annotated} with annotations.`,
      ...(report.annotated > 0 && as === undefined
        ? [`Where the file does not say who annotated, it is ${annotator}: --as for another name.`]
        : []),
      ...(report.known > report.repeated
        ? [`${many(report.known - report.repeated, 'was', 'were')} there already.`]
        : []),
      ...(report.repeated > 0
        ? [
            `${many(report.repeated, 'has the text of a row before it: it is one document with it', 'have the text of a row before them: they are one document each with it')}. Results have a row for each.`,
          ]
        : []),
      ...(report.sameText > 0
        ? [
            `${many(report.sameText, 'was', 'were')} added although the same text is there under another id: each is a document of its own.`,
          ]
        : []),
      ...(report.apart > 0
        ? [
            `${many(report.apart, 'has an id that another file brought for another text, and got the name of its file before it; if it is the same document', 'have ids that another file brought for other texts, and got the name of their file before them; if they are the same documents')}, import with --ids shared.`,
          ]
        : []),
      ...(report.newLabels.length > 0 ? [`New labels: ${quotedNames(report.newLabels)}.`] : []),
      ...renamedLines(report.renamed),
      ...(report.unnamed > 0
        ? [
            `${many(report.unnamed, 'came without its labels', 'came without their labels')}, since these are numbers and the file does not say what they mean: name them, e.g. --rename 0=NAME.`,
          ]
        : []),
      ...(report.differingCount > 0
        ? [
            `${many(report.differingCount, 'row labels', 'rows label')} a text otherwise than a row before; the yes of each was taken:`,
            ...differing.slice(0, MOST_SHOWN).map(differingInWords),
          ]
        : []),
      ...conflictLines(report.conflicts, { count: report.conflictCount, overwritten: report.overwritten }),
      ...report.notes,
      ...(count > 0 ? [`${many(count, 'row was', 'rows were')} refused:`] : []),
      ...problemLines(report.problems, report.moreProblems),
      ...(rows === null
        ? []
        : [
            `${whichIn(rows.count, count)} in ${refused}: mend ${rows.count === 1 ? 'it' : 'them'} there, and import that file.`,
          ]),
    ].join('\n'),
  );
  if (report.added + report.known === 0) throw nothingCameIn(report.read);
}

const nothingCameIn = (read: number): BackendError =>
  new BackendError(
    'nothing_imported',
    read === 0
      ? 'Nothing was imported: there is no document in it.'
      : `Nothing was imported: ${read === 1 ? 'its only row was' : `all ${read} rows were`} refused.`,
    read === 0 ? 'Choose files with documents.' : 'Mend what is named above, and import again.',
  );

const renamedLines = (renamed: readonly LabelName[]): string[] =>
  renamed.length === 0
    ? []
    : [
        `Labels with another name in the project: ${renamed
          .slice(0, MOST_SHOWN)
          .map(({ from, to }) => (to === null ? `${told(from)} (left out)` : `${told(from)} → ${told(to)}`))
          .join(', ')}${renamed.length > MOST_SHOWN ? ' …' : ''}.`,
      ];

/** In quotes where its end would not be clear. */
const told = (name: string): string => (/[,;"→]/.test(name) ? JSON.stringify(name) : name);

function differingInWords({ places: [one, other], start, contradicted }: Differing): string {
  const both = contradicted.length === 0 ? '' : ` (yes and no: ${quotedNames(contradicted)})`;
  return `  ${placeInWords(one)} and ${placeInWords(other)}: ${JSON.stringify(start)}${both}`;
}
