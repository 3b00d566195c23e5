import type Database from 'better-sqlite3';
import { textDigest } from './documents.ts';
import { WEIGHT_TABLES, weightsDigest } from './runs.ts';

/** What answers, which are written twice, can say that does not fit: as history, and as what holds. */
export type Contradiction = 'no_answer' | 'answer_not_newest' | 'answer_without_history' | 'state_not_newest';

const CONTRADICTIONS: Readonly<Record<Contradiction, string>> = {
  no_answer: "SELECT count(*) FROM decisions WHERE value NOT IN ('yes', 'no', 'undecided')",
  answer_not_newest: `SELECT count(*) FROM (
    SELECT document_id, annotator_id, label_id, max(revision_id) AS revision_id, value FROM decisions
    GROUP BY document_id, annotator_id, label_id
    EXCEPT SELECT document_id, annotator_id, label_id, revision_id, value FROM current_decisions)`,
  answer_without_history: `SELECT count(*) FROM current_decisions c WHERE NOT EXISTS (SELECT 1 FROM decisions d WHERE
    d.document_id = c.document_id AND d.annotator_id = c.annotator_id AND d.label_id = c.label_id
    AND d.revision_id = c.revision_id AND d.value = c.value)`,
  state_not_newest: `SELECT count(*) FROM (
    SELECT document_id, annotator_id, max(revision_id) AS revision_id, status FROM states
    GROUP BY document_id, annotator_id
    EXCEPT SELECT document_id, annotator_id, revision_id, status FROM current_states)`,
};

/** How many rows contradict each other in this way. */
export const countContradictions = (db: Database.Database, kind: Contradiction): number =>
  db.prepare<unknown[], number>(CONTRADICTIONS[kind]).pluck().get() ?? 0;

/** How many rows a table has. */
export const countRows = (db: Database.Database, table: 'documents' | 'decisions'): number =>
  db.prepare<unknown[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;

/** The documents whose text is not what its hash is of. */
export function damagedTexts(db: Database.Database): number[] {
  const rows = db
    .prepare<unknown[], { id: number; text: unknown; sha256: unknown }>(
      'SELECT id, text, sha256 FROM documents',
    )
    .iterate();
  const damaged: number[] = [];
  for (const { id, text, sha256 } of rows) {
    if (typeof text !== 'string' || !Buffer.isBuffer(sha256) || !textDigest(text).equals(sha256))
      damaged.push(id);
  }
  return damaged;
}

/** The runs whose weights are not what their hash is of. */
export function damagedWeights(db: Database.Database): number[] {
  const damaged = new Set<number>();
  for (const table of WEIGHT_TABLES) {
    const rows = db
      .prepare<unknown[], { run: number; sha256: Buffer; safetensors: Buffer }>(
        `SELECT run_id AS run, sha256, safetensors FROM ${table}`,
      )
      .iterate();
    for (const { run, sha256, safetensors } of rows)
      if (!weightsDigest(safetensors).equals(sha256)) damaged.add(run);
  }
  return [...damaged];
}
