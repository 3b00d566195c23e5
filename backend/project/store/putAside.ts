import type Database from 'better-sqlite3';
import { newMark } from '../mark.ts';
import { ASIDE, CONTENT_RULES, type ColumnRule, firstSparseIdOf, lastIdOf, teachChecks } from './contents.ts';
import { textDigest } from './documents.ts';
import { indexIsUsable, makeIndexAnew } from './searchIndex.ts';

/** Rows that Entail never writes: what is done about them, and the sentence that says so. */
interface Finding {
  readonly sentence: string;
  put(): void;
}

type Row = Record<string, unknown>;

const MOST_PASSES = 10;
const ROWS_AT_ONCE = 200;
/** Bytes; of more, at one time, the first characters of each value are kept: Entail writes no such rows. */
const KEPT_WHOLE = 256_000_000;
const CUT_TO = 1000;
/** What is looked into to say what was put aside, in bytes. */
const MOST_READ = 10_000_000;
const MOST_TOLD = 20;

/**
 * What a project holds that no Entail writes, a sentence each: values out of range, JSON of another form, rows that point
 * to nothing. Changes nothing.
 */
export function strangeContents(db: Database.Database): string[] {
  const found = [...words(db, true), ...findings(db), ...counters(db), ...noRun(db), ...orphans(db, true)];
  return found.map(({ sentence }) => sentence);
}

/**
 * Puts aside what `strangeContents` lists, so that whoever reads the project need not expect it: rows move into the
 * settings, where they are kept whole; of rows that others need, the one column gets a plain value. Returns the sentences.
 * `before` is called before anything is written, and may refuse. `indexWhole`: false where SQLite's check has found the index for searching to be damaged.
 */
export function putAsideStrange(
  db: Database.Database,
  write: (work: () => void) => void,
  { indexWhole, before }: { indexWhole: boolean; before: () => void },
): string[] {
  const values = () => [...findings(db), ...counters(db), ...noRun(db)];
  let found = [...words(db, indexWhole), ...values(), ...orphans(db, false)];
  if (found.length === 0) return [];
  before();
  const sentences: string[] = [];
  db.pragma('foreign_keys = OFF');
  try {
    write(() => {
      // What points to rows that were put aside goes too; and of fewer rows the largest number may be less.
      for (let pass = 0; found.length > 0 && pass < MOST_PASSES; pass++) {
        for (const { sentence, put } of found) {
          put();
          sentences.push(sentence);
        }
        found = sparse(db);
        if (found.length === 0) found = orphans(db, true);
        if (found.length === 0) found = values();
      }
    });
  } finally {
    db.pragma('foreign_keys = ON');
  }
  return sentences;
}

/** What the sentence of an index for searching is that opening makes anew. */
export const INDEX_MADE_ANEW =
  'The index for searching is damaged or was changed by something else: it is made anew.';

/** Before all others: putting documents aside works with the index. */
function words(db: Database.Database, whole: boolean): Finding[] {
  return whole && indexIsUsable(db) ? [] : [{ sentence: INDEX_MADE_ANEW, put: () => makeIndexAnew(db) }];
}

function findings(db: Database.Database): Finding[] {
  teachChecks(db, { newMark, digest: textDigest });
  const found = Object.entries(CONTENT_RULES).flatMap(([table, rules]) => {
    // One pass for a table that is sound, which nearly all are.
    const sound = rules.map(({ good }) => `ifnull(${good}, 0)`).join(' AND ');
    const bad = db.prepare(`SELECT 1 FROM main.${table} WHERE NOT (${sound}) LIMIT 1`).get();
    return bad === undefined ? [] : rules.flatMap((rule) => findingOf(db, table, rule));
  });
  // More than one row, none, or one of another number, which nothing would find.
  if (db.prepare('SELECT sum(iif(id = 1, 1, 2)) FROM main.session').pluck().get() !== 1) {
    found.push({
      sentence: 'The project has lost its mark: it gets a new one.',
      put: () => {
        db.prepare('DELETE FROM main.session').run();
        db.prepare('INSERT INTO main.session (id, mark) VALUES (1, ?)').run(newMark());
      },
    });
  }
  return found;
}

/** Numbers that are too large for how many rows have a smaller one, so that they stay good whatever else is put aside. */
const sparse = (db: Database.Database): Finding[] =>
  COUNTED.flatMap((table) =>
    findingOf(db, table, { column: 'id', good: `id < ifnull(${firstSparseIdOf(table)}, id + 1)` }),
  );

function findingOf(db: Database.Database, table: string, { column, good, otherwise }: ColumnRule): Finding[] {
  const where = `NOT ifnull(${good}, 0)`;
  const count =
    db.prepare<unknown[], number>(`SELECT count(*) FROM main.${table} WHERE ${where}`).pluck().get() ?? 0;
  if (count === 0) return [];
  const rows = count === 1 ? '1 row' : `${count} rows`;
  const done = otherwise === undefined ? 'put aside' : 'replaced by a plain value';
  return [
    {
      sentence: `In ${rows} of "${table}" the field "${column}" holds what Entail never writes: ${done}.`,
      put() {
        const ids = identify(db, table, where);
        keep(db, { table, column, where });
        if (otherwise === undefined) db.prepare(`DELETE FROM main.${table} WHERE ${where}`).run();
        else db.prepare(`UPDATE OR REPLACE main.${table} SET ${column} = ${otherwise} WHERE ${where}`).run();
        if (table === 'documents' && otherwise === undefined) forgetWords(db, ids);
      },
    },
  ];
}

