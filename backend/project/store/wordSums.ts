import { crc32 } from 'node:zlib';
import type Database from 'better-sqlite3';
import { oneLine } from '../../../process/oneLine.ts';

/** What has a sum among the settings: a label's words, and what a run says of itself and applies. */
export type SummedThing = 'label' | 'run';

interface Thing {
  /** All that the sum of one is of, by queries that take its number. */
  readonly parts: readonly string[];
  told(name: string): string;
  readonly name: string;
}

const THINGS: Readonly<Record<SummedThing, Thing>> = {
  label: {
    parts: [
      'SELECT name, description, guidelines FROM main.labels WHERE id = ?',
      'SELECT position, text FROM main.hypotheses WHERE label_id = ? ORDER BY position',
    ],
    name: 'SELECT name FROM main.labels WHERE id = ?',
    told: (name) =>
      `The words of the label "${name}" were changed by something other than Entail: read its name, description and sentences, and save them.`,
  },
  run: {
    parts: [
      'SELECT model, options, revision_id, status, report FROM main.runs WHERE id = ?',
      `SELECT position, label_id, name, hypotheses, threshold, threshold_from FROM main.run_labels
       WHERE run_id = ? ORDER BY position`,
      'SELECT label_id, threshold FROM main.thresholds WHERE run_id = ? ORDER BY label_id',
    ],
    name: 'SELECT name FROM main.runs WHERE id = ?',
    told: (name) =>
      `The figures, thresholds or label texts of "${name}" were changed by something other than Entail: don't rely on them. Train again, or open a backup.`,
  },
};

/** The model before any training has no row among the runs, but may have thresholds of its own. */
const UNTRAINED = 'the untrained model';
const KEY = 'sum ';
/** A project that is foreign may have any number of them. */
const MOST_TOLD = 100;

/** Writes the sum of a thing, in the transaction that changed it. */
export function wordSums(db: Database.Database, thing: SummedThing): (id: number) => void {
  const sumOf = summing(db, thing);
  const put = db.prepare(
    'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  return (id) => void put.run(`${KEY}${thing} ${id}`, String(sumOf(id)));
}

/** The CRC-32 (as zlib has it) of the rows as JSON; a single flipped bit always changes it. */
function summing(db: Database.Database, thing: SummedThing): (id: number) => number {
  const parts = THINGS[thing].parts.map((sql) => db.prepare(sql).raw());
  return (id) => crc32(Buffer.from(JSON.stringify(parts.map((part) => part.all(id)))));
}

/** A sentence for each thing that is not what was written. What has no sum, from an Entail of before, is not looked at. */
export function changedWords(db: Database.Database): string[] {
  const changed = each(db).flatMap(({ thing, id, is, sum }) => {
    if (is === sum) return [];
    const untrained = thing === 'run' && id === 0;
    const name = untrained ? UNTRAINED : db.prepare(THINGS[thing].name).pluck().get(id);
    // What is not there at all is told by whoever misses it.
    return name === undefined ? [] : [oneLine(THINGS[thing].told(String(name).slice(0, 200)))];
  });
  return changed.slice(0, MOST_TOLD);
}

/** Takes what there is as what was written: for rows that were put aside or replaced, which is told otherwise. */
export function sumAgain(db: Database.Database): void {
  const write = { label: wordSums(db, 'label'), run: wordSums(db, 'run') };
  for (const { thing, id } of each(db)) write[thing](id);
}

function each(db: Database.Database): { thing: SummedThing; id: number; is: string; sum: string }[] {
  const rows = db
    .prepare<unknown[], { key: string; value: string }>(
      `SELECT key, value FROM main.settings WHERE key GLOB '${KEY}*' LIMIT 100000`,
    )
    .all();
  const sumOf = { label: summing(db, 'label'), run: summing(db, 'run') };
  return rows.flatMap(({ key, value }) => {
    const [, thing, number] = /^sum (label|run) (\d{1,9})$/.exec(key) ?? [];
    if (thing !== 'label' && thing !== 'run') return [];
    const id = Number(number);
    return [{ thing, id, is: String(sumOf[thing](id)), sum: value }];
  });
}
