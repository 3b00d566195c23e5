import type Database from 'better-sqlite3';
import { textAsAt } from './documentChanges.ts';
import { present } from './present.ts';

/** A suggestion that someone accepted: the model's yes. */
export interface NewAccepted {
  readonly documentId: number;
  readonly labelId: number;
  /** For people. */
  readonly model: string;
  readonly probability: number;
  readonly threshold: number;
}

export interface Accepted extends NewAccepted {
  readonly by: string;
  readonly at: string;
}

/** Suggestions that were accepted together. */
export interface Acceptance {
  readonly id: number;
  readonly by: string;
  readonly at: string;
  readonly documents: number;
  readonly answers: number;
  readonly undoneAt: string | null;
}

/** What an acceptance did to a document, for its history. */
export interface AcceptedOnDocument {
  readonly id: number;
  /** The last act before it. */
  readonly after: number;
  readonly by: string;
  readonly at: string;
  readonly undoneAt: string | null;
  readonly labelIds: readonly number[];
}

/**
 * Suggestions that people accepted in bulk. They are a model's answers: nothing that trains, measures or compares people
 * reads them, and what a person says of the label or the document goes before them.
 */
export interface AcceptedStore {
  begin(annotatorId: number, at: string): number;
  add(acceptance: number, answer: NewAccepted): void;
  /** What was accepted for `from`, and stands, holds for `into` as well, from the same acceptance; `from` keeps its own. */
  merge(labels: { from: number; into: number }): void;
  /** Takes away what merging gave. */
  unmerge(labels: { from: number; into: number }): void;
  /** Documents where an accepted answer of a label stands. */
  countOf(labelId: number): number;
  /** Takes an acceptance back, as a whole; false: it was taken back before, or there is none. */
  undo(acceptance: number, at: string): boolean;
  /** The newest first. */
  all(limit: number): Acceptance[];
  /** The newest that stands. */
  last(): number | undefined;
  /** What stands of a document, by label. */
  of(documentId: number): Accepted[];
  /** The same of several; documents without anything are left out. */
  ofAll(documentIds: readonly number[]): Map<number, Accepted[]>;
  /** Documents with something that stands, for a label or any, in project order. */
  documents(labelId?: number): number[];
  history(documentId: number): AcceptedOnDocument[];
  /** Pairs that are not open: some person said something of the label, or finished or skipped the document. */
  closed(): { readonly documents: Set<number>; answered(documentId: number, labelId: number): boolean };
}

/** Accepted answers that hold: taken back by nobody, of the text as it is, and replaced by no person's word. */
const STANDING = `accepted_answers a JOIN acceptances p ON p.id = a.acceptance_id AND p.undone_at IS NULL
  JOIN labels l ON l.id = a.label_id AND l.deleted_at IS NULL
  WHERE ${present('a.document_id')} AND ${textAsAt('a.document_id', 'p.revision_id')}
  AND NOT EXISTS (SELECT 1 FROM current_decisions d WHERE d.document_id = a.document_id
    AND d.label_id = a.label_id AND d.value IN ('yes', 'no'))
  AND NOT EXISTS (SELECT 1 FROM current_states s WHERE s.document_id = a.document_id
    AND s.status IN ('done', 'skipped'))`;