/** The numbers that new rows would get must lie beside those that there are. */
function counters(db: Database.Database): Finding[] {
  const known = db
    .prepare<unknown[], { name: unknown; seq: unknown }>('SELECT name, seq FROM main.sqlite_sequence')
    .safeIntegers()
    .all();
  const last = (table: string) =>
    db
      .prepare<unknown[], bigint>(`SELECT ${lastIdOf(table)}`)
      .safeIntegers()
      .pluck()
      .get() ?? 0n;
  const sound = known.every(({ name, seq }) => {
    const table = COUNTED.find((own) => own === name);
    return table !== undefined && typeof seq === 'bigint' && seq >= 0n && seq <= last(table);
  });
  if (sound) return [];
  return [
    {
      sentence: 'The counter of new rows is out of range: it is counted again.',
      put() {
        db.prepare('DELETE FROM main.sqlite_sequence').run();
        for (const table of COUNTED) {
          db.prepare(
            `INSERT INTO main.sqlite_sequence (name, seq) SELECT '${table}', max(id) FROM main.${table} HAVING max(id) IS NOT NULL`,
          ).run();
        }
      },
    },
  ];
}

/** The run that suggests must be there: else the model as it is suggests, which a person can agree to or not. */
function noRun(db: Database.Database): Finding[] {
  const where = `key = 'activeRun' AND value <> '0' AND value NOT IN (SELECT CAST(id AS TEXT) FROM main.runs)`;
  if (db.prepare(`SELECT 1 FROM main.settings WHERE ${where}`).get() === undefined) return [];
  return [
    {
      sentence: 'The run that suggests is not in the project: the model as it is suggests.',
      put() {
        keep(db, { table: 'settings', column: 'value', where });
        db.prepare(`DELETE FROM main.settings WHERE ${where}`).run();
      },
    },
  ];
}

/**
 * What earlier openings put aside and the file still keeps: a sentence for each field. A foreign file may have any rows
 * there: large ones are not read, and of many the first are told.
 */
export function keptAside(db: Database.Database): string[] {
  const rows = db
    .prepare<unknown[], { table: unknown; column: unknown; rows: unknown }>(
      `SELECT json_extract(value, '$.table') AS "table", json_extract(value, '$.column') AS "column",
         sum(json_array_length(value, '$.rows')) AS rows
       FROM (SELECT value FROM main.settings WHERE key GLOB '${ASIDE}*' AND octet_length(value) <= ${MOST_READ}
         AND json_valid(value) LIMIT 10000)
       GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 1000`,
    )
    .all();
  const known = rows.filter(({ table, column }) =>
    CONTENT_RULES[String(table)]?.some((rule) => rule.column === column),
  );
  const told = known
    .slice(0, MOST_TOLD)
    .map(({ table, column, rows: count }) =>
      count === 1
        ? `1 row of "${table}" was put aside earlier for its field "${column}".`
        : `${count} rows of "${table}" were put aside earlier for their field "${column}".`,
    );
  const count = (where: string) =>
    db
      .prepare<unknown[], number>(
        `SELECT count(*) FROM main.settings WHERE key GLOB '${ASIDE}*' AND ${where}`,
      )
      .pluck()
      .get() ?? 0;
  const unread = count(`(octet_length(value) > ${MOST_READ} OR NOT json_valid(value))`);
  if (unread > 0)
    told.push(`More was put aside earlier: ${unread} entries that are too large or not of Entail.`);
  return told;
}

const COUNTED = [
  'acceptances',
  'repeated_rows',
  'layouts',
  'labels',
  'label_changes',
  'documents',
  'annotators',
  'revisions',
  'imports',
  'scorers',
  'runs',
];

