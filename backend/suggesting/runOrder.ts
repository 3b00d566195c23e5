import type { Project } from '../project/file.ts';
import type { Label } from '../project/store/labels.ts';

/** Brings values in the order of a run's labels into that of the project's; NaN for labels that are new or reworded. */
export function arranger(project: Project, run: number, labels: readonly Label[]) {
  const places = new Map(
    project.stores.runs.labels(run).map(({ labelId, hypotheses }, place) => [labelId, { hypotheses, place }]),
  );
  const from = labels.map(({ id, hypotheses }) => {
    const known = places.get(id);
    const same = known && JSON.stringify(known.hypotheses) === JSON.stringify(hypotheses);
    return same ? known.place : -1;
  });
  return (values: Float32Array): Float32Array =>
    Float32Array.from(from, (place) => values[place] ?? Number.NaN);
}
