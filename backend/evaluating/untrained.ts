import type { Evaluation } from '../../contract/index.ts';
import { evaluateInTurns, withIntervals } from '../../engine/index.ts';
import { mustGet } from '../../process/must.ts';
import type { Project } from '../project/file.ts';
import type { Label } from '../project/store/labels.ts';
import { learntOf } from '../suggesting/learning/learner.ts';
import { untrainedProbabilities } from '../suggesting/untrained.ts';
import { zeroShotOf } from '../suggesting/zeroShot.ts';
import { averagesOf } from './averages.ts';
import type { JudgedDocument } from './judging.ts';

/**
 * Figures of the model before it learnt anything, by a run or by decisions, on the same decisions, so that what learning
 * brought can be seen; at the thresholds that it suggests with. Only where it has read all of the documents: figures of
 * others would be no comparison. null: nothing was learnt.
 */
export async function untrainedFigures(
  project: Project,
  labels: readonly Label[],
  { documents, atRandom }: { readonly documents: readonly JudgedDocument[]; readonly atRandom: boolean },
): Promise<Evaluation['untrained']> {
  const scores = await scoresBefore(
    project,
    labels,
    documents.map(({ id }) => id),
  );
  if (!scores) return null;
  const missing = documents.filter(({ id }) => !scores.has(id)).length;
  if (missing > 0) return { missing, macro: null, micro: null, averagePrecision: null, labels: [] };
  const thresholds = chosenThresholds(project, labels);
  const judged = documents.map((document) => ({
    ...document,
    scores: mustGet(scores, document.id, 'scores'),
    thresholds,
  }));
  const bare = await evaluateInTurns({
    gold: judged.map(({ gold }) => gold),
    decided: judged.map(({ decided }) => decided),
    scores: judged.map((document) => document.scores),
    labelNames: labels.map(({ name }) => name),
    thresholds,
  });
  const metrics = await withIntervals(bare, judged, { atRandom });
  return {
    missing: 0,
    ...averagesOf(metrics),
    labels: labels.flatMap(({ id }, i) => {
      const { f1, intervals } = metrics.labels[i]!;
      return intervals ? [{ labelId: id, f1, f1Interval: intervals.f1 }] : [];
    }),
  };
}

/** Document id → probabilities in label order. */
async function scoresBefore(
  project: Project,
  labels: readonly Label[],
  ids: readonly number[],
): Promise<Map<number, Float32Array> | null> {
  if (project.stores.settings.get('activeRun') !== 0 || !learntOf(project))
    return untrainedProbabilities(project, labels, ids);
  const zeroShot = zeroShotOf(project, ids);
  return new Map(
    ids.map((id) => [id, Float32Array.from(labels, (label) => zeroShot.probability(id, label.id))]),
  );
}

/** A person's, else 0.5: without decisions there are no others. */
function chosenThresholds({ stores }: Project, labels: readonly Label[]): Float64Array {
  const chosen = stores.runs.thresholds(0);
  return Float64Array.from(labels, ({ id }) => chosen.get(id) ?? 0.5);
}
