import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { RunMetrics } from '../../../contract/metrics.ts';
import { BackendError } from '../../errors.ts';
import { wordSums } from './wordSums.ts';

/** What a finished run says of itself. */
const Report = z.object({
  documents: z.int().optional(),
  heldOutDocuments: z.int().optional(),
  pairs: z.int().optional(),
  steps: z.int().optional(),
  /** From its beginning to its figures, all its parts together. */
  seconds: z.number().optional(),
  /** Of these what was no step: loading, tuning embeddings, figures. Absent in runs of before, whose seconds are steps. */
  besideSeconds: z.number().optional(),
  /** Of `seconds` what came after the last step: tuning embeddings, figures. */
  afterSeconds: z.number().optional(),
  examplesPerSecond: z.number().optional(),
  precision: z.enum(['fp32', 'int8']).optional(),
  /** The most memory that the engine's process held. */
  peakBytes: z.number().nonnegative().optional(),
  losses: z.array(z.number()).optional(),
  /** Held-out macro F1 after each epoch; `best` is the one whose weights were kept. */
  evaluations: z.array(z.object({ epoch: z.int(), step: z.int(), macroF1: z.number() })).optional(),
  bestEpoch: z.int().optional(),
  /** On the held-out documents, at the run's thresholds; epoch and thresholds of each chosen without it (cross-fitted). */
  metrics: RunMetrics.optional(),
  /** What suggested before (a run, or 0: the untrained model) on those held-out documents that it had not learnt from. */
  against: z
    .object({ run: z.int(), documents: z.int(), macroF1: z.number(), ownMacroF1: z.number() })
    .optional(),
  /** Mean average precision for built-in labels outside the project: of the model before the training, and of the run. */
  outside: z.object({ before: z.number(), after: z.number(), labels: z.int() }).optional(),
  /** Whether the run was made the one that suggests; not where what suggested before did better. */
  tookOver: z.boolean().optional(),
});
export type RunReport = z.infer<typeof Report>;

/** How the run was trained; what else is known when it begins is kept with that, and absent in runs of before. */
const StoredOptions = z.looseObject({
  modelDigest: z.string().optional(),
  heldOutAtRandom: z.boolean().optional(),
});

const Row = z
  .object({
    id: z.int(),
    name: z.string(),
    status: z.enum(['running', 'done', 'cancelled', 'failed']),
    model: z.string(),
    options: z.string().transform((text, context) => StoredOptions.parse(jsonObject(text, context))),
    revisionId: z.int(),
    startedAt: z.string(),
    finishedAt: z.string().nullable(),
    report: z.string().transform((text, context) => Report.parse(jsonObject(text, context))),
    error: z.string().nullable(),
  })
  .transform(({ options: { modelDigest, heldOutAtRandom = false, ...options }, ...run }) => ({
    ...run,
    modelDigest,
    heldOutAtRandom,
    options,
  }));
export type Run = z.infer<typeof Row>;

const LabelRow = z.object({
  labelId: z.int(),
  name: z.string(),
  hypotheses: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
  threshold: z.number().min(0).max(1),
  thresholdFrom: z.enum(['label', 'shared', 'default']),
});
export type RunLabel = z.infer<typeof LabelRow>;

