import type { Project } from '../project/file.ts';

/** The active run's thresholds in label order: set by a person, else tuned in training, else 0.5. */
export function thresholdsOf(project: Project): Float64Array {
  const { labels, runs, settings } = project.stores;
  const run = settings.get('activeRun');
  const chosen = runs.thresholds(run);
  const tuned = new Map(runs.labels(run).map((l) => [l.labelId, l.threshold]));
  return Float64Array.from(labels.all(), ({ id }) => chosen.get(id) ?? tuned.get(id) ?? 0.5);
}
