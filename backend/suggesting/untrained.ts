import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  createFuser,
  createTaker,
  type Device,
  type Engine,
  type FusionWeights,
  type LabelPriors,
  labelPriors,
  logistic,
} from '../../engine/index.ts';
import { mustGet } from '../../process/must.ts';
import { baseModel } from '../models/baseModel.ts';
import { listedName } from '../models/embedded.ts';
import type { Project } from '../project/file.ts';
import type { ScoredCell } from '../project/store/evidence.ts';
import type { Label } from '../project/store/labels.ts';
import { readDocuments, withSource } from './embedding.ts';
import { fusionFor } from './fusing.ts';
import { drawPriorSample, priorSample } from './priorSample.ts';
import {
  APP_PRECISION,
  currentEvidence,
  knownScorers,
  type SuggestingModel,
  scorersFor,
  unaskedScorers,
} from './scorers.ts';

/** The model that the active run was trained from, as it came. null: it suggests itself. Throws `base_model_changed`. */
async function untrainedModel({ stores }: Project): Promise<SuggestingModel | null> {
  const run = stores.runs.get(stores.settings.get('activeRun'));
  if (!run?.modelDigest) return null;
  const { dir } = await baseModel(run);
  const fusion: FusionWeights | undefined = fusionFor(dir, undefined);
  return {
    kind: 'model',
    name: listedName(run.model),
    digest: run.modelDigest,
    dir,
    ...(fusion && { fusion }),
  };
}

/** What the untrained model says of a document, in label order. */
export interface UntrainedReading {
  readonly probabilities: Float32Array;
  /** Log-odds of entailment, as they are fused. */
  readonly odds: Float32Array;
  /** The same as they are kept: where labels are many, also of those that are not among the likeliest. */
  readonly kept: Float32Array;
}

/** `usual`: it has read what tells what is usual for labels, or needs not; `worded`: labels as they are worded. null: it is what suggests, or is not here. */
async function openUntrained(project: Project, labels: readonly Label[]) {
  const source = await untrainedModel(project).catch(() => null);
  if (!source) return null;
  const { evidence } = project.stores;
  const own = scorersFor(source, labels, APP_PRECISION);
  const scorers = knownScorers(project, own);
  const current = currentEvidence(project, own).scorers;
  const read = (ids: readonly number[]) => rowsOf(evidence.by(current, ids), labels);
  const asked = (ids: readonly number[]) => rowsOf(evidence.by(scorers, ids), labels);
  const priors = source.fusion && usualFor(project, { labels: labels.length, read: asked });
  const usual = !source.fusion || priors !== undefined;
  return { source, read, priors, usual, worded: scorers.length === labels.length };
}

/**
 * What the untrained model gives to documents; those that it has not read for all labels are left out, and all are where
 * it has not read those that tell what is usual for labels. null: it is what suggests, or it is not on this machine any
 * more.
 */
export async function untrainedReader(
  project: Project,
  labels: readonly Label[],
): Promise<((ids: readonly number[]) => Map<number, UntrainedReading>) | null> {
  const opened = await openUntrained(project, labels);
  if (!opened) return null;
  if (!opened.usual || !opened.worded) return () => new Map();
  const { source, read, priors } = opened;
  const probabilitiesOf = plainOrFused(source.fusion, priors, labels.length);
  const take = priors ? createTaker(priors) : ({ odds }: Reading) => odds;
  return (ids) =>
    new Map(
      [...read(ids)].map(([id, row]) => [
        id,
        { probabilities: probabilitiesOf(row), odds: take(row).slice(), kept: row.odds },
      ]),
    );
}

/** The untrained model with what is usual for labels, to read other texts with; undefined where it was not read, or is not there. */
export async function untrainedSource(
  project: Project,
  labels: readonly Label[],
): Promise<{ readonly source: SuggestingModel; readonly priors: LabelPriors | undefined } | undefined> {
  const opened = await openUntrained(project, labels);
  return opened?.usual ? { source: opened.source, priors: opened.priors } : undefined;
}

/** undefined: it was not read what is usual for labels. */
function usualFor(
  project: Project,
  { labels, read }: { labels: number; read: (ids: readonly number[]) => Map<number, Reading> },
): LabelPriors | undefined {
  const sample = priorSample(project);
  const rows = read(sample);
  const readings = sample.flatMap((id) => rows.get(id) ?? []);
  if (sample.length === 0 || readings.length < sample.length) return undefined;
  return labelPriors(readings, labels);
}

function plainOrFused(
  fusion: FusionWeights | undefined,
  priors: LabelPriors | undefined,
  labels: number,
): (row: Reading) => Float32Array {
  if (!fusion || !priors) return ({ odds }) => odds.map(logistic);
  const fuse = createFuser(fusion, priors);
  return (row) => {
    const probabilities = new Float32Array(labels);
    fuse(row, probabilities);
    return probabilities;
  };
}

