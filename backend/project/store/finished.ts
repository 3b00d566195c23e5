import type Database from 'better-sqlite3';
import { present } from './present.ts';

/** A document that somebody finished or skipped by hand. */
export interface Finish {
  readonly documentId: number;
  readonly annotatorId: number;
  /** ISO 8601. */
  readonly at: string;
  /** How long it was on the screen; null: not known. */
  readonly seconds: number | null;
}

/** When people decided what: how fast they are, and in which order decisions came. */
export interface FinishedStore {
  /** One document at a time, in order, each once by each annotator: the newest `most`. */
  inOrder(most: number): Finish[];
  /** Documents in the order in which something was decided of them first, those that stand. */
  firstDecided(): number[];
  /** Documents that were decided, or decided otherwise, after this act. */
  decidedSince(revisionId: number): number;
  /** Label id → finished documents on which somebody decided it. */
  decidedOnFinished(): Map<number, number>;
}

export function finishedStore(db: Database.Database): FinishedStore {
  const inOrder = db.prepare<unknown[], Finish>(
    `SELECT s.document_id AS documentId, s.annotator_id AS annotatorId, r.at, s.seconds, min(r.id)
     FROM states s JOIN revisions r ON r.id = s.revision_id
     WHERE s.status IN ('done', 'skipped') AND r.kind = 'annotate' AND ${present('s.document_id')}
     GROUP BY s.document_id, s.annotator_id ORDER BY min(r.id) DESC LIMIT ?`,
  );
  const firstDecided = db
    .prepare<unknown[], number>(
      `SELECT document_id FROM decisions WHERE value IN ('yes', 'no') AND ${present('document_id')}
       GROUP BY document_id ORDER BY min(revision_id), document_id`,
    )
    .pluck();
  const decidedSince = db
    .prepare<{ after: number }, number>(
      `SELECT count(DISTINCT d.document_id) FROM decisions c
       JOIN current_decisions d ON d.document_id = c.document_id AND d.annotator_id = c.annotator_id
         AND d.label_id = c.label_id AND d.revision_id = c.revision_id
       JOIN labels l ON l.id = d.label_id AND l.deleted_at IS NULL
       JOIN documents o ON o.id = d.document_id
       WHERE c.revision_id > @after AND d.value IN ('yes', 'no') AND coalesce(o.split, '') <> 'test'
         -- What was taken back and said again is what it was.
         AND d.value IS NOT (
           SELECT b.value FROM decisions b
           WHERE b.document_id = d.document_id AND b.annotator_id = d.annotator_id AND b.label_id = d.label_id
             AND b.revision_id <= @after ORDER BY b.revision_id DESC LIMIT 1)
         AND ${present('d.document_id')}`,
    )
    .pluck();
  const decidedOnFinished = db
    .prepare<unknown[], [number, number]>(
      `SELECT d.label_id, count(DISTINCT d.document_id) FROM current_decisions d
       WHERE d.value IN ('yes', 'no') AND d.document_id IN (
         SELECT document_id FROM current_states WHERE status = 'done' AND ${present('document_id')})
       GROUP BY d.label_id`,
    )
    .raw();
  return {
    inOrder: (most) =>
      inOrder
        .all(most)
        .reverse()
        .map(({ documentId, annotatorId, at, seconds }) => ({ documentId, annotatorId, at, seconds })),
    firstDecided: () => firstDecided.all(),
    decidedSince: (revisionId) => decidedSince.get({ after: revisionId }) ?? 0,
    decidedOnFinished: () => new Map(decidedOnFinished.all()),
  };
}
