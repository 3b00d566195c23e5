import type { LabelThreshold } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';

/** The active run's thresholds in label order, or another's: set by a person, else tuned in training, else 0.5. */
export function thresholdsOf(project: Project, run?: number): Float64Array {
  return Float64Array.from(each(project, run), ({ threshold }) => threshold);
}

/** Where they come from, in label order. */
export function thresholdSources(project: Project): (LabelThreshold['from'] | 'person')[] {
  return each(project).map(({ from }) => from);
}

function each(
  project: Project,
  run = project.stores.settings.get('activeRun'),
): { threshold: number; from: LabelThreshold['from'] | 'person' }[] {
  const { labels, runs } = project.stores;
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
