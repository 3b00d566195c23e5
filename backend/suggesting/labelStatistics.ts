import { createHash } from 'node:crypto';
import { z } from 'zod';
import { createRandom, type LabelStatistics, type WordedLabel } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';

/** Documents whose readings tell what is usual for a label: more change little (docs/zero-shot-recipes.md). */
export const SAMPLE = 48;
/** Statistics are learnt anew when the project has grown by this factor. */
const GROWTH = 4;

const Stored = z.object({
  digest: z.string(),
  /** Documents that the project had. */
  of: z.int().nonnegative(),
  statistics: z.object({
    documents: z.int().nonnegative(),
    entailment: z.array(z.number()),
    cosine: z.array(z.number()),
  }),
});

/**
 * The statistics that a project keeps for these labels and this model; undefined when there are none, labels or model
 * are others now, or the project has four times the documents that it had then.
 */
export function storedStatistics(
  project: Project,
  model: string,
  labels: readonly WordedLabel[],
): LabelStatistics | undefined {
  const stored = read(project);
  if (stored?.digest !== digestOf(model, labels)) return undefined;
  if (stored.statistics.cosine.length !== labels.length) return undefined;
  return project.stores.documents.count() >= GROWTH * Math.max(stored.of, 1) ? undefined : stored.statistics;
}

export function storeStatistics(
  project: Project,
  model: string,
  { labels, statistics }: { labels: readonly WordedLabel[]; statistics: LabelStatistics },
): void {
  const stored = { digest: digestOf(model, labels), of: project.stores.documents.count(), statistics };
  project.write(() => project.stores.settings.set('labelStatistics', JSON.stringify(stored)));
}

/** Names labels, wordings and statistics: suggestions under another name are stale. */
export function statisticsDigest(project: Project, model: string, labels: readonly WordedLabel[]): string {
  return sha256([digestOf(model, labels), storedStatistics(project, model, labels) ?? null]);
}

/** Documents of the project drawn at random, the same each time; nobody's decisions are looked at. */
export function sampleDocuments(project: Project): { readonly id: number; readonly text: string }[] {
  const ids = project.db.prepare('SELECT id FROM documents ORDER BY id').pluck().all() as number[];
  const drawn = createRandom(1).shuffle(ids).slice(0, SAMPLE);
  return drawn.map((id) => ({ id, text: project.stores.documents.get(id)!.text }));
}

function read(project: Project): z.infer<typeof Stored> | undefined {
  try {
    return Stored.parse(JSON.parse(project.stores.settings.get('labelStatistics')));
  } catch {
    // Absent, or not what this version writes: then it is learnt anew.
    return undefined;
  }
}

const digestOf = (model: string, labels: readonly WordedLabel[]): string =>
  sha256([model, labels.map(({ name, description, hypotheses }) => [name, description ?? '', hypotheses])]);

const sha256 = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
