import { basename, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { damageInWords } from './damage.ts';
import { describeFailure } from './failures.ts';
import { checkHeader, newer } from './header.ts';
import { setLogAside } from './logAside.ts';
import { isOpenHere } from './openHere.ts';
import { withPrivateCopy } from './privateCopy.ts';
import { pointingNowhere } from './store/connection.ts';
import { countDamaged } from './store/damagedRows.ts';
import {
  type Contradiction,
  countContradictions,
  countRows,
  damagedTexts,
  damagedWeights,
} from './store/history.ts';
import { CURRENT_VERSION, expectedDigest, migrate, schemaDigest, versionOf } from './store/migrations.ts';
import { harden } from './store/pragmas.ts';
import { INDEX_MADE_ANEW, keptAside, strangeContents } from './store/putAside.ts';
import type { SummedTable } from './store/rowSum.ts';
import { indexAgrees, indexHasOurSettings, resetIndexSettings } from './store/searchIndex.ts';
import { damageOfTables, wholeCheck } from './store/wholeness.ts';
import { changedWords } from './store/wordSums.ts';

export interface CheckReport {
  readonly documents: number;
  readonly decisions: number;
  /** One sentence each; none: the project is sound. */
  readonly problems: readonly string[];
  /** What is no damage, but good to know. */
  readonly notes: readonly string[];
}

/** The sentence for how many rows of the history contradict each other in a way. */
const CONTRADICTIONS: Readonly<Record<Contradiction, (count: number) => string>> = {
  no_answer: (n) => `${n} decisions are neither yes, no nor undecided.`,
  answer_not_newest: (n) => `${n} current answers are not the newest of their history.`,
  answer_without_history: (n) => `${n} current answers have no history.`,
  state_not_newest: (n) => `${n} document states are not the newest of their history.`,
};

/** `mendProject` mends it. */
export const INDEX_DISAGREES = 'The search index does not fit the documents.';

const MAX_LISTED = 20;

/**
 * Looks at everything that can be checked: structure, references, schema, the text of each document against its
 * hash, current answers against their history, and whether the log belongs to the file. Works on a copy, which is
 * brought to the current format: of the file and its log not a byte changes, whoever has it open. Throws what opening
 * throws for a file that is no project.
 */
export function checkProject(path: string): CheckReport {
  const file = resolve(path);
  try {
    if (!isOpenHere(file)) checkHeader(file);
    return withPrivateCopy(file, (copy) => {
      const { problem } = checkHeader(file);
      if (problem !== null) setLogAside(copy, problem);
      const found = reportOn(copy, basename(file));
      if (problem === null) return found;
      if (problem.code === 'log_missing') return { ...found, notes: [problem.message, ...found.notes] };
      return { ...found, problems: [problem.message, ...found.problems] };
    });
  } catch (error) {
    throw describeFailure(error, file);
  }
}

function reportOn(copy: string, name: string): CheckReport {
  const db = new Database(copy, { fileMustExist: true });
  try {
    harden(db);
    const version = versionOf(db);
    if (version > CURRENT_VERSION) throw newer(name, version);
    // Before anything else: to open a virtual table is to run what the file says of it.
    if (schemaDigest(db) !== expectedDigest(version)) return altered(sentencesOf(damageOfTables(db)));
    const settings = indexHasOurSettings(db);
    if (!settings) resetIndexSettings(db);
    if (version < CURRENT_VERSION) migrate(db, { name });
    const found = report(db);
    if (settings || found.problems.includes(INDEX_MADE_ANEW)) return found;
    return { ...found, problems: [...found.problems, INDEX_MADE_ANEW] };
  } finally {
    db.close();
  }
}

/** What SQLite's own check found, each kind of it once. */
const sentencesOf = (lines: readonly string[]): string[] => [
  ...new Set(
    lines.filter((line) => line !== 'ok').map((line) => `The database is damaged: ${damageInWords(line)}.`),
  ),
];

const altered = (problems: readonly string[]): CheckReport => ({
  documents: 0,
  decisions: 0,
  problems: [...problems, 'It has tables, triggers or views that Entail did not make.'],
  notes: [],
});

function report(db: Database.Database): CheckReport {
  const { found, indexWhole } = wholeCheck(db, MAX_LISTED);
  const problems = sentencesOf(found);
  const orphans = pointingNowhere(db);
  if (orphans.length > 0)
    problems.push(`${orphans.length} rows point to what is not there (first in "${orphans[0]}").`);
  problems.push(...strangeContents(db));
  for (const [kind, sentence] of Object.entries(CONTRADICTIONS) as [Contradiction, (n: number) => string][]) {
    const count = countContradictions(db, kind);
    if (count > 0) problems.push(sentence(count));
  }
  problems.push(...changedTexts(db), ...damagedNumbers(db), ...changedWords(db));
  if (!problems.includes(INDEX_MADE_ANEW) && !(indexWhole && indexAgrees(db))) problems.push(INDEX_DISAGREES);
  return {
    documents: countRows(db, 'documents'),
    decisions: countRows(db, 'decisions'),
    problems,
    notes: keptAside(db),
  };
}

const NUMBERS: Readonly<Record<SummedTable, string>> = {
  evidence: 'suggestions',
  untrained_evidence: 'suggestions of before training',
  embeddings: 'embeddings',
  tuned_embeddings: 'embeddings of a training',
  unseen_scores: 'scores that figures rest on',
};

/** What models computed, against the sum or hash that was written with it. */
function damagedNumbers(db: Database.Database): string[] {
  const tables = Object.entries(NUMBERS) as [SummedTable, string][];
  const rows = tables.flatMap(([table, what]) => {
    const count = countDamaged(db, table);
    return count === 0 ? [] : [`${count} ${what} were changed by something else.`];
  });
  const weights = damagedWeights(db).map(
    (run) => `The weights of run ${run} were changed by something else.`,
  );
  return [...rows, ...weights];
}

function changedTexts(db: Database.Database): string[] {
  const damaged = damagedTexts(db);
  const listed = damaged
    .slice(0, MAX_LISTED)
    .map((id) => `The text of document ${id} was changed by something else.`);
  const more = damaged.length - listed.length;
  return more > 0 ? [...listed, `So were ${more} more.`] : listed;
}
