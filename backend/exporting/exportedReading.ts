import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import {
  type FusionWeights,
  type LabelPriors,
  type ModelSource,
  readConstants,
  readLearntWeights,
  requireRestingOn,
  WEIGHTS,
} from '../../engine/index.ts';
import type { LearntReading } from '../suggesting/fusing.ts';
import type { PredictedLabel } from './predicting.ts';

/** What reads texts as the project did that a folder was exported from. */
export interface ExportedReading {
  readonly source: ModelSource & { readonly fusion?: FusionWeights | undefined };
  readonly labels: readonly PredictedLabel[];
  readonly learnt: LearntReading;
  readonly priors: LabelPriors | undefined;
  /** Another one where other probabilities follow. */
  readonly basis: string;
}

/**
 * What `learnt/` of a model's folder says; null: it has none. Throws `learnt_invalid` and `learnt_version`, see
 * `readConstants`, and `learnt_other_model`, see `requireRestingOn`.
 */
export async function exportedReading(dir: string): Promise<ExportedReading | null> {
  const found = readConstants(dir);
  if (found === null) return null;
  await requireRestingOn(dir, found.files);
  const { labels, heads, combination: fusion, priors, run, tuned } = found;
  const base = run && readLearntWeights(dir, WEIGHTS.base);
  const embedding = tuned ? readLearntWeights(dir, WEIGHTS.tuned) : null;
  const basis = createHash('sha256')
    .update(serialize([found, base, embedding]))
    .digest('hex');
  const embedder = embedding && { embedder: { dir, tuned: embedding } };
  if (!run || !base)
    return { source: { dir, fusion }, labels, learnt: { heads, run: null, ...embedder }, priors, basis };
  const source = { dir, trained: base, fusion };
  const learnt = { heads, run: { fusion: run, source, priors }, ...embedder };
  return { source: { dir }, labels, learnt, priors: undefined, basis };
}
