import type Database from 'better-sqlite3';
import { type FusionWeights, fusionWeightsSchema, labelOdds } from '../../../engine/index.ts';
import type { DamagedRows } from './damagedRows.ts';
import {
  type EvidenceCell,
  type EvidenceColumns,
  type EvidenceRow,
  evidenceColumns,
} from './evidenceColumns.ts';
import { present } from './present.ts';
import { isIntact, SUMMED, summedColumns } from './rowSum.ts';

/** Where evidence comes from. */
export const SCORER_KINDS = ['model', 'run', 'imported'] as const;
export type ScorerKind = (typeof SCORER_KINDS)[number];

/** What produced the evidence for a label: a model, and the label's words as they were then. */
export interface Scorer {
  readonly labelId: number;
  readonly kind: ScorerKind;
  /** For people: a hub id or the model's folder, the run's number, what an imported file said. */
  readonly name: string;
  /** What tells these weights from others of the same name; of a run and of a file ''. */
  readonly digest: string;
  /** What the model computed in; of a file ''. */
  readonly precision: string;
  /** The words that were scored, in a form that can be compared. */
  readonly wording: string;
  /** How entailment and embeddings make one probability; null: entailment alone. */
  readonly fusion: FusionWeights | null;
}

export interface Passage {
  readonly start: number;
  readonly end: number;
}

/** What speaks for one label of one document; a probability is computed of it when it is read. */
export interface Evidence {
  readonly labelId: number;
  readonly scorerId: number;
  /** Log-odds of entailment, [sentences of the label]. */
  readonly odds: Float32Array;
  /** The inner product of the document's and the label's vectors; null where only entailment is read. */
  readonly cosine: number | null;
  /** The passage that decided; null: the whole text was read at once. */
  readonly passage: Passage | null;
}

/** What a document needs, to be fresh. */
export interface CurrentEvidence {
  /** Evidence of these is of what suggests now. */
  readonly scorers: readonly number[];
  /** So many labels it has to be of. */
  readonly labels: number;
}

export interface ScoredCell extends EvidenceCell {
  readonly documentId: number;
}

export interface DocumentRange {
  /** Exclusive. */
  readonly after: number;
  /** Inclusive. */
  readonly last: number;
}

export interface EvidenceStore {
  /** What probabilities are computed of, of all documents, in memory. */
  readonly columns: EvidenceColumns;
  /** The scorer's id; it is added when it is new. */
  scorerId(scorer: Scorer): number;
  /** The scorer, if there is one. */
  knownScorer(scorer: Scorer): number | undefined;
  scorer(id: number): Scorer | undefined;
  put(documentId: number, evidence: Evidence): void;
  /** Another number after each change of what is kept beside a run's evidence, while this connection is open. */
  readonly untrainedVersion: number;
  /** Keeps what a model as it came says of a document beside a run's evidence. */
  putUntrained(documentId: number, evidence: Omit<Evidence, 'passage'>): void;
  /** What these scorers said of these documents, kept beside a run's or not. */
  by(scorerIds: readonly number[], ids: readonly number[]): ScoredCell[];
  /** All of it: the document has another text. */
  drop(documentId: number): void;
  passagesOf(documentId: number): Map<number, Passage>;
  /** Documents of the range, in order, that lack evidence of a label. */
  stale(wanted: CurrentEvidence, range: DocumentRange, limit: number): { id: number; text: string }[];
  /** Those of the named documents that lack evidence of a label. */
  staleAmong(wanted: CurrentEvidence, ids: readonly number[], limit: number): { id: number; text: string }[];
  /** The labels that these documents have evidence of by these scorers; documents without any are left out. */
  labelsBy(scorerIds: readonly number[], ids: readonly number[]): Map<number, Set<number>>;
  countStale(wanted: CurrentEvidence, range: DocumentRange): number;
  /** Documents with evidence for a label. */
  countOf(labelId: number): number;
}