/** Their probabilities, in label order. */
export async function untrainedProbabilities(
  project: Project,
  labels: readonly Label[],
  ids: readonly number[],
): Promise<Map<number, Float32Array> | null> {
  const read = await untrainedReader(project, labels);
  return read && new Map([...read(ids)].map(([id, { probabilities }]) => [id, probabilities]));
}

interface Reading {
  readonly odds: Float32Array;
  readonly cosine: Float32Array;
}

/** Documents that were read for all labels. */
function rowsOf(cells: readonly ScoredCell[], labels: readonly Label[]): Map<number, Reading> {
  const place = new Map(labels.map(({ id }, i) => [id, i]));
  const empty = () => new Float32Array(labels.length).fill(Number.NaN);
  const rows = new Map<number, Reading>();
  for (const { documentId, labelId, odds, cosine } of cells) {
    const row = rows.get(documentId) ?? { odds: empty(), cosine: empty() };
    rows.set(documentId, row);
    row.odds[mustGet(place, labelId, 'place of label')] = odds;
    row.cosine[mustGet(place, labelId, 'place of label')] = cosine;
  }
  return new Map([...rows].filter(([, { odds }]) => !odds.some(Number.isNaN)));
}

/** Documents per turn when it is looked which are missing. */
const LOOKED_AT = 2000;
/** Documents per call of the engine and per transaction. */
const CHUNK = 64;

/**
 * Has the untrained model read those of these documents that it has not read yet, and what tells it what is usual for
 * labels; the run's evidence stays what suggests. Stopped, it goes on where it was. Returns how many it read.
 */
export async function readUntrained(
  project: Project,
  engine: Engine,
  ids: readonly number[],
  {
    device,
    signal,
    onProgress,
  }: {
    device: Device;
    signal?: AbortSignal | undefined;
    onProgress?: ((done: number, total: number) => void) | undefined;
  },
): Promise<number> {
  const source = ids.length === 0 ? null : await untrainedModel(project);
  if (!source) return 0;
  const labels = project.stores.labels.all();
  const { evidence, documents } = project.stores;
  const scorers = scorersFor(source, labels, APP_PRECISION);
  const { asked, unasked } = project.derive(() => ({
    asked: scorers.map((scorer) => evidence.scorerId(scorer)),
    unasked: unaskedScorers(scorers).map((scorer) => evidence.scorerId(scorer)),
  }));
  const readBy = (own: readonly number[], ids: readonly number[]) => rowsOf(evidence.by(own, ids), labels);
  const sample = new Set(source.fusion ? drawPriorSample(project) : []);
  const wanted = [...new Set([...sample, ...ids])];
  const missing: number[] = [];
  for (let from = 0; from < wanted.length; from += LOOKED_AT) {
    const some = wanted.slice(from, from + LOOKED_AT);
    const whole = readBy(asked, some);
    const known = readBy([...asked, ...unasked], some);
    missing.push(...some.filter((id) => !(sample.has(id) ? whole : known).has(id)));
    await nextTurn();
    if (signal?.aborted || !project.open) return 0;
  }
  if (missing.length === 0) return 0;
  let done = 0;
  onProgress?.(done, missing.length);
  await withSource(engine, source, { labels, device, precision: APP_PRECISION, signal }, async (read) => {
    const readAll = async (own: readonly number[], usual?: LabelPriors) => {
      for (let from = 0; from < own.length; from += CHUNK) {
        const chunk = own.slice(from, from + CHUNK).flatMap((id) => documents.get(id) ?? []);
        const rows = await readDocuments(project, read, { source, documents: chunk, usual, signal });
        project.derive(() => {
          for (const [row, { id, text }] of chunk.entries()) {
            if (!documents.isText(id, text)) continue;
            const { sentences, cosine, asked: isAsked } = rows[row]!;
            for (const [place, { id: labelId }] of labels.entries()) {
              const odds = sentences[place]!;
              const scorerId = (isAsked[place] ? asked : unasked)[place]!;
              const cell = { labelId, scorerId, odds, cosine: cosine?.[place] ?? null };
              evidence.putUntrained(id, cell);
            }
          }
        });
        done += Math.min(CHUNK, own.length - from);
        onProgress?.(done, missing.length);
      }
    };
    await readAll(missing.filter((id) => sample.has(id)));
    const usual =
      source.fusion && usualFor(project, { labels: labels.length, read: (own) => readBy(asked, own) });
    await readAll(
      missing.filter((id) => !sample.has(id)),
      usual,
    );
  });
  return missing.length;
}