export function acceptedStore(db: Database.Database): AcceptedStore {
  const begin = db.prepare(
    `INSERT INTO acceptances (annotator_id, revision_id, at)
     VALUES (?, (SELECT coalesce(max(id), 0) FROM revisions), ?)`,
  );
  const add = db.prepare(
    `INSERT INTO accepted_answers (document_id, label_id, acceptance_id, model, probability, threshold)
     VALUES (@documentId, @labelId, @acceptance, @model, @probability, @threshold)`,
  );
  const merge = db.prepare(
    `INSERT OR IGNORE INTO accepted_answers (document_id, label_id, acceptance_id, model, probability, threshold, merged_from)
     SELECT a.document_id, @into, a.acceptance_id, a.model, a.probability, a.threshold, @from
     FROM ${STANDING} AND a.label_id = @from`,
  );
  const unmerge = db.prepare('DELETE FROM accepted_answers WHERE label_id = @into AND merged_from = @from');
  const countOf = db
    .prepare(`SELECT count(DISTINCT a.document_id) FROM ${STANDING} AND a.label_id = ?`)
    .pluck();
  const undo = db.prepare('UPDATE acceptances SET undone_at = ? WHERE id = ? AND undone_at IS NULL');
  const all = db.prepare<unknown[], Acceptance>(
    `SELECT p.id, w.name AS by, p.at, p.undone_at AS undoneAt,
       (SELECT count(DISTINCT document_id) FROM accepted_answers WHERE acceptance_id = p.id) AS documents,
       (SELECT count(*) FROM accepted_answers WHERE acceptance_id = p.id) AS answers
     FROM acceptances p JOIN annotators w ON w.id = p.annotator_id ORDER BY p.id DESC LIMIT ?`,
  );
  const last = db.prepare('SELECT max(id) FROM acceptances WHERE undone_at IS NULL').pluck();
  // With one max() and no other, a bare column is of the row that has it: https://www.sqlite.org/lang_select.html#bareagg
  const ofAll = db.prepare<unknown[], Accepted>(
    `SELECT a.document_id AS documentId, a.label_id AS labelId, a.model, a.probability, a.threshold,
       (SELECT name FROM annotators WHERE id = p.annotator_id) AS by, p.at, max(p.id)
     FROM ${STANDING} AND a.document_id IN (SELECT value FROM json_each(?))
     GROUP BY a.document_id, a.label_id ORDER BY a.document_id, a.label_id`,
  );
  const documents = db
    .prepare<unknown[], number>(
      `SELECT DISTINCT a.document_id FROM ${STANDING} AND (@label IS NULL OR a.label_id = @label)
       ORDER BY a.document_id`,
    )
    .pluck();
  const history = db.prepare<unknown[], Omit<AcceptedOnDocument, 'labelIds'> & { labelIds: string }>(
    `SELECT p.id, p.revision_id AS after, w.name AS by, p.at, p.undone_at AS undoneAt,
       json_group_array(a.label_id ORDER BY a.label_id) AS labelIds
     FROM accepted_answers a JOIN acceptances p ON p.id = a.acceptance_id JOIN annotators w ON w.id = p.annotator_id
     WHERE a.document_id = ? GROUP BY p.id ORDER BY p.id`,
  );
  const handled = db
    .prepare<unknown[], number>(
      "SELECT DISTINCT document_id FROM current_states WHERE status IN ('done', 'skipped')",
    )
    .pluck();
  const answered = db
    .prepare("SELECT document_id, label_id FROM current_decisions WHERE value IN ('yes', 'no')")
    .raw();
  const standing = db.prepare(`SELECT a.document_id, a.label_id FROM ${STANDING}`).raw();
  return {
    begin: (annotatorId, at) => Number(begin.run(annotatorId, at).lastInsertRowid),
    add: (acceptance, answer) => void add.run({ ...answer, acceptance }),
    merge: (labels) => void merge.run(labels),
    unmerge: (labels) => void unmerge.run(labels),
    countOf: (labelId) => countOf.get(labelId) as number,
    undo: (acceptance, at) => undo.run(at, acceptance).changes > 0,
    all: (limit) => all.all(limit),
    last: () => (last.get() as number | null) ?? undefined,
    of: (documentId) => ofAll.all(JSON.stringify([documentId])),
    ofAll(documentIds) {
      const found = new Map<number, Accepted[]>();
      // Most projects have none.
      if (last.get() === null) return found;
      for (const answer of ofAll.all(JSON.stringify(documentIds))) {
        const own = found.get(answer.documentId) ?? [];
        own.push(answer);
        found.set(answer.documentId, own);
      }
      return found;
    },
    documents: (labelId) => documents.all({ label: labelId ?? null }),
    history: (documentId) =>
      history.all(documentId).map((row) => ({ ...row, labelIds: JSON.parse(row.labelIds) as number[] })),
    closed() {
      const pairs = new Map<number, Set<number>>();
      const note = (rows: IterableIterator<unknown>) => {
        for (const [documentId, labelId] of rows as Iterable<[number, number]>) {
          const labels = pairs.get(documentId) ?? new Set();
          pairs.set(documentId, labels.add(labelId));
        }
      };
      note(answered.iterate());
      note(standing.iterate());
      return {
        documents: new Set(handled.all()),
        answered: (documentId, labelId) => pairs.get(documentId)?.has(labelId) ?? false,
      };
    },
  };
}
