import type { Run } from '../../contract/index.ts';
import { canBeJudged, type KeptMetrics } from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';

/** All runs, the newest first, as the interface shows them. */
export function runsOf({ stores: { runs, settings } }: Project): Run[] {
  const active = settings.get('activeRun');
  return runs
    .all()
    .map(({ id, name, status, startedAt, error, report }) => ({
      id,
      name,
      status,
      startedAt,
      error,
      active: id === active,
      documents: report.documents ?? null,
      heldOutDocuments: report.heldOutDocuments ?? null,
      seconds: report.seconds ?? null,
      losses: report.losses ?? [],
      evaluations: report.evaluations ?? [],
      against: report.against ?? null,
      tookOver: report.tookOver ?? true,
      outside: report.outside ?? null,
      metrics: report.metrics ? figuresOf(report.metrics) : null,
    }))
    .reverse();
}

const figuresOf = (metrics: KeptMetrics): NonNullable<Run['metrics']> => ({
  ...metrics,
  crossFitted: metrics.labelsLeftOut !== undefined,
  labelsLeftOut: metrics.labelsLeftOut ?? 0,
  labels: metrics.labels.map((label) => ({ ...label, judged: canBeJudged(label) })),
});

/** Makes a finished run the one that suggests; 0: the model as it was before any training. */
export function activateRun(project: Project, run: number): number {
  const { runs, settings } = project.stores;
  if (run !== 0 && runs.get(run)?.status !== 'done') {
    throw new BackendError('run_missing', `Run ${run} is not a finished run.`);
  }
  project.write(() => settings.set('activeRun', run));
  return run;
}

/** Throws `run_missing`. */
export function renameRun(project: Project, run: number, name: string): void {
  const { runs } = project.stores;
  if (!runs.get(run)) throw new BackendError('run_missing', `The project has no run ${run}.`);
  project.write(() => runs.rename(run, name));
}
