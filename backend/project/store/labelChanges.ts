import type Database from 'better-sqlite3';
import { type Inverse, readInverse } from '../labelInverse.ts';
import { present } from './present.ts';

/** What was changed of the labels, and what hangs on a label. */
export interface LabelChangeStore {
  /** Keeps a change: what it was, in words, and what takes it back. Returns its id. */
  add(what: string, inverse: Inverse, at: string): number;
  /** Takes a change off the list, absent: the newest; its inverse is null where the file holds none that can be read. */
  take(id?: number): { what: string; inverse: Inverse | null } | undefined;
  /** Documents with this answer, by whomever, for a label. */
  countDecided(labelId: number, value: 'yes' | 'no'): number;
  /** Runs that learnt a label. */
  countRuns(labelId: number): number;
  /** Documents where someone says yes to one of the labels and no to the other. */
  countContradictions(one: number, other: number): number;
  /** Answers that merging `from` into `into` makes a yes. */
  movedByMerging(labels: { from: number; into: number }): { documentId: number; annotatorId: number }[];
}

export function labelChangeStore(db: Database.Database): LabelChangeStore {
  const add = db.prepare('INSERT INTO label_changes (at, what, inverse) VALUES (?, ?, ?)');
  const last = db.prepare('SELECT id, what, inverse FROM label_changes ORDER BY id DESC LIMIT 1');
  const one = db.prepare('SELECT id, what, inverse FROM label_changes WHERE id = ?');
  const drop = db.prepare('DELETE FROM label_changes WHERE id = ?');
  const decided = db
    .prepare<unknown[], number>(
      `SELECT count(DISTINCT document_id) FROM current_decisions
       WHERE label_id = ? AND value = ? AND ${present('document_id')}`,
    )
    .pluck();
  const runs = db
    .prepare<unknown[], number>('SELECT count(DISTINCT run_id) FROM run_labels WHERE label_id = ?')
    .pluck();
  const contradictions = db
    .prepare<unknown[], number>(
      `SELECT count(DISTINCT a.document_id) FROM current_decisions a
       JOIN current_decisions b ON b.document_id = a.document_id AND b.annotator_id = a.annotator_id
       WHERE a.label_id = ? AND b.label_id = ?
         AND (a.value = 'yes' AND b.value = 'no' OR a.value = 'no' AND b.value = 'yes')
         AND ${present('a.document_id')}`,
    )
    .pluck();
  const moved = db.prepare<unknown[], { documentId: number; annotatorId: number }>(
    `SELECT a.document_id AS documentId, a.annotator_id AS annotatorId FROM current_decisions a
     LEFT JOIN current_decisions b
       ON b.document_id = a.document_id AND b.annotator_id = a.annotator_id AND b.label_id = @into
     WHERE a.label_id = @from AND a.value = 'yes' AND coalesce(b.value, 'undecided') <> 'yes'`,
  );
  return {
    add: (what, inverse, at) => Number(add.run(at, what, JSON.stringify(inverse)).lastInsertRowid),
    take(id) {
      const row = (id === undefined ? last.get() : one.get(id)) as
        | { id: number; what: string; inverse: string }
        | undefined;
      if (row === undefined) return undefined;
      drop.run(row.id);
      return { what: row.what, inverse: readInverse(row.inverse) };
    },
    countDecided: (labelId, value) => decided.get(labelId, value) ?? 0,
    countRuns: (labelId) => runs.get(labelId) ?? 0,
    countContradictions: (one, other) => contradictions.get(one, other) ?? 0,
    movedByMerging: (labels) => moved.all(labels),
  };
}
