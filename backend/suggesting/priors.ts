import {
  type Device,
  type Engine,
  type LabelPriors,
  labelPriors,
  type Precision,
} from '../../engine/index.ts';
import { mustGet } from '../../process/must.ts';
import type { Project } from '../project/file.ts';
import type { EvidenceColumns } from '../project/store/evidenceColumns.ts';
import type { Label } from '../project/store/labels.ts';
import { withSource } from './embedding.ts';
import { learnPriors } from './fusing.ts';
import { drawPriorSample, priorSample } from './priorSample.ts';
import { knownScorers, type SuggestingModel, scorersFor } from './scorers.ts';

/** What the evidence of these documents by these scorers tells of each label, in the order of `labelIds`. */
export function priorsFrom(
  columns: EvidenceColumns,
  labelIds: readonly number[],
  sample: readonly number[],
  scorers: ReadonlySet<number>,
): LabelPriors {
  const each = labelIds.map((labelId) => {
    const column = columns.column(labelId);
    const readings = sample.flatMap((id) => {
      const row = columns.rowOf(id);
      if (row === undefined || !column || !scorers.has(column.scorer[row] ?? 0)) return [];
      return [{ odds: column.odds.subarray(row, row + 1), cosine: column.cosine.subarray(row, row + 1) }];
    });
    return labelPriors(readings, 1);
  });
  return {
    documents: each.flatMap(({ documents }) => documents),
    odds: each.flatMap(({ odds }) => odds),
    cosine: each.flatMap(({ cosine }) => cosine),
  };
}

/** What the project keeps of this model about these labels; undefined where it has not read the whole sample. */
export function keptPriors(
  project: Project,
  source: SuggestingModel,
  labels: readonly Label[],
  precision: Precision,
): LabelPriors | undefined {
  const { columns } = project.stores.evidence;
  const sample = priorSample(project);
  const scorers = new Set(knownScorers(project, scorersFor(source, labels, precision)));
  if (sample.length === 0 || scorers.size < labels.length) return undefined;
  columns.readSome(sample);
  const ids = labels.map(({ id }) => id);
  const { documents } = priorsFrom(columns, ids, sample, scorers);
  if (documents.some((count) => count < sample.length)) return undefined;
  const own = ids.map((id) => columns.column(id));
  const readings = sample.map((id) => {
    const row = columns.rowOf(id) ?? -1;
    return {
      odds: Float32Array.from(own, (column) => column?.odds[row] ?? Number.NaN),
      cosine: Float32Array.from(own, (column) => column?.cosine[row] ?? Number.NaN),
    };
  });
  return labelPriors(readings, ids.length);
}

/**
 * What is usual for a project's labels, for a model that reads entailment and embeddings together: of the evidence that
 * is kept, else learnt from the sample's texts, and nothing is kept of that.
 */
export async function projectPriors(
  project: Project,
  engine: Engine,
  source: SuggestingModel,
  {
    labels,
    ...compute
  }: {
    labels: readonly Label[];
    device: Device;
    precision: Precision;
    signal?: AbortSignal | undefined;
    onNotice?: ((text: string) => void) | undefined;
  },
): Promise<LabelPriors> {
  const known = keptPriors(project, source, labels, compute.precision);
  if (known) return known;
  const texts = drawPriorSample(project).map((id) => mustGet(project.stores.documents, id, 'document').text);
  const { signal } = compute;
  return withSource(engine, source, { labels, ...compute }, (read) =>
    learnPriors(read, { labels: labels.length, texts, signal }),
  );
}
