import { Command, Option } from 'commander';
import {
  type AnswersReport,
  annotateFromFile,
  answerConflicts,
  type Empty,
} from '../../backend/importing/answers.ts';
import { placeInWords } from '../../backend/importing/places.ts';
import type { Absent } from '../../backend/importing/placing.ts';
import { oneLine } from '../../process/oneLine.ts';
import { absentOption, type Conflicts, conflictLines, conflictsOption, policyFor } from '../conflicts.ts';
import { withProject } from '../context.ts';
import { many } from '../many.ts';
import { withJson } from '../options.ts';
import { print, quotedNames } from '../output.ts';

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
      .addOption(
        new Option(
          '--empty <meaning>',
          'what an empty list without "rejected" says: that none of the labels apply, or nothing, for nobody need have looked (default: none)',
        ).choices(['none', 'nothing']),
      )
      .addOption(conflictsOption()),
  ).action(run);
}

interface Options {
  from: string;
  as: string;
  absent?: Absent;
  empty?: Empty;
  conflicts: Conflicts;
  json?: boolean;
}

async function run(path: string, { from, as, absent, empty, conflicts, json }: Options): Promise<void> {
  await withProject(path, async (project) => {
    const request = { annotator: as, absent, empty };
    const policy = await policyFor(conflicts, () => answerConflicts(project, from, request));
    const report = await annotateFromFile(project, from, { ...request, conflicts: policy });
    const { documents, changed, conflictCount: count, overwritten } = report;
    print(json, report, () =>
      [
        `${many(documents, 'document')} annotated by ${as}${changed ? '' : '; nothing was new'}.`,
        ...contradictingLines(report),
        ...emptyLines(report.empty, { absent, empty }),
        ...conflictLines(report.conflicts, { count, overwritten }),
      ].join('\n'),
    );
  });
}

/** Which rows contradict one before: nobody meant both. */
function contradictingLines({ contradicting, contradictingCount: count }: AnswersReport): string[] {
  if (count === 0) return [];
  const rows = many(count, 'row contradicts', 'rows contradict');
  return [
    `${rows} one before of the same document; the yes was taken:`,
    ...contradicting.map(
      ({ document, places: [one, other], labels }) =>
        `  ${placeInWords(one)} and ${placeInWords(other)}, document ${oneLine(document)}: ${quotedNames(labels)}`,
    ),
    ...(count > contradicting.length ? ['  …'] : []),
  ];
}

/** How rows with an empty list were read, where that is not plain. */
function emptyLines(
  count: number,
  { absent, empty }: { absent: Absent | undefined; empty: Empty | undefined },
): string[] {
  if (count === 0) return [];
  const rows = many(count, 'row has an empty list and was', 'rows have an empty list and were');
  if (empty === 'nothing') return [`${rows} left out: --empty none if none of the labels apply there.`];
  if (absent === 'open') return [`${rows} read as begun, with nothing decided.`];
  return [`${rows} read as “none of the labels apply”: --empty nothing if nobody need have looked there.`];
}
