import type Database from 'better-sqlite3';
import { z } from 'zod';
import { changeCanBeUndone } from '../labelInverse.ts';
import { MARK } from '../mark.ts';
import { isFusion } from './evidence.ts';
import { isDescription, isGuidelines, isSentence } from './labels.ts';
import { isLayout } from './layouts.ts';
import { isRunOptions, isRunReport, isSentences } from './runs.ts';
import { isSettingValue } from './settings.ts';

/** What a column may hold: SQL that is 1 for a good value, and what becomes of a row where it is not. */
export interface ColumnRule {
  readonly column: string;
  readonly good: string;
  /** SQL of the value to use instead; absent: the row is put aside. */
  readonly otherwise?: string;
}

/** By table; order matters: rows are put aside before those that point to them are looked for. */
export type ContentRules = Readonly<Record<string, readonly ColumnRule[]>>;

const KILO = 1000;
const MEGA = 1_000_000;
/** UTF-16 units that a record of a file has at most, and a little more. */
const RECORD = 22 * MEGA;
const MAX_ID = Number.MAX_SAFE_INTEGER;
/** Tables in memory hold numbers of rows in 32 bits, and after the largest integer there is no next number. */
const LAST_ID = 1_000_000_000;
/**
 * The largest number that a row of a table may have: rows are counted, and hardly ever deleted, so numbers are dense. It
 * grows with each row by more than the numbers do: a row that follows good ones is good, whatever the file held before.
 */
export const lastIdOf = (table: string): string =>
  HAS_GAPS.includes(table) ? String(LAST_ID) : `(SELECT ${lastOf('count(*)')} FROM main.${table})`;
/** The first number that is larger than the rows before it and its own allow; NULL: none is. It takes a pass over the table. */
export const firstSparseIdOf = (table: string): string =>
  HAS_GAPS.includes(table)
    ? String(LAST_ID + 1)
    : `(SELECT min(id) FROM (SELECT id, row_number() OVER (ORDER BY id) AS rank FROM main.${table}) WHERE id > ${lastOf('rank')})`;
const lastOf = (rows: string): string => `4 * ${rows} + ${MEGA}`;
/** Undoing a change of labels deletes its row. */
const HAS_GAPS = ['label_changes'];
/** Under keys that begin so, settings keep what was put aside: JSON of the table, the column and the whole rows. */
export const ASIDE = 'put aside ';

const whole = (column: string, least = 1, most: number | string = LAST_ID): string =>
  `typeof(${column}) = 'integer' AND ${column} BETWEEN ${least} AND ${most}`;
/** `most`: in UTF-16 units, as everything that Entail takes is bounded; each takes three bytes at most. */
const text = (column: string, most = MEGA, least = 0): string =>
  `typeof(${column}) = 'text' AND octet_length(${column}) BETWEEN ${least} AND ${3 * most}`;
/** `most`: UTF-16 units of what it says; each takes six bytes at most, as an escape. */
const json = (column: string, type: 'object' | 'array', most: number): string =>
  `${text(column, 2 * most)} AND CASE WHEN json_valid(${column}) THEN json_type(${column}) = '${type}' ELSE 0 END`;
const orNull = (column: string, good: string): string => `(typeof(${column}) = 'null' OR (${good}))`;
const among = (column: string, values: readonly string[]): string =>
  `typeof(${column}) = 'text' AND ${column} IN (${values.map((value) => `'${value}'`).join(', ')})`;
const share = (column: string): string => `typeof(${column}) = 'real' AND ${column} BETWEEN 0 AND 1`;
const checked = (column: string, name: keyof typeof CHECKS): string => `entail_is('${name}', ${column}) = 1`;
const bytes = (column: string, least: number, most: number): string =>
  `typeof(${column}) = 'blob' AND length(${column}) BETWEEN ${least} AND ${most}`;
/** Tables in memory are indexed by them. */
const documentId = (column = 'document_id') => whole(column, 1, lastIdOf('documents'));
const ownId = (table: string) => drop('id', whole('id', 1, lastIdOf(table)));
const drop = (column: string, good: string): ColumnRule => ({ column, good });
const mend = (column: string, good: string, otherwise: string): ColumnRule => ({ column, good, otherwise });
const labelOfScorer = '(SELECT s.label_id FROM main.scorers s WHERE s.id = scorer_id)';
const time = (column: string) => mend(column, text(column, 40), "'1970-01-01T00:00:00.000Z'");
const YES_NO = ['yes', 'no', 'undecided'];
const STATUS = ['new', 'draft', 'done', 'skipped'];
const seconds = mend(
  'seconds',
  orNull('seconds', "typeof(seconds) = 'real' AND seconds BETWEEN 0 AND 1e9"),
  'NULL',
);
/** Whether it is the row's shows when the row is read. */
const sum = mend('sum', whole('sum', 0, 2 ** 32 - 1), '0');