/** References as the schema has them: table, its column, and the table that it points to. */
const REFERENCES: readonly (readonly [string, string, string])[] = [
  ['hypotheses', 'label_id', 'labels'],
  ['revisions', 'annotator_id', 'annotators'],
  ...['decisions', 'states', 'current_decisions', 'current_states'].flatMap((table) => [
    [table, 'document_id', 'documents'] as const,
    [table, 'annotator_id', 'annotators'] as const,
  ]),
  ['decisions', 'label_id', 'labels'],
  ['decisions', 'revision_id', 'revisions'],
  ['states', 'revision_id', 'revisions'],
  ['current_decisions', 'label_id', 'labels'],
  ['scorers', 'label_id', 'labels'],
  ['import_revisions', 'revision_id', 'revisions'],
  ['import_revisions', 'import_id', 'imports'],
  ['import_documents', 'document_id', 'documents'],
  ['import_documents', 'import_id', 'imports'],
  ['deleted_documents', 'document_id', 'documents'],
  ['document_changes', 'document_id', 'documents'],
  ['document_changes', 'revision_id', 'revisions'],
  ['acceptances', 'annotator_id', 'annotators'],
  ['accepted_answers', 'document_id', 'documents'],
  ['accepted_answers', 'label_id', 'labels'],
  ['accepted_answers', 'acceptance_id', 'acceptances'],
  ['document_layouts', 'document_id', 'documents'],
  ['document_layouts', 'layout_id', 'layouts'],
  ['repeated_rows', 'document_id', 'documents'],
  ['repeated_rows', 'import_id', 'imports'],
  ['repeated_rows', 'layout_id', 'layouts'],
  ['evidence', 'document_id', 'documents'],
  ['evidence', 'label_id', 'labels'],
  ['evidence', 'scorer_id', 'scorers'],
  ['untrained_evidence', 'document_id', 'documents'],
  ['untrained_evidence', 'label_id', 'labels'],
  ['untrained_evidence', 'scorer_id', 'scorers'],
  ['embeddings', 'document_id', 'documents'],
  ['tuned_embeddings', 'document_id', 'documents'],
  ['run_labels', 'run_id', 'runs'],
  ['run_labels', 'label_id', 'labels'],
  ['run_documents', 'run_id', 'runs'],
  ['run_documents', 'document_id', 'documents'],
  ['unseen_scores', 'run_id', 'runs'],
  ['unseen_scores', 'document_id', 'documents'],
  ['thresholds', 'label_id', 'labels'],
  ['weights', 'run_id', 'runs'],
  ['tuned_weights', 'run_id', 'runs'],
];

/** Tables with a row per document and label, where a row that points to nothing is never looked at. */
const LARGE: readonly string[] = [
  'evidence',
  'untrained_evidence',
  'embeddings',
  'tuned_embeddings',
  'run_documents',
  'unseen_scores',
  'accepted_answers',
  'document_layouts',
  'repeated_rows',
];

/** `everywhere`: in large tables too, which takes a second for a million rows. */
function orphans(db: Database.Database, everywhere: boolean): Finding[] {
  const looked = REFERENCES.filter(([table]) => everywhere || !LARGE.includes(table));
  return looked.flatMap(([table, column, target]) => {
    const where = `${column} NOT IN (SELECT id FROM main.${target})`;
    const count =
      db.prepare<unknown[], number>(`SELECT count(*) FROM main.${table} WHERE ${where}`).pluck().get() ?? 0;
    if (count === 0) return [];
    const rows = count === 1 ? `1 row of "${table}" points` : `${count} rows of "${table}" point`;
    return [
      {
        sentence: `${rows} to no row of "${target}": put aside.`,
        put() {
          keep(db, { table, column, where });
          db.prepare(`DELETE FROM main.${table} WHERE ${where}`).run();
        },
      },
    ];
  });
}

function identify(db: Database.Database, table: string, where: string): bigint[] {
  if (table !== 'documents') return [];
  return db
    .prepare<unknown[], bigint>(`SELECT id FROM main.documents WHERE ${where}`)
    .safeIntegers()
    .pluck()
    .all();
}

/** The index for searching is made anew from the texts that are left. */
function forgetWords(db: Database.Database, ids: readonly bigint[]): void {
  if (ids.length > 0) makeIndexAnew(db);
}

/** Into the settings, whole, a few rows at a time. */
function keep(
  db: Database.Database,
  { table, column, where }: { table: string; column: string; where: string },
): void {
  const rows = db
    .prepare<unknown[], Row>(`SELECT ${keptColumns(db, table, where)} FROM main.${table} WHERE ${where}`)
    .safeIntegers()
    .all();
  const last = db
    .prepare<unknown[], number>(`SELECT count(*) FROM main.settings WHERE key GLOB '${ASIDE}*'`)
    .pluck();
  const add = db.prepare('INSERT OR IGNORE INTO main.settings (key, value) VALUES (?, ?)');
  const first = last.get() ?? 0;
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const part = rows.slice(at, at + ROWS_AT_ONCE).map(plain);
    const key = `${ASIDE}${new Date().toISOString()} ${first + at / ROWS_AT_ONCE}`;
    add.run(key, JSON.stringify({ table, column, rows: part }));
  }
}

/** The columns to keep; cut where all together would not fit into memory. */
function keptColumns(db: Database.Database, table: string, where: string): string {
  const columns = CONTENT_RULES[table]!.map(({ column }) => column);
  const size = columns.map((column) => `ifnull(octet_length(${column}), 0)`).join(' + ');
  const bytes =
    db.prepare<unknown[], number>(`SELECT sum(${size}) FROM main.${table} WHERE ${where}`).pluck().get() ?? 0;
  if (bytes <= KEPT_WHOLE) return columns.join(', ');
  return columns
    .map(
      (column) =>
        `iif(octet_length(${column}) > ${CUT_TO}, substr(${column}, 1, ${CUT_TO}), ${column}) AS ${column}`,
    )
    .join(', ');
}

const plain = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plainValue(value)]));

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : { integer: String(value) };
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return { real: String(value) };
  return Buffer.isBuffer(value) ? { base64: value.toString('base64') } : value;
}
