import type Database from 'better-sqlite3';
import type { DamagedRows } from './damagedRows.ts';
import { textAsAt } from './documentChanges.ts';
import { isIntact, SUMMED } from './rowSum.ts';

type Row = [
  run: number,
  id: number,
  before: Buffer | null,
  heldOut: Buffer | null,
  thresholds: Buffer | null,
  sum: number,
];
const NONE = Buffer.alloc(0);

/** Of one document, in the order of the run's labels; NaN: none. */
export interface KeptScores {
  readonly probabilities: Float32Array;
  readonly thresholds: Float32Array;
}

/** `thresholds`: null in runs of versions before, and where the run's own took their place, being held out. */
interface ScoresBefore {
  readonly probabilities: Float32Array;
  readonly thresholds: Float32Array | null;
}

/** What models gave to documents that they had not learnt from. */
export interface UnseenScoreStore {
  /** Document id → what was given by what suggested before the run. */
  before(run: number): Map<number, ScoresBefore>;
  /** Document id → what the run gave to what it held out. */
  heldOut(run: number): Map<number, KeptScores>;
  /** Once for each document, before `putHeldOut`. */
  putBefore(run: number, documentId: number, scores: KeptScores): void;
  putHeldOut(run: number, documentId: number, scores: KeptScores): void;
}

export function unseenScoreStore(db: Database.Database, damaged: DamagedRows): UnseenScoreStore {
  const columns = [...SUMMED.unseen_scores.columns, 'sum'].map((column) => `u.${column}`).join(', ');
  // What was said of a text that was corrected since says nothing of the new one.
  const ofTheTextNow = `SELECT ${columns} FROM unseen_scores u JOIN runs r ON r.id = u.run_id
    WHERE u.run_id = ? AND ${textAsAt('u.document_id', 'r.revision_id')}`;
  const before = db.prepare<unknown[], Row>(`${ofTheTextNow} AND u.before IS NOT NULL`).raw();
  const heldOut = db
    .prepare<unknown[], Row>(`${ofTheTextNow} AND u.held_out IS NOT NULL AND u.thresholds IS NOT NULL`)
    .raw();
  const putBefore = db.prepare(
    `INSERT INTO unseen_scores (run_id, document_id, before, thresholds, sum)
     VALUES (@run, @id, @before, @thresholds, entail_sum(@run, @id, @before, NULL, @thresholds))`,
  );
  const putHeldOut = db.prepare(
    `INSERT INTO unseen_scores (run_id, document_id, held_out, thresholds, sum)
     VALUES (@run, @id, @heldOut, @thresholds, entail_sum(@run, @id, NULL, @heldOut, @thresholds))
     ON CONFLICT DO UPDATE SET held_out = excluded.held_out, thresholds = excluded.thresholds,
       sum = entail_sum(run_id, document_id, before, excluded.held_out, excluded.thresholds)`,
  );
  const intact = (row: Row): boolean => {
    if (isIntact(row)) return true;
    damaged.note('unseen_scores', row[0], row[1]);
    return false;
  };
  return {
    before: (run) =>
      new Map(
        before
          .all(run)
          .filter(intact)
          .map(([, id, given, heldOut, thresholds]) => [
            id,
            {
              probabilities: sharesOf(given ?? NONE),
              thresholds: heldOut === null && thresholds !== null ? sharesOf(thresholds) : null,
            },
          ]),
      ),
    heldOut: (run) =>
      new Map(
        heldOut
          .all(run)
          .filter(intact)
          .map(([, id, , probabilities, thresholds]) => [
            id,
            { probabilities: sharesOf(probabilities ?? NONE), thresholds: sharesOf(thresholds ?? NONE) },
          ]),
      ),
    putBefore: (run, id, { probabilities, thresholds }) =>
      void putBefore.run({ run, id, before: bytesOf(probabilities), thresholds: bytesOf(thresholds) }),
    putHeldOut: (run, id, { probabilities, thresholds }) =>
      void putHeldOut.run({ run, id, heldOut: bytesOf(probabilities), thresholds: bytesOf(thresholds) }),
  };
}

const bytesOf = (values: Float32Array): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** What is no share of 1 in a file that somebody sent counts as missing. */
function sharesOf(bytes: Buffer): Float32Array {
  const values = new Float32Array(new Uint8Array(bytes).buffer);
  return values.map((value) => (value >= 0 && value <= 1 ? value : Number.NaN));
}