const storedEmbeddings = [
  drop('document_id', documentId()),
  drop('model', text('model', 200, 1)),
  drop('vector', `${bytes('vector', 4, 65_536)} AND length(vector) % 4 = 0`),
  sum,
];
const storedWeights = [
  drop('run_id', whole('run_id')),
  drop('sha256', bytes('sha256', 32, 32)),
  drop('safetensors', bytes('safetensors', 8, 2 ** 31 - 1)),
];

/** What is looked at by a function of ours, in tables that are small. */
const CHECKS = {
  mark: (value) => MARK.test(value),
  labelName: (value) => z.string().min(1).max(200).safeParse(value).success && value.trim() !== '',
  description: isDescription,
  guidelines: isGuidelines,
  sentence: isSentence,
  labelKey: (value) => [...value].length >= 1 && value.length <= 20,
  runOptions: isRunOptions,
  runReport: isRunReport,
  sentences: isSentences,
  inverse: changeCanBeUndone,
  fusionWeights: isFusion,
  layout: isLayout,
} as const satisfies Record<string, (value: string) => boolean>;

/** Every column of every table; SQL is evaluated in one pass over each. */
export const CONTENT_RULES: ContentRules = {
  session: [
    mend('mark', checked('mark', 'mark'), 'entail_new_mark()'),
    mend('writes', whole('writes', 0, MAX_ID - MEGA), '0'),
    ...['epoch', 'base'].map((column) =>
      mend(
        column,
        `typeof(${column}) = 'text' AND length(${column}) IN (0, 32) AND ${column} NOT GLOB '*[^0-9a-f]*'`,
        "''",
      ),
    ),
    mend('log_since', text('log_since', 40), "''"),
  ],
  settings: [
    drop('key', text('key', 200, 1)),
    // What was put aside may be large, and is never read whole.
    drop(
      'value',
      `(key GLOB '${ASIDE}*' OR (octet_length(value) <= ${4 * MEGA} AND entail_setting(key, value) = 1))`,
    ),
  ],
  labels: [
    ownId('labels'),
    mend('name', checked('name', 'labelName'), "'label ' || id"),
    mend('description', checked('description', 'description'), "''"),
    mend('guidelines', checked('guidelines', 'guidelines'), "''"),
    mend(
      'color',
      "typeof(color) = 'text' AND color GLOB '#[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]'",
      "'#56789a'",
    ),
    mend('key', orNull('key', `typeof(key) = 'text' AND ${checked('key', 'labelKey')}`), 'NULL'),
    mend('position', whole('position', 0, lastIdOf('labels')), '0'),
    mend('deleted_at', orNull('deleted_at', text('deleted_at', 40, 1)), "'1970-01-01T00:00:00.000Z'"),
  ],
  hypotheses: [
    drop('label_id', whole('label_id')),
    drop('position', whole('position', 0, MEGA)),
    drop('text', checked('text', 'sentence')),
  ],
  label_changes: [
    ownId('label_changes'),
    time('at'),
    mend('what', text('what', 10 * KILO), "'a label was changed'"),
    drop('inverse', checked('inverse', 'inverse')),
  ],
  documents: [
    ownId('documents'),
    mend('external_id', orNull('external_id', text('external_id', 10 * KILO, 1)), 'NULL'),
    drop('text', text('text', 34 * MEGA)),
    mend('sha256', bytes('sha256', 32, 32), 'entail_digest(text)'),
    mend('meta', json('meta', 'object', RECORD), "'{}'"),
    mend('split', orNull('split', among('split', ['train', 'test'])), 'NULL'),
    mend('source', text('source', 100 * KILO), "''"),
    time('added_at'),
  ],
  annotators: [ownId('annotators'), mend('name', text('name', 800, 1), "'annotator ' || id")],
  revisions: [
    ownId('revisions'),
    drop('annotator_id', whole('annotator_id')),
    mend('kind', among('kind', ['annotate', 'bulk', 'import', 'merge', 'undo', 'redo']), "'annotate'"),
    mend('undoes', orNull('undoes', whole('undoes')), 'NULL'),
    time('at'),
  ],
  imports: [
    ownId('imports'),
    time('at'),
    mend('files', json('files', 'array', RECORD), "'[]'"),
    mend('undone_at', orNull('undone_at', text('undone_at', 40, 1)), "'1970-01-01T00:00:00.000Z'"),
  ],
  import_revisions: [
    drop('revision_id', whole('revision_id')),
    drop('import_id', whole('import_id')),
    drop('part', among('part', ['did', 'undid'])),
  ],
  import_documents: [
    drop('document_id', documentId()),
    drop('import_id', whole('import_id')),
    mend('removed', whole('removed', 0, 1), '0'),
    mend('external_id', orNull('external_id', text('external_id', 10 * KILO, 1)), 'NULL'),
  ],
  deleted_documents: [
    drop('document_id', documentId()),
    mend('external_id', orNull('external_id', text('external_id', 10 * KILO, 1)), 'NULL'),
  ],
  document_changes: [
    drop('document_id', documentId()),
    drop('revision_id', whole('revision_id')),
    drop('what', among('what', ['delete', 'restore', 'text'])),
    // Without the text before, a correction could be taken back to nothing.
    drop(
      'text_before',
      `CASE WHEN what = 'text' THEN ${text('text_before', 34 * MEGA)} ELSE text_before IS NULL END`,
    ),
  ],
  acceptances: [
    ownId('acceptances'),
    drop('annotator_id', whole('annotator_id')),
    drop('revision_id', whole('revision_id', 0)),
    time('at'),
    mend('undone_at', orNull('undone_at', text('undone_at', 40, 1)), "'1970-01-01T00:00:00.000Z'"),
  ],
  accepted_answers: [
    drop('document_id', documentId()),
    drop('label_id', whole('label_id')),
    drop('acceptance_id', whole('acceptance_id')),
    drop('model', text('model', 10 * KILO)),
    drop('probability', share('probability')),
    drop('threshold', share('threshold')),
    mend('merged_from', orNull('merged_from', whole('merged_from')), 'NULL'),
  ],
  layouts: [ownId('layouts'), drop('columns', checked('columns', 'layout'))],
  document_layouts: [
    drop('document_id', documentId()),
    drop('layout_id', whole('layout_id')),
    mend('kept', json('kept', 'object', RECORD), "'{}'"),
  ],
  repeated_rows: [
    ownId('repeated_rows'),
    drop('document_id', documentId()),
    drop('import_id', whole('import_id')),
    drop('after_id', documentId('after_id')),
    drop('layout_id', whole('layout_id')),
    mend('external_id', orNull('external_id', text('external_id', 10 * KILO, 1)), 'NULL'),
    mend('meta', json('meta', 'object', RECORD), "'{}'"),
    mend('kept', json('kept', 'object', RECORD), "'{}'"),
    drop('sha256', bytes('sha256', 32, 32)),
  ],
  decisions: [
    drop('document_id', documentId()),
    drop('label_id', whole('label_id')),
    drop('annotator_id', whole('annotator_id')),
    drop('revision_id', whole('revision_id')),
    drop('value', among('value', YES_NO)),
  ],
  states: [
    drop('document_id', documentId()),
    drop('annotator_id', whole('annotator_id')),
    drop('revision_id', whole('revision_id')),
    drop('status', among('status', STATUS)),
    mend('flagged', whole('flagged', 0, 1), '0'),
    mend('note', text('note', RECORD), "''"),
    seconds,
  ],
  current_decisions: [
    drop('document_id', documentId()),
    drop('annotator_id', whole('annotator_id')),
    drop('label_id', whole('label_id')),
    drop('value', among('value', YES_NO)),
    drop('revision_id', whole('revision_id')),
  ],
  current_states: [
    drop('document_id', documentId()),
    drop('annotator_id', whole('annotator_id')),
    drop('status', among('status', STATUS)),
    mend('flagged', whole('flagged', 0, 1), '0'),
    mend('note', text('note', RECORD), "''"),
    seconds,
    drop('revision_id', whole('revision_id')),
  ],
  scorers: [
    ownId('scorers'),
    drop('label_id', whole('label_id')),
    drop('kind', among('kind', ['model', 'run', 'imported'])),
    drop('name', text('name', 10 * KILO)),
    drop('digest', text('digest', 200)),
    drop('precision', text('precision', 200)),
    drop('wording', text('wording')),
    drop('fusion', orNull('fusion', checked('fusion', 'fusionWeights'))),
  ],
  evidence: [
    drop('document_id', documentId()),
    drop('label_id', whole('label_id')),
    // Another label's scorer would count a document as read that never was.
    drop('scorer_id', `${whole('scorer_id')} AND label_id = ${labelOfScorer}`),
    // What a float32 can be, but for infinity.
    drop('odds', "typeof(odds) = 'real' AND odds BETWEEN -3.4028235e38 AND 3.4028235e38"),
    mend(
      'sentence_odds',
      orNull('sentence_odds', `${bytes('sentence_odds', 4, 4000)} AND length(sentence_odds) % 4 = 0`),
      'NULL',
    ),
    drop('cosine', orNull('cosine', `typeof(cosine) = 'real' AND cosine BETWEEN -1000 AND 1000`)),
    mend('passage_start', orNull('passage_start', whole('passage_start', 0, 2 ** 31)), 'NULL'),
    mend('passage_end', orNull('passage_end', whole('passage_end', 0, 2 ** 31)), 'NULL'),
    sum,
  ],
  untrained_evidence: [
    drop('document_id', documentId()),
    drop('label_id', whole('label_id')),
    drop('scorer_id', `${whole('scorer_id')} AND label_id = ${labelOfScorer}`),
    drop('odds', "typeof(odds) = 'real' AND odds BETWEEN -3.4028235e38 AND 3.4028235e38"),
    drop('cosine', orNull('cosine', `typeof(cosine) = 'real' AND cosine BETWEEN -1000 AND 1000`)),
    sum,
  ],
  embeddings: storedEmbeddings,
  tuned_embeddings: storedEmbeddings,
  runs: [
    ownId('runs'),
    mend('name', text('name', 800, 1), "'run ' || id"),
    mend('status', among('status', ['running', 'done', 'cancelled', 'failed']), "'failed'"),
    mend('model', text('model', 4096, 1), "'default'"),
    mend('options', checked('options', 'runOptions'), "'{}'"),
    mend('revision_id', whole('revision_id', 0), '0'),
    time('started_at'),
    mend('finished_at', orNull('finished_at', text('finished_at', 40)), 'NULL'),
    mend('report', checked('report', 'runReport'), "'{}'"),
    mend('error', orNull('error', text('error', 10 * KILO)), 'NULL'),
  ],
  run_labels: [
    drop('run_id', whole('run_id')),
    drop('position', whole('position', 0, MEGA)),
    drop('label_id', whole('label_id')),
    mend('name', checked('name', 'labelName'), "'label ' || label_id"),
    drop('hypotheses', checked('hypotheses', 'sentences')),
    mend('threshold', share('threshold'), '0.5'),
    mend('threshold_from', among('threshold_from', ['label', 'shared', 'default']), "'default'"),
  ],
  run_documents: [
    drop('run_id', whole('run_id')),
    drop('document_id', documentId()),
    drop('part', among('part', ['train', 'held-out'])),
  ],
  unseen_scores: [
    drop('run_id', whole('run_id')),
    drop('document_id', documentId()),
    ...['before', 'held_out', 'thresholds'].map((column) =>
      mend(column, orNull(column, `${bytes(column, 4, 4 * MEGA)} AND length(${column}) % 4 = 0`), 'NULL'),
    ),
    sum,
  ],
  thresholds: [
    drop('run_id', whole('run_id', 0)),
    drop('label_id', whole('label_id')),
    drop('threshold', share('threshold')),
  ],
  weights: storedWeights,
  tuned_weights: storedWeights,
};

/** The functions that the rules name. They change nothing of the file. */
export function teachChecks(
  db: Database.Database,
  { newMark, digest }: { newMark: () => string; digest: (text: string) => Buffer },
): void {
  const named = (name: unknown, value: unknown): number => {
    const check = Object.entries(CHECKS).find(([own]) => own === name)?.[1];
    return typeof value === 'string' && check?.(value) ? 1 : 0;
  };
  db.function('entail_is', { deterministic: true, directOnly: true }, named);
  db.function('entail_setting', { deterministic: true, directOnly: true }, (key, value) =>
    typeof key === 'string' && typeof value === 'string' && isSettingValue(key, value) ? 1 : 0,
  );
  db.function('entail_new_mark', { directOnly: true }, newMark);
  db.function('entail_digest', { directOnly: true }, (value) => digest(String(value)));
}
