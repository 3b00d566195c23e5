import type { LabelThreshold, Target } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import { learntOf } from './learning/learner.ts';
import { targetsOf } from './targets.ts';

/** Who chose a threshold. */
type ThresholdFrom = LabelThreshold['from'] | 'expected' | 'target' | 'person';

/**
 * The active run's thresholds in label order: set by a person, else those that decisions taught, of the
 * target that a person asks for or of the highest expected F1, else tuned in training, else 0.5.
 */
export function thresholdsOf(project: Project): Float64Array {
  return Float64Array.from(each(project), ({ threshold }) => threshold);
}

/** The same of any run, 0 for none, that is read without what decisions taught. */
export const untaughtThresholds = (project: Project, run: number): Float64Array =>
  Float64Array.from(each(project, { run, learnt: null }), ({ threshold }) => threshold);

/** Where they come from, in label order. */
export function thresholdSources(project: Project): ThresholdFrom[] {
  return each(project).map(({ from }) => from);
}

function each(
  project: Project,
  { run, learnt } = { run: project.stores.settings.get('activeRun'), learnt: learntOf(project) },
): { threshold: number; from: ThresholdFrom }[] {
  const { labels, runs } = project.stores;
  const chosen = runs.thresholds(run);
  const targets = learnt ? targetsOf(project) : new Map<number, Target>();
  const tuned = new Map(runs.labels(run).map((label) => [label.labelId, label]));
  return labels.all().map(({ id }) => {
    const own = chosen.get(id);
    if (own !== undefined) return { threshold: own, from: 'person' };
    const found = tuned.get(id);
    const expected = learnt?.thresholds.get(id);
    if (expected !== undefined) return { threshold: expected, from: targets.has(id) ? 'target' : 'expected' };
    return found
      ? { threshold: found.threshold, from: found.thresholdFrom }
      : { threshold: 0.5, from: 'default' };
  });
}