export function evidenceStore(db: Database.Database, damaged: DamagedRows): EvidenceStore {
  const known = db
    .prepare<unknown[], number>(
      `SELECT id FROM scorers WHERE label_id = @labelId AND kind = @kind AND name = @name AND digest = @digest
       AND precision = @precision AND wording = @wording AND fusion IS @fusion`,
    )
    .pluck();
  const add = db.prepare(
    `INSERT INTO scorers (label_id, kind, name, digest, precision, wording, fusion)
     VALUES (@labelId, @kind, @name, @digest, @precision, @wording, @fusion)`,
  );
  const scorer = db.prepare<unknown[], StoredScorer>(
    `SELECT label_id AS labelId, kind, name, digest, precision, wording, fusion FROM scorers WHERE id = ?`,
  );
  const put = db.prepare(
    `INSERT INTO evidence (${summedColumns('evidence')})
     VALUES (@documentId, @labelId, @scorerId, @odds, @sentences, @cosine, @start, @end,
       entail_sum(@documentId, @labelId, @scorerId, @odds, @sentences, @cosine, @start, @end))
     ON CONFLICT DO UPDATE SET scorer_id = excluded.scorer_id, odds = excluded.odds,
       sentence_odds = excluded.sentence_odds, cosine = excluded.cosine,
       passage_start = excluded.passage_start, passage_end = excluded.passage_end, sum = excluded.sum`,
  );
  const passages = db
    .prepare<unknown[], EvidenceRow>(
      `SELECT ${summedColumns('evidence')}
       FROM evidence WHERE document_id = ? AND passage_start IS NOT NULL AND passage_end IS NOT NULL`,
    )
    .raw();
  // A document has one row of a label, so it is fresh when it has as many rows by current scorers as there are labels.
  const fresh = `(SELECT count(*) FROM evidence e WHERE e.document_id = d.id
    AND e.scorer_id IN (SELECT value FROM json_each(@scorers)))`;
  const stale = db.prepare<
    unknown[],
    {
      id: number;
      text: string;
    }
  >(
    `SELECT d.id, d.text FROM documents d WHERE d.id > @after AND d.id <= @last AND ${present('d.id')} AND ${fresh} < @wanted
     ORDER BY d.id LIMIT @limit`,
  );
  const staleAmong = db.prepare<unknown[], { id: number; text: string }>(
    `SELECT d.id, d.text FROM documents d WHERE d.id IN (SELECT value FROM json_each(@ids)) AND ${present('d.id')} AND ${fresh} < @wanted
     ORDER BY d.id LIMIT @limit`,
  );
  const countStale = db
    .prepare<unknown[], number>(
      `SELECT count(*) FROM documents d WHERE d.id > @after AND d.id <= @last AND ${present('d.id')} AND ${fresh} < @wanted`,
    )
    .pluck();
  const labelsBy = db
    .prepare<unknown[], [documentId: number, labelId: number]>(
      `SELECT document_id, label_id FROM evidence WHERE document_id IN (SELECT value FROM json_each(@ids))
       AND scorer_id IN (SELECT value FROM json_each(@scorers))`,
    )
    .raw();
  const countOf = db
    .prepare<unknown[], number>(
      `SELECT count(*) FROM evidence WHERE label_id = ? AND ${present('document_id')}`,
    )
    .pluck();
  const kindOf = db.prepare('SELECT kind FROM scorers WHERE id = ?').pluck();
  // What a run's evidence takes the place of is kept, where it is of a model as it came and whole.
  const own = (table: 'evidence' | 'untrained_evidence') =>
    `entail_sum(${SUMMED[table].columns.map((column) => `e.${column}`).join(', ')})`;
  const upsert = `ON CONFLICT DO UPDATE SET scorer_id = excluded.scorer_id, odds = excluded.odds,
    cosine = excluded.cosine, sum = excluded.sum`;
  const keepUntrained = db.prepare(
    `INSERT INTO untrained_evidence (${summedColumns('untrained_evidence')})
     SELECT e.document_id, e.label_id, e.scorer_id, e.odds, e.cosine, ${own('untrained_evidence')}
     FROM evidence e JOIN scorers s ON s.id = e.scorer_id
     WHERE e.document_id = ? AND e.label_id = ? AND s.kind = 'model' AND e.sum = ${own('evidence')}
     ${upsert}`,
  );
  const putUntrained = db.prepare(
    `INSERT INTO untrained_evidence (${summedColumns('untrained_evidence')})
     VALUES (@documentId, @labelId, @scorerId, @odds, @cosine,
       entail_sum(@documentId, @labelId, @scorerId, @odds, @cosine))
     ${upsert}`,
  );
  const ofScorers = (table: 'evidence' | 'untrained_evidence') =>
    db
      .prepare(
        `SELECT ${summedColumns(table)} FROM ${table} WHERE document_id IN (SELECT value FROM json_each(@ids))
         AND scorer_id IN (SELECT value FROM json_each(@scorers))`,
      )
      .raw();
  const by = { evidence: ofScorers('evidence'), untrained: ofScorers('untrained_evidence') };
  const intact = (table: 'evidence' | 'untrained_evidence') => (row: EvidenceRow | UntrainedRow) => {
    if (isIntact(row)) return true;
    damaged.note(table, row[0], row[1]);
    return false;
  };
  const drops = ['evidence', 'untrained_evidence'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE document_id = ?`),
  );
  const columns = evidenceColumns(db, damaged);
  let untrainedVersion = 0;
  return {
    columns,
    get untrainedVersion() {
      return untrainedVersion;
    },
    scorerId: (wanted) => known.get(rowOf(wanted)) ?? Number(add.run(rowOf(wanted)).lastInsertRowid),
    knownScorer: (wanted) => known.get(rowOf(wanted)),
    scorer(id) {
      const row = scorer.get(id);
      return (
        row && {
          ...row,
          fusion: row.fusion === null ? null : fusionWeightsSchema.parse(JSON.parse(row.fusion)),
        }
      );
    },
    put(documentId, { labelId, scorerId, odds, cosine, passage }) {
      const own = labelOdds(odds);
      if (kindOf.get(scorerId) === 'run') keepUntrained.run(documentId, labelId);
      put.run({
        documentId,
        labelId,
        scorerId,
        odds: own,
        sentences: odds.length > 1 ? Buffer.from(odds.buffer, odds.byteOffset, odds.byteLength) : null,
        cosine,
        start: passage?.start ?? null,
        end: passage?.end ?? null,
      });
      columns.put(documentId, { labelId, scorerId, odds: own, cosine: cosine ?? Number.NaN });
    },
    putUntrained(documentId, { labelId, scorerId, odds, cosine }) {
      untrainedVersion += 1;
      putUntrained.run({ documentId, labelId, scorerId, odds: labelOdds(odds), cosine });
    },
    by(scorerIds, ids) {
      const asked = { ids: JSON.stringify(ids), scorers: JSON.stringify(scorerIds) };
      const now = (by.evidence.all(asked) as EvidenceRow[]).filter(intact('evidence'));
      const before = (by.untrained.all(asked) as UntrainedRow[]).filter(intact('untrained_evidence'));
      const cell = (
        documentId: number,
        labelId: number,
        scorerId: number,
        odds: number,
        cosine: number | null,
      ) => ({
        ...{ documentId, labelId, scorerId, odds },
        cosine: cosine ?? Number.NaN,
      });
      return [
        ...now.map(([id, label, scorer, odds, , cosine]) => cell(id, label, scorer, odds, cosine)),
        ...before.map(([id, label, scorer, odds, cosine]) => cell(id, label, scorer, odds, cosine)),
      ];
    },
    drop(documentId) {
      for (const statement of drops) statement.run(documentId);
      columns.drop(documentId);
    },
    passagesOf: (documentId) =>
      new Map(
        // One that is damaged is noted by who reads its suggestion.
        passages
          .all(documentId)
          .filter(isIntact)
          .map(([, labelId, , , , , start, end]) => [labelId, { start: start ?? 0, end: end ?? 0 }]),
      ),
    stale: (wanted, range, limit) => stale.all({ ...bound(wanted), ...range, limit }),
    staleAmong: (wanted, ids, limit) => staleAmong.all({ ...bound(wanted), ids: JSON.stringify(ids), limit }),
    labelsBy(scorerIds, ids) {
      const found = new Map<number, Set<number>>();
      const asked = { scorers: JSON.stringify(scorerIds), ids: JSON.stringify(ids) };
      for (const [documentId, labelId] of labelsBy.all(asked)) {
        const own = found.get(documentId) ?? new Set();
        found.set(documentId, own.add(labelId));
      }
      return found;
    },
    countStale: (wanted, range) => countStale.get({ ...bound(wanted), ...range }) ?? 0,
    countOf: (labelId) => countOf.get(labelId) ?? 0,
  };
}

const bound = ({ scorers, labels }: CurrentEvidence) => ({
  scorers: JSON.stringify(scorers),
  wanted: labels,
});

/** Whether a column holds weights as this store writes them. */
export function isFusion(json: string): boolean {
  try {
    return fusionWeightsSchema.safeParse(JSON.parse(json)).success;
  } catch {
    return false;
  }
}

/** A row of `untrained_evidence` as it is stored, in the order of `summedColumns`. */
type UntrainedRow = [
  documentId: number,
  labelId: number,
  scorerId: number,
  odds: number,
  cosine: number | null,
  sum: number,
];

interface StoredScorer extends Omit<Scorer, 'fusion'> {
  readonly fusion: string | null;
}

const rowOf = ({ labelId, kind, name, digest, precision, wording, fusion }: Scorer): StoredScorer => ({
  labelId,
  kind,
  name,
  digest,
  precision,
  wording,
  fusion: fusion === null ? null : JSON.stringify(fusion),
});
