import type Database from 'better-sqlite3';
import { textAsAt } from './documentChanges.ts';

/** Of one document, in the order of the run's labels; NaN: none. */
export interface HeldOutScores {
  readonly probabilities: Float32Array;
  readonly thresholds: Float32Array;
}

/** What models gave to documents that they had not learnt from. */
export interface UnseenScoreStore {
  /** Document id → probabilities by what suggested before the run. */
  before(run: number): Map<number, Float32Array>;
  /** Document id → what the run gave to what it held out. */
  heldOut(run: number): Map<number, HeldOutScores>;
  putBefore(run: number, documentId: number, probabilities: Float32Array): void;
  putHeldOut(run: number, documentId: number, scores: HeldOutScores): void;
}

export function unseenScoreStore(db: Database.Database): UnseenScoreStore {
  // What was said of a text that was corrected since says nothing of the new one.
  const ofTheTextNow = `unseen_scores u JOIN runs r ON r.id = u.run_id
    WHERE u.run_id = ? AND ${textAsAt('u.document_id', 'r.revision_id')}`;
  const before = db.prepare(
    `SELECT u.document_id AS id, u.before FROM ${ofTheTextNow} AND u.before IS NOT NULL`,
  );
  const heldOut = db.prepare(
    `SELECT u.document_id AS id, u.held_out AS probabilities, u.thresholds FROM ${ofTheTextNow}
     AND u.held_out IS NOT NULL AND u.thresholds IS NOT NULL`,
  );
  const putBefore = db.prepare(
    `INSERT INTO unseen_scores (run_id, document_id, before) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET before = excluded.before`,
  );
  const putHeldOut = db.prepare(
    `INSERT INTO unseen_scores (run_id, document_id, held_out, thresholds) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET held_out = excluded.held_out, thresholds = excluded.thresholds`,
  );
  return {
    before: (run) =>
      new Map(
        (before.all(run) as { id: number; before: Buffer }[]).map((row) => [row.id, sharesOf(row.before)]),
      ),
    heldOut: (run) =>
      new Map(
        (heldOut.all(run) as { id: number; probabilities: Buffer; thresholds: Buffer }[]).map((row) => [
          row.id,
          { probabilities: sharesOf(row.probabilities), thresholds: sharesOf(row.thresholds) },
        ]),
      ),
    putBefore: (run, id, probabilities) => void putBefore.run(run, id, bytesOf(probabilities)),
    putHeldOut: (run, id, { probabilities, thresholds }) =>
      void putHeldOut.run(run, id, bytesOf(probabilities), bytesOf(thresholds)),
  };
}

const bytesOf = (values: Float32Array): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** What is no share of 1 in a file that somebody sent counts as missing. */
function sharesOf(bytes: Buffer): Float32Array {
  const values = new Float32Array(new Uint8Array(bytes).buffer);
  return values.map((value) => (value >= 0 && value <= 1 ? value : Number.NaN));
}
