import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { call } from '@orpc/server';
import Database from 'better-sqlite3';
import { annotate } from '../../backend/annotating/annotating.ts';
import { correctText, deleteDocuments } from '../../backend/documents/changing.ts';
import { type Backend, BackendError, createBackend, router } from '../../backend/index.ts';
import { addLabel, updateLabel } from '../../backend/labels/changes.ts';
import { checkProject } from '../../backend/project/check.ts';
import { createProject } from '../../backend/project/file.ts';
import { APPLICATION_ID, migrations } from '../../backend/project/store/migrations.ts';
import { SUMMED, teachSums } from '../../backend/project/store/rowSum.ts';
import { embeddingName } from '../../backend/suggesting/embeddingName.ts';
import { createEngine } from '../../engine/index.ts';
import { createWebHost } from '../../web/host.ts';

/** One value of one column, set in the first row of its table. */
export interface FieldCase {
  readonly table: string;
  readonly column: string;
  /** What kind of value it is, in a word. */
  readonly kind: string;
  readonly value: unknown;
  /** Instead of `value`, when it is made of the one that is there. */
  readonly change?: (value: unknown) => unknown;
}

const weights = (value: string): string =>
  `{"bias":${value},"entailment":1,"centred":1,"competition":1,"sharpness":${value},"prior":0,"priorDocuments":${value}}`;

const HOSTILE: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['empty', ''],
  ['text', 'xyz'],
  ['brace', '{'],
  ['empty list', '[]'],
  ['empty object', '{}'],
  ['deep', '['.repeat(20_000)],
  ['proto', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'],
  ['zero', 0],
  ['minus', -1],
  ['300 million', 300_000_000n],
  ['four billion', 4_000_000_000n],
  ['2^53 + 1', 9_007_199_254_740_993n],
  ['2^63 - 1', 9_223_372_036_854_775_807n],
  ['infinite', Number.POSITIVE_INFINITY],
  ['half', 0.5],
  ['blob', Buffer.from([255, 254, 0, 1])],
  ['path', '../../victim'],
  ['server', '\\\\server.invalid\\share'],
  ['url', 'file://server.invalid/share'],
  ['markup', '<img src=x onerror=alert(1)>'],
  ['NUL', 'a\0b\u202e'],
  ['surrogate', '\ud800'],
  ['megabyte', 'x'.repeat(1_000_000)],
  ['two', 2],
  ['of no numbers', Buffer.from(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY).buffer)],
  ['three bytes', Buffer.from([1, 2, 3])],
  ['weights without end', weights('1e999')],
  ['weights of text', weights('"1"')],
  ['large number', -1e300],
];

const FUSION = {
  bias: 0,
  entailment: 1,
  centred: 0.5,
  competition: 0.5,
  sharpness: 10,
  prior: -1,
  priorDocuments: 10,
};

