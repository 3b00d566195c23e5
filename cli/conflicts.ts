import { createInterface } from 'node:readline/promises';
import { Option } from 'commander';
import { BackendError } from '../backend/errors.ts';
import type { Conflict, ListedConflict } from '../backend/importing/conflicts.ts';
import type { Policy } from '../backend/importing/deciding.ts';
import { problemInWords } from '../backend/importing/preview.ts';
import { many } from './many.ts';

export type Conflicts = 'mine' | 'theirs' | 'ask';

export const conflictsOption = () =>
  new Option('--conflicts <whose>', "whose answer counts where the file contradicts the project's")
    .choices(['mine', 'theirs', 'ask'])
    .default('mine', 'mine: the project keeps its own, and they are listed');

export const absentOption = (text: string) => new Option('--absent <meaning>', text).choices(['no', 'open']);

export const goldAbsentOption = () =>
  absentOption(
    'what it means that a row does not name a label (default: no where the row names another and the file has the label somewhere; a row without any says nothing)',
  );

/** What to do with conflicts: what was chosen, or what the person says to each. */
export async function policyFor(
  wanted: Conflicts,
  conflicts: () => AsyncIterable<Conflict>,
): Promise<Policy> {
  if (wanted !== 'ask') return wanted;
  if (!process.stdin.isTTY) {
    throw new BackendError(
      'no_terminal',
      'Nobody can be asked: there is no terminal.',
      'Use --conflicts mine or theirs.',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const theirs = new Set<string>();
  let all = false;
  try {
    for await (const conflict of conflicts()) {
      if (!all) {
        const question = `${conflictInWords(conflict)}\nTake the file's? [y]es, [N]o, [a]ll from here, n[o]ne from here: `;
        const answer = (await terminal.question(question)).trim().toLowerCase();
        if (['o', 'none'].includes(answer)) break;
        all = ['a', 'all'].includes(answer);
        if (!all && !['y', 'yes'].includes(answer)) continue;
      }
      theirs.add(conflict.key);
    }
  } finally {
    terminal.close();
  }
  return { theirs };
}

const MOST_SHOWN = 20;

/** What came of conflicts, in lines. */
export function conflictLines(
  conflicts: readonly ListedConflict[],
  { count, overwritten }: { count: number; overwritten: number },
): string[] {
  if (count === 0) return [];
  const kept = count - overwritten;
  const lines = conflicts.slice(0, MOST_SHOWN).map((conflict) => `  ${conflictInWords(conflict)}`);
  return [
    `${many(count, 'answer contradicts', 'answers contradict')} the project's: ${kept} of the project ${kept === 1 ? 'was' : 'were'} kept, ${overwritten} of the file taken.`,
    ...lines,
    ...(count > lines.length ? [`  … and ${count - lines.length} more.`] : []),
    ...(kept > 0 ? ["  To take the file's, give --conflicts theirs; to choose, --conflicts ask."] : []),
  ];
}

/** "answers.csv, line 3: document 7, late: yes in the file (2026-01-02); no by ada (2026-02-03)" */
const conflictInWords = ({ place, document, label, theirs, theirsAt, mine, mineAt, by }: Conflict): string =>
  problemInWords({
    place,
    reason: `document ${document}, ${label}: ${theirs} in the file (${theirsAt ?? 'no time'}); ${mine} by ${by} (${mineAt})`,
  });