const isJson = (schema: z.ZodType, text: string): boolean => {
  try {
    return schema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
};

/** What a project file may hold in columns of runs; others are not read. */
export const isRunOptions = (text: string): boolean =>
  text.length <= MOST_JSON && isJson(StoredOptions, text);
export const isRunReport = (text: string): boolean => text.length <= MOST_JSON && isJson(Report, text);
export const isSentences = (text: string): boolean =>
  text.length <= MOST_JSON && isJson(z.array(z.string().min(1).max(10_000)).min(1).max(1000), text);
const MOST_JSON = 20_000_000;

export interface RunStore {
  /**
   * `modelDigest`: of the model that is trained (see `modelDigest`). `heldOutAtRandom`: what is held out is a random sample
   * of the collection.
   */
  add(run: {
    model: string;
    modelDigest: string;
    heldOutAtRandom?: boolean;
    options: object;
    revisionId: number;
    startedAt: string;
  }): number;
  get(id: number): Run | undefined;
  all(): Run[];
  /** What is seen of all at once, without their reports. */
  states(): { readonly id: number; readonly name: string; readonly status: string }[];
  finish(
    id: number,
    end: { status: 'done' | 'cancelled' | 'failed'; at: string; report: RunReport; error?: string },
  ): void;
  reopen(id: number): void;
  rename(id: number, name: string): void;
  setLabels(id: number, labels: readonly RunLabel[]): void;
  labels(id: number): RunLabel[];
  setDocuments(id: number, documents: { train: readonly number[]; heldOut: readonly number[] }): void;
  /** Ids of the documents that a run held out, in project order, which is that of its snapshot. */
  heldOut(id: number): number[];
  /** Ids of the documents that a run learnt from. */
  learntFrom(id: number): Set<number>;
  /** Label id → threshold that a person set for the run. */
  thresholds(id: number): Map<number, number>;
  /** null: the run's own again. */
  setThreshold(id: number, labelId: number, threshold: number | null): void;
  saveWeights(id: number, safetensors: Uint8Array): void;
  /** Throws `weights_damaged` when the stored bytes are not those that were saved. */
  weights(id: number): Buffer | undefined;
  saveTuned(id: number, safetensors: Uint8Array): void;
  /** Weights with which embeddings tell the labels apart; undefined: none were tuned, or what is stored is damaged. */
  tuned(id: number): { readonly digest: string; readonly safetensors: Buffer } | undefined;
  /** The digest of the same, as it is stored. */
  tunedDigest(id: number): string | undefined;
}

const COLUMNS = `id, name, status, model, options, revision_id AS revisionId, started_at AS startedAt,
  finished_at AS finishedAt, report, error`;

export function runStore(db: Database.Database): RunStore {
  const add = db.prepare(
    `INSERT INTO runs (name, status, model, options, revision_id, started_at)
     VALUES (@name, 'running', @model, @options, @revisionId, @startedAt)`,
  );
  const name = db.prepare('UPDATE runs SET name = ? WHERE id = ?');
  const get = db.prepare(`SELECT ${COLUMNS} FROM runs WHERE id = ?`);
  const all = db.prepare(`SELECT ${COLUMNS} FROM runs ORDER BY id`);
  const states = db.prepare<unknown[], { id: number; name: string; status: string }>(
    'SELECT id, name, status FROM runs ORDER BY id',
  );
  const finish = db.prepare(
    'UPDATE runs SET status = @status, finished_at = @at, report = @report, error = @error WHERE id = @id',
  );
  const reopen = db.prepare(
    "UPDATE runs SET status = 'running', finished_at = NULL, error = NULL WHERE id = ?",
  );
  const clearLabels = db.prepare('DELETE FROM run_labels WHERE run_id = ?');
  const addLabel = db.prepare(
    `INSERT INTO run_labels (run_id, position, label_id, name, hypotheses, threshold, threshold_from)
     VALUES (@id, @position, @labelId, @name, @hypotheses, @threshold, @thresholdFrom)`,
  );
  const labels = db.prepare(
    `SELECT label_id AS labelId, name, hypotheses, threshold, threshold_from AS thresholdFrom
     FROM run_labels WHERE run_id = ? ORDER BY position`,
  );
  const addDocument = db.prepare('INSERT INTO run_documents (run_id, document_id, part) VALUES (?, ?, ?)');
  const learntFrom = db
    .prepare<unknown[], number>("SELECT document_id FROM run_documents WHERE run_id = ? AND part = 'train'")
    .pluck();
  const heldOut = db
    .prepare<unknown[], number>(
      "SELECT document_id FROM run_documents WHERE run_id = ? AND part = 'held-out' ORDER BY document_id",
    )
    .pluck();
  const thresholds = db.prepare<unknown[], { labelId: number; threshold: number }>(
    'SELECT label_id AS labelId, threshold FROM thresholds WHERE run_id = ?',
  );
  const setThreshold = db.prepare(
    `INSERT INTO thresholds (run_id, label_id, threshold) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET threshold = excluded.threshold`,
  );
  const dropThreshold = db.prepare('DELETE FROM thresholds WHERE run_id = ? AND label_id = ?');
  const saveInto = (table: WeightTable) =>
    db.prepare(
      `INSERT INTO ${table} (run_id, sha256, safetensors) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET sha256 = excluded.sha256, safetensors = excluded.safetensors`,
    );
  const storedIn = (table: WeightTable) =>
    db.prepare<unknown[], { sha256: Buffer; safetensors: Buffer }>(
      `SELECT sha256, safetensors FROM ${table} WHERE run_id = ?`,
    );
  const saveWeights = saveInto('weights');
  const saveTuned = saveInto('tuned_weights');
  const weights = storedIn('weights');
  const tuned = storedIn('tuned_weights');
  const tunedDigest = db
    .prepare<unknown[], Buffer>('SELECT sha256 FROM tuned_weights WHERE run_id = ?')
    .pluck();
  const sum = wordSums(db, 'run');
  const parse = (row: unknown) => (row === undefined ? undefined : Row.parse(row));
  return {
    add({ modelDigest, heldOutAtRandom = false, options, ...run }) {
      const kept = { ...options, modelDigest, heldOutAtRandom };
      const row = { ...run, name: '', options: JSON.stringify(kept) };
      const id = Number(add.run(row).lastInsertRowid);
      name.run(`run ${id}`, id);
      sum(id);
      return id;
    },
    get: (id) => parse(get.get(id)),
    all: () => all.all().map((row) => Row.parse(row)),
    states: () => states.all(),
    finish(id, { status, at, report, error }) {
      finish.run({ id, status, at, report: JSON.stringify(report), error: error ?? null });
      sum(id);
    },
    reopen(id) {
      reopen.run(id);
      sum(id);
    },
    rename: (id, given) => void name.run(given, id),
    setLabels(id, given) {
      clearLabels.run(id);
      given.forEach((label, position) => {
        addLabel.run({ ...label, id, position, hypotheses: JSON.stringify(label.hypotheses) });
      });
      sum(id);
    },
    labels: (id) => labels.all(id).map((row) => LabelRow.parse(row)),
    setDocuments(id, { train, heldOut }) {
      for (const document of train) addDocument.run(id, document, 'train');
      for (const document of heldOut) addDocument.run(id, document, 'held-out');
    },
    heldOut: (id) => heldOut.all(id),
    learntFrom: (id) => new Set(learntFrom.all(id)),
    thresholds: (id) => new Map(thresholds.all(id).map(({ labelId, threshold }) => [labelId, threshold])),
    setThreshold(id, labelId, threshold) {
      if (threshold === null) dropThreshold.run(id, labelId);
      else setThreshold.run(id, labelId, threshold);
      sum(id);
    },
    saveWeights: (id, safetensors) => void saveWeights.run(id, weightsDigest(safetensors), safetensors),
    weights(id) {
      const row = weights.get(id);
      if (row === undefined) return undefined;
      if (weightsDigest(row.safetensors).equals(row.sha256)) return row.safetensors;
      throw new BackendError('weights_damaged', `The weights of run ${id} are damaged.`, 'Train again.');
    },
    saveTuned: (id, safetensors) => void saveTuned.run(id, weightsDigest(safetensors), safetensors),
    tuned(id) {
      const row = tuned.get(id);
      if (row === undefined || !weightsDigest(row.safetensors).equals(row.sha256)) return undefined;
      return { digest: row.sha256.toString('hex'), safetensors: row.safetensors };
    },
    tunedDigest: (id) => tunedDigest.get(id)?.toString('hex'),
  };
}

/** Tables with weights of runs and what they were saved with. */
export const WEIGHT_TABLES = ['weights', 'tuned_weights'] as const;
type WeightTable = (typeof WEIGHT_TABLES)[number];

/** What the bytes of weights are kept with. */
export const weightsDigest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function jsonObject(text: string, context: z.RefinementCtx): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'is no JSON object' });
    return z.NEVER;
  }
}