/** Makes a project that has rows in every table, and closes it. */
export function fullProject(path: string): void {
  const project = createProject(path);
  const { stores } = project;
  const at = '2026-01-01T00:00:00.000Z';
  const price = addLabel(project, { name: 'price', hypotheses: ['This is about the price.'] });
  const quality = addLabel(project, {
    name: 'quality',
    hypotheses: ['This is about quality.', 'It is good.'],
  });
  updateLabel(project, { id: price.id, description: 'What it costs', key: 'p' });
  const ids = project.write(() =>
    ['Too dear.', 'Well made.', 'Cheap and bad.', 'A lamp.', 'Late again.', 'Fine.'].map((text, i) =>
      stores.documents.add(
        {
          externalId: `d${i}`,
          text,
          meta: new Map([['n', i]]),
          split: i < 2 ? 'test' : null,
          source: 'x.csv',
        },
        at,
      ),
    ),
  );
  for (const documentId of ids.slice(0, 4)) {
    const values = new Map([[price.id, 'yes'] as const, [quality.id, 'no'] as const]);
    annotate(project, 'ada', [{ documentId, values, status: 'done', note: 'n', seconds: 2 }], 'annotate');
  }
  const text = 'Late once more.';
  correctText(project, 'ada', { id: ids[4]!, text });
  deleteDocuments(project, 'ada', [ids[5]!]);
  project.write(() => {
    const act = stores.imports.begin(['x.csv'], at);
    stores.imports.addRevision(act, 1);
    for (const id of ids) stores.imports.addDocument(act, id);
    for (const { id, hypotheses } of stores.labels.all()) {
      const scorerId = stores.evidence.scorerId({
        labelId: id,
        kind: 'model',
        name: 'default',
        digest: '',
        precision: 'auto',
        wording: JSON.stringify(hypotheses),
        fusion: FUSION,
      });
      for (const documentId of ids) {
        stores.evidence.put(documentId, {
          labelId: id,
          scorerId,
          odds: Float32Array.from(hypotheses, (_, i) => 0.85 - i),
          cosine: 0.3,
          passage: { start: 0, end: 3 },
        });
        const untrained = { labelId: id, scorerId, odds: Float32Array.of(0.5), cosine: 0.3 };
        stores.evidence.putUntrained(documentId, untrained);
      }
    }
    const acceptance = stores.accepted.begin(stores.annotations.annotatorId('ada'), at);
    const accepted = { model: 'default', probability: 0.9, threshold: 0.5 };
    stores.accepted.add(acceptance, { documentId: ids[4]!, labelId: price.id, ...accepted });
    const columns = [{ name: 'body', role: 'text' } as const, { name: 'ok', role: 'kept' } as const];
    for (const id of ids) stores.layouts.keep(id, { columns, kept: new Map([['ok', 'ja']]) });
    const row = { columns, kept: new Map([['ok', 'nein']]) };
    const importId = stores.imports.begin(['a.csv'], at);
    stores.layouts.repeat(
      { externalId: null, meta: new Map(), row },
      { documentId: ids[0]!, importId, after: 3 },
    );
    stores.settings.set('embeddings', 'abc');
    for (const id of ids) stores.embeddings.put(id, 'abc', Float32Array.of(1, id, 3, 4));
    const run = stores.runs.add({
      model: 'default',
      modelDigest: 'abc',
      options: { method: 'lora', epochs: 1 },
      revisionId: 4,
      startedAt: at,
    });
    stores.runs.setLabels(
      run,
      stores.labels.all().map(({ id, name, hypotheses }) => ({
        labelId: id,
        name,
        hypotheses: [...hypotheses],
        threshold: 0.5,
        thresholdFrom: 'default' as const,
      })),
    );
    stores.runs.setDocuments(run, { train: ids.slice(2, 4), heldOut: ids.slice(0, 2) });
    stores.runs.saveWeights(run, new Uint8Array(64));
    stores.runs.saveTuned(run, new Uint8Array(64));
    const tuned = embeddingName(stores.runs.tunedDigest(run) ?? '');
    stores.settings.set('tunedEmbeddings', tuned);
    for (const id of ids) stores.tunedEmbeddings.put(id, tuned, Float32Array.of(id, 1, 3, 4));
    const before = { probabilities: Float32Array.of(0.25, 0.75), thresholds: Float32Array.of(0.5, 0.5) };
    for (const id of ids.slice(0, 4)) stores.unseenScores.putBefore(run, id, before);
    for (const id of ids.slice(0, 2)) {
      const scores = { probabilities: Float32Array.of(0.9, 0.1), thresholds: Float32Array.of(0.4, 0.5) };
      stores.unseenScores.putHeldOut(run, id, scores);
    }
    stores.runs.finish(run, { status: 'done', at, report: { documents: 2, steps: 1, losses: [1] } });
    stores.runs.setThreshold(run, price.id, 0.4);
    stores.settings.set('activeRun', run);
    stores.settings.set('model', 'default');
  });
  project.close();
}

