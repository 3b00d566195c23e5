import type { LabelThreshold } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';

/** The active run's thresholds in label order: set by a person, else tuned in training, else 0.5. */
export function thresholdsOf(project: Project): Float64Array {
  return Float64Array.from(each(project), ({ threshold }) => threshold);
}

/** Where they come from, in label order. */
export function thresholdSources(project: Project): (LabelThreshold['from'] | 'person')[] {
  return each(project).map(({ from }) => from);
}

function each(project: Project): { threshold: number; from: LabelThreshold['from'] | 'person' }[] {
  const { labels, runs, settings } = project.stores;
  const run = settings.get('activeRun');
  const chosen = runs.thresholds(run);
  const tuned = new Map(runs.labels(run).map((label) => [label.labelId, label]));
  return labels.all().map(({ id }) => {
    const own = chosen.get(id);
    if (own !== undefined) return { threshold: own, from: 'person' };
    const found = tuned.get(id);
    return found
      ? { threshold: found.threshold, from: found.thresholdFrom }
      : { threshold: 0.5, from: 'default' };
  });
}
