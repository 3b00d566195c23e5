import {
  areMany,
  type Device,
  type Engine,
  type LabelPriors,
  labelPriors,
  type Precision,
  restOdds,
} from '../../engine/index.ts';
import { mustGet } from '../../process/must.ts';
import type { Project } from '../project/file.ts';
import type { Scorer } from '../project/store/evidence.ts';
import type { EvidenceColumn, EvidenceColumns } from '../project/store/evidenceColumns.ts';
import type { Label } from '../project/store/labels.ts';
import { withSource } from './embedding.ts';
import { learnPriors } from './fusing.ts';
import { drawPriorSample, priorSample } from './priorSample.ts';
import { knownScorers, type SuggestingModel, scorersFor } from './scorers.ts';

/**
 * What the evidence of these documents by these scorers tells of each label, in the order of `labelIds`; `rest` where
 * labels are many, of the documents that were read for all.
 */
export function priorsFrom(
  columns: EvidenceColumns,
  labelIds: readonly number[],
  sample: readonly number[],
  scorers: ReadonlySet<number>,
): LabelPriors {
  const own = labelIds.map((id) => columns.column(id));
  const rows = sample.flatMap((id) => columns.rowOf(id) ?? []);
  const isRead = (row: number, column: EvidenceColumn | undefined) => scorers.has(column?.scorer[row] ?? 0);
  const each = own.map((column) => {
    const readings = rows.flatMap((row) => {
      if (!column || !isRead(row, column)) return [];
      return [{ odds: column.odds.subarray(row, row + 1), cosine: column.cosine.subarray(row, row + 1) }];
    });
    return labelPriors(readings, 1);
  });
  const whole = areMany(own.length) ? rows.filter((row) => own.every((column) => isRead(row, column))) : [];
  const readings = whole.map((row) => ({
    odds: Float32Array.from(own, (column) => column?.odds[row] ?? Number.NaN),
    cosine: Float32Array.from(own, (column) => column?.cosine[row] ?? Number.NaN),
  }));
  const usual = each.flatMap(({ cosine }) => cosine);
  return {
    documents: each.flatMap(({ documents }) => documents),
    odds: each.flatMap(({ odds }) => odds),
    cosine: usual,
    ...(readings.length > 0 && { rest: restOdds(readings, usual) }),
  };
}

/** What the project keeps of this model about these labels; undefined where it has not read the whole sample. */
export function keptPriors(
  project: Project,
  source: SuggestingModel,
  labels: readonly Label[],
  precision: Precision,
): LabelPriors | undefined {
  return keptPriorsOf(project, scorersFor(source, labels, precision));
}

/** The same of these scorers, one per label. */
export function keptPriorsOf(project: Project, own: readonly Scorer[]): LabelPriors | undefined {
  const { columns } = project.stores.evidence;
  const sample = priorSample(project);
  const scorers = new Set(knownScorers(project, own));
  if (sample.length === 0 || scorers.size < own.length) return undefined;
  columns.readSome(sample);
  const ids = own.map(({ labelId }) => labelId);
  const priors = priorsFrom(columns, ids, sample, scorers);
  return priors.documents.some((count) => count < sample.length) ? undefined : priors;
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