/** The same as version 1 wrote it: probabilities instead of evidence. */
export function fullProjectOfVersion1(path: string): void {
  const now = `${path}.now`;
  fullProject(now);
  const db = new Database(path);
  db.exec(migrations[0]!.sql);
  db.pragma('user_version = 1');
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma('foreign_keys = 0');
  db.prepare('ATTACH ? AS now').run(now);
  for (const table of tablesOf(db)) {
    if (['scorers', 'suggestions'].includes(table)) continue;
    const columns = columnsOf(db, table).join();
    db.exec(`INSERT OR REPLACE INTO main.${table} (${columns}) SELECT ${columns} FROM now.${table}`);
  }
  db.exec(`INSERT INTO documents_text (documents_text) VALUES ('rebuild');
    INSERT INTO main.scorers (label_id, model, hypotheses) SELECT id, 'run 1', '[]' FROM main.labels;
    INSERT INTO main.suggestions SELECT d.id, s.label_id, 0.5, s.id, 0, 3 FROM main.documents d, main.scorers s;`);
  db.exec('DETACH now');
  db.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${now}${suffix}`, { force: true });
}

/** Tables with rows of ours. */
const tablesOf = (db: Database.Database): string[] =>
  db
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'documents_text%'
       AND name NOT IN ('sqlite_stat1', 'sqlite_stat4')`,
    )
    .pluck()
    .all() as string[];

const columnsOf = (db: Database.Database, table: string): string[] =>
  (db.pragma(`main.table_info("${table}")`) as { name: string }[]).map(({ name }) => name);

/** Every column of every table with every hostile value, in a fixed order. */
export function fieldCases(path: string): FieldCase[] {
  const db = new Database(path, { readonly: true });
  try {
    return tablesOf(db).flatMap((table) =>
      columnsOf(db, table).flatMap((column) =>
        HOSTILE.map(([kind, value]) => ({ table, column, kind, value })),
      ),
    );
  } finally {
    db.close();
  }
}

/**
 * Sets the field in a copy, and the sum of its row, as whoever sends a hostile file would: it must do no harm without
 * being taken for damage. False where SQLite itself refuses the value.
 */
export function setField(path: string, { table, column, value, change }: FieldCase): boolean {
  const db = new Database(path);
  try {
    db.pragma('ignore_check_constraints = 1');
    db.pragma('foreign_keys = 0');
    const keys = (db.pragma(`table_info("${table}")`) as { name: string; pk: number }[])
      .filter(({ pk }) => pk > 0)
      .map(({ name }) => name);
    const named = keys.length > 0 ? keys : ['rowid'];
    const row = db.prepare(`SELECT ${named.join()}, "${column}" AS its FROM "${table}" LIMIT 1`).get() as
      | Record<string, unknown>
      | undefined;
    if (row === undefined) throw new Error(`The table ${table} is empty: nothing is tried of it.`);
    const where = named.map((name) => `"${name}" IS ?`).join(' AND ');
    db.prepare(`UPDATE "${table}" SET "${column}" = ? WHERE ${where}`).run(
      change ? change(row.its) : value,
      ...named.map((name) => row[name]),
    );
    const summed = Object.entries(SUMMED).find(([name]) => name === table)?.[1];
    if (summed !== undefined && column !== 'sum') {
      teachSums(db);
      db.exec(`UPDATE "${table}" SET sum = entail_sum(${summed.columns.join()})`);
    }
    return true;
  } catch (error) {
    if (error instanceof Database.SqliteError) return false;
    throw error;
  } finally {
    db.close();
  }
}

const ALL = { search: '', status: 'all' } as const;

