import type { TrainingOptions } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';
import type { RunReport } from '../project/store/runs.ts';

/** What the newest run with the same method says of the time that it took; null: there is none. */
export function lastRunWith(
  { stores: { runs } }: Project,
  method: TrainingOptions['method'],
): RunReport | null {
  const last = runs
    .all()
    .findLast(
      ({ status, options, report }) =>
        status === 'done' && options.method === method && (report.examplesPerSecond ?? 0) > 0,
    );
  return last?.report ?? null;
}
