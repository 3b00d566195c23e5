import type Database from 'better-sqlite3';
import { type ScoreColumns, scoreColumns } from './scoreColumns.ts';

export interface Suggestion {
  readonly labelId: number;
  readonly probability: number;
  readonly passage: { readonly start: number; readonly end: number } | null;
}

export interface SuggestionStore {
  /** All probabilities in memory. */
  readonly columns: ScoreColumns;
  /** The scorer of a label as it is now; made when it is new. `hypotheses` is the JSON of the sentences. */
  scorerId(labelId: number, model: string, hypotheses: string): number;
  /** The scorer, if there is one. */
  knownScorer(labelId: number, model: string, hypotheses: string): number | undefined;
  put(documentId: number, scorerId: number, suggestion: Suggestion): void;
  of(documentId: number): Suggestion[];
  /** The model that a document's suggestion of a label came from. */
  modelOf(documentId: number, labelId: number): string | undefined;
  /** Documents between `after` (exclusive) and `last`, in order, that lack a suggestion by one of these scorers. */
  stale(
    scorerIds: readonly number[],
    range: { after: number; last: number },
    limit: number,
  ): { id: number; text: string }[];
  /** Those of the named documents that lack a suggestion by one of these scorers. */
  staleAmong(
    scorerIds: readonly number[],
    ids: readonly number[],
    limit: number,
  ): { id: number; text: string }[];
  countStale(scorerIds: readonly number[], range: { after: number; last: number }): number;
}

export function suggestionStore(db: Database.Database): SuggestionStore {
  const scorer = db
    .prepare('SELECT id FROM scorers WHERE label_id = ? AND model = ? AND hypotheses = ?')
    .pluck();
  const addScorer = db.prepare('INSERT INTO scorers (label_id, model, hypotheses) VALUES (?, ?, ?)');
  const put = db.prepare(
    `INSERT INTO suggestions (document_id, label_id, probability, scorer_id, passage_start, passage_end)
     VALUES (@documentId, @labelId, @probability, @scorerId, @start, @end)
     ON CONFLICT DO UPDATE SET probability = excluded.probability, scorer_id = excluded.scorer_id,
       passage_start = excluded.passage_start, passage_end = excluded.passage_end`,
  );
  const of = db.prepare(
    `SELECT label_id AS labelId, probability, passage_start AS start, passage_end AS "end"
     FROM suggestions WHERE document_id = ? AND probability BETWEEN 0 AND 1`,
  );
  const modelOf = db
    .prepare(
      `SELECT c.model FROM suggestions s JOIN scorers c ON c.id = s.scorer_id
       WHERE s.document_id = ? AND s.label_id = ?`,
    )
    .pluck();
  // A document is fresh when every scorer has scored it: as many rows as scorers.
  const fresh = `(SELECT count(*) FROM suggestions s WHERE s.document_id = d.id
    AND s.scorer_id IN (SELECT value FROM json_each(@scorers)))`;
  const stale = db.prepare(
    `SELECT d.id, d.text FROM documents d WHERE d.id > @after AND d.id <= @last AND ${fresh} < @wanted
     ORDER BY d.id LIMIT @limit`,
  );
  const staleAmong = db.prepare(
    `SELECT d.id, d.text FROM documents d WHERE d.id IN (SELECT value FROM json_each(@ids)) AND ${fresh} < @wanted
     ORDER BY d.id LIMIT @limit`,
  );
  const countStale = db
    .prepare(`SELECT count(*) FROM documents d WHERE d.id > @after AND d.id <= @last AND ${fresh} < @wanted`)
    .pluck();
  const columns = scoreColumns(db);
  return {
    columns,
    scorerId: (labelId, model, hypotheses) =>
      (scorer.get(labelId, model, hypotheses) as number | undefined) ??
      Number(addScorer.run(labelId, model, hypotheses).lastInsertRowid),
    knownScorer: (labelId, model, hypotheses) => scorer.get(labelId, model, hypotheses) as number | undefined,
    put(documentId, scorerId, { labelId, probability, passage }) {
      put.run({
        documentId,
        scorerId,
        labelId,
        probability,
        start: passage?.start ?? null,
        end: passage?.end ?? null,
      });
      columns.put(documentId, labelId, probability);
    },
    of: (documentId) =>
      (of.all(documentId) as SuggestionRow[]).map(({ labelId, probability, start, end }) => ({
        labelId,
        probability,
        passage: start === null || end === null ? null : { start, end },
      })),
    modelOf: (documentId, labelId) => modelOf.get(documentId, labelId) as string | undefined,
    stale: (scorerIds, range, limit) =>
      stale.all({ scorers: JSON.stringify(scorerIds), wanted: scorerIds.length, ...range, limit }) as {
        id: number;
        text: string;
      }[],
    staleAmong: (scorerIds, ids, limit) =>
      staleAmong.all({
        scorers: JSON.stringify(scorerIds),
        wanted: scorerIds.length,
        ids: JSON.stringify(ids),
        limit,
      }) as { id: number; text: string }[],
    countStale: (scorerIds, range) =>
      countStale.get({ scorers: JSON.stringify(scorerIds), wanted: scorerIds.length, ...range }) as number,
  };
}

interface SuggestionRow {
  labelId: number;
  probability: number;
  start: number | null;
  end: number | null;
}