/** What the screens ask for: names and calls. */
function screens({ session }: Backend): [string, () => Promise<unknown>][] {
  const context = { context: session };
  const page = (sort: 'order' | 'suggestion' | 'uncertain') => () =>
    call(router.documents.page, { annotator: 'ada', filter: ALL, sort, offset: 0, limit: 50 }, context);
  const next = (strategy: 'mix' | 'uncertainty' | 'diversity' | 'order') => () =>
    call(router.annotations.next, { annotator: 'ada', strategy, limit: 5, except: [] }, context);
  return [
    ['state', () => call(router.app.state, undefined, context)],
    ['summary', () => call(router.project.summary, { annotator: 'ada' }, context)],
    ['labels', () => call(router.labels.list, undefined, context)],
    ['stale', () => call(router.suggestions.stale, undefined, context)],
    ['next mix', next('mix')],
    ['next uncertainty', next('uncertainty')],
    ['next diversity', next('diversity')],
    ['next order', next('order')],
    ['page', page('order')],
    ['page by suggestion', page('suggestion')],
    ['page by doubt', page('uncertain')],
    ['card', () => call(router.annotations.get, { annotator: 'ada', id: 3 }, context)],
    ['history', () => call(router.annotations.history, { id: 1 }, context)],
    ['text', () => call(router.annotations.text, { id: 2, from: 0 }, context)],
    ['runs', () => call(router.training.runs, undefined, context)],
    ['plan', () => call(router.training.plan, { method: 'lora', epochs: 1, seed: 1 }, context)],
    ['evaluation', () => call(router.evaluation.get, undefined, context)],
    ['models', () => call(router.settings.models, undefined, context)],
    ['formats', () => call(router.exports.formats, undefined, context)],
    ['export', () => call(router.exports.data, { format: 'jsonl', onlyDone: false }, context)],
    ['imports', () => call(router.imports.list, undefined, context)],
    ['backups', () => call(router.backups.list, { project: null }, context)],
    [
      'decide',
      () =>
        call(
          router.annotations.decide,
          { annotator: 'ada', documentIds: [5], values: [{ labelId: 2, value: 'yes' }], status: 'done' },
          context,
        ),
    ],
    ['undo', () => call(router.annotations.undo, { annotator: 'ada' }, context)],
    ['undo of labels', () => call(router.labels.undo, undefined, context)],
  ];
}

/**
 * Opens a copy of `source` with the field set, asks for all that the screens ask, and opens it again. Returns what went
 * wrong, a line each: internal errors, raw messages, a file that stays open, a slow answer.
 */
export async function tryField(
  source: string,
  given: FieldCase,
  { folder, home, number }: { folder: string; home: string; number: number },
): Promise<string[]> {
  const path = join(folder, `case-${number}.entail`);
  copyFileSync(source, path);
  const what = `${given.table}.${given.column} = ${given.kind}`;
  if (!setField(path, given)) {
    rmSync(path, { force: true });
    return [];
  }
  const wrong: string[] = [];
  const engine = createEngine();
  const expected = (error: unknown) => error instanceof BackendError;
  let listed: readonly string[] = [];
  try {
    listed = checkProject(path).problems;
  } catch (error) {
    if (!expected(error)) wrong.push(`check: ${String(error)}`);
  }
  for (const round of ['first', 'again']) {
    const backend = await createBackend(createWebHost(home), { engine, home });
    try {
      await backend.open(path);
      const strange = backend.session.workspace.current?.project.strange ?? [];
      if (round === 'again' && strange.length > 0) wrong.push(`found again: ${strange.join(' ')}`);
      for (const sentence of round === 'first' ? strange : []) {
        const told = listed.includes(sentence) || / points? to no row of /.test(sentence);
        if (!told) wrong.push(`check does not say: ${sentence}`);
      }
      await delay(1);
      for (const [name, work] of round === 'first' ? screens(backend) : []) {
        const started = performance.now();
        await work().catch((error: { code?: string; data?: { code?: string }; message?: string }) => {
          if (error.data?.code === undefined) wrong.push(`${name}: ${error.code} ${error.message}`);
        });
        if (performance.now() - started > 20_000) wrong.push(`${name}: slow`);
      }
    } catch (error) {
      // No value of one field is a reason to refuse all others.
      wrong.push(`open (${round}): ${String(error).slice(0, 300)}`);
    }
    await backend.close().catch((error: unknown) => wrong.push(`close: ${String(error)}`));
  }
  await engine.close();
  if ('polluted' in {}) wrong.push('the prototype of all objects was changed');
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
  return wrong.map((line) => `${what}: ${line}`);
}
