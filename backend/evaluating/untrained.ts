import type { Evaluation } from '../../contract/index.ts';
import { canBeJudged, createRandom, evaluate, macroF1Interval } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import type { Label } from '../project/store/labels.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';
import { untrainedProbabilities } from '../suggesting/untrained.ts';
import { countsOf } from './counting.ts';
import type { JudgedDocument } from './judging.ts';

/**
 * Figures of the model before any training, on the same decisions as those of the run, so that what training brought can
 * be seen; at the thresholds that it suggests with. Only where it has read all of the documents: figures of others would
 * be no comparison. null: no run suggests.
 */
export async function untrainedFigures(
  project: Project,
  labels: readonly Label[],
  documents: readonly JudgedDocument[],
): Promise<Evaluation['untrained']> {
  const scores = await untrainedProbabilities(
    project,
    labels,
    documents.map(({ id }) => id),
  );
  if (!scores) return null;
  const missing = documents.filter(({ id }) => !scores.has(id)).length;
  if (missing > 0) return { missing, macro: null, micro: null, labels: [] };
  const thresholds = thresholdsOf(project, 0);
  const judged = documents.map((document) => ({ ...document, scores: scores.get(document.id)!, thresholds }));
  const metrics = evaluate({
    gold: judged.map(({ gold }) => gold),
    decided: judged.map(({ decided }) => decided),
    scores: judged.map((document) => document.scores),
    labelNames: labels.map(({ name }) => name),
    thresholds,
  });
  const counts = labels.map((_, i) => countsOf(judged, i)).filter((_, i) => canBeJudged(metrics.labels[i]!));
  const interval = macroF1Interval(counts, createRandom(1).fork('macro'));
  return {
    missing: 0,
    macro: interval ? { ...metrics.macro, f1Interval: { low: interval.low, high: interval.high } } : null,
    micro: interval ? metrics.micro : null,
    labels: labels.flatMap(({ id }, i) => {
      const own = metrics.labels[i]!;
      return canBeJudged(own) ? [{ labelId: id, f1: own.f1 }] : [];
    }),
  };
}
