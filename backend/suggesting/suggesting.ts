import type { Device, Engine, LabelPriors, Precision } from '../../engine/index.ts';
import { must } from '../../process/must.ts';
import { requireLabels } from '../labels/labels.ts';
import type { Project } from '../project/file.ts';
import { countStale } from './countStale.ts';
import { removeDamaged } from './damage.ts';
import { readDocuments, withSource } from './embedding.ts';
import type { Reading } from './fusing.ts';
import { drawPriorSample } from './priorSample.ts';
import { keptPriors } from './priors.ts';
import { scorersFor } from './scorers.ts';
import { suggestingModel } from './suggestingModel.ts';

export interface SuggestRequest {
  /** A folder, a hub id or "default"; absent: the active run, else the project's model. */
  readonly model?: string | undefined;
  /** How a model without training is read; absent: combined where the model says how. */
  readonly reading?: Reading | undefined;
  /** Only the first so many documents of the project. */
  readonly limit?: number | undefined;
  /** Asked before each chunk: documents that someone waits for. */
  readonly takeFirst?: (() => readonly number[]) | undefined;
  readonly device: Device;
  readonly precision: Precision;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** A sentence when the device gave out and the processor goes on. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** Documents per call of the engine and per transaction. */
const CHUNK = 64;

/**
 * Scores documents with all labels and stores the evidence, chunk by chunk: stopped or killed, it goes on where it was.
 * Only what is stale is scored: labels whose sentences this model has not scored on a document. The documents that tell
 * what is usual for labels come first, so that probabilities do not move later; where labels are many, the others are then
 * read for those that each is likeliest to have.
 * Returns the ids of the documents scored.
 */
export async function suggest(project: Project, engine: Engine, request: SuggestRequest): Promise<number[]> {
  const labels = requireLabels(project);
  const damage = removeDamaged(project);
  if (damage !== null) request.onNotice?.(damage);
  const source = await suggestingModel(project, request.model, request.reading);
  const { evidence, documents } = project.stores;
  const scorers = scorersFor(source, labels, request.precision);
  const scorerIds = project.derive(() => scorers.map((scorer) => evidence.scorerId(scorer)));
  const last = lastDocument(project, request.limit);
  const sample = source.fusion ? drawPriorSample(project) : [];
  const total =
    (await countStale(project, scorerIds, { last, signal: request.signal })) +
    evidence.staleAmong(
      scorerIds,
      sample.filter((id) => id > last),
      sample.length,
    ).length;
  const scored: number[] = [];
  let after = 0;
  request.onProgress?.(0, total);
  if (total === 0) return scored;
  const { device, precision, signal, onNotice } = request;
  await withSource(engine, source, { labels, device, precision, signal, onNotice }, async (read) => {
    let usual: LabelPriors | undefined;
    const awaitedOf = (wanted: readonly number[]) =>
      wanted.length > 0 ? evidence.staleAmong(scorerIds, wanted, CHUNK) : [];
    while (scored.length < total) {
      const drawn = usual ? [] : awaitedOf(sample);
      if (drawn.length === 0)
        usual ??= source.fusion && keptPriors(project, source, labels, request.precision);
      const awaited = drawn.length > 0 ? drawn : awaitedOf(request.takeFirst?.() ?? []);
      const chunk = awaited.length > 0 ? awaited : evidence.stale(scorerIds, { after, last }, CHUNK);
      if (chunk.length === 0) return;
      const ids = chunk.map(({ id }) => id);
      const stale = evidence.staleScorers(scorerIds, ids);
      const places = [...labels.keys()].filter((i) => stale.has(scorerIds[i]!));
      const rows = await readDocuments(project, read, {
        ...{ source, documents: chunk, labels: places, signal },
        usual: drawn.length > 0 ? undefined : usual,
      });
      project.derive(() => {
        for (const [row, { id, text }] of chunk.entries()) {
          // It was corrected or deleted meanwhile: what was read is not what is there.
          if (!documents.isText(id, text)) continue;
          const { sentences, passages, cosine } = rows[row]!;
          for (const [column, place] of places.entries()) {
            evidence.put(id, {
              labelId: labels[place]!.id,
              scorerId: scorerIds[place]!,
              odds: sentences[column]!,
              cosine: cosine?.[place] ?? null,
              passage: passages[column] ?? null,
            });
          }
        }
      });
      if (awaited.length === 0) after = must(ids.at(-1), 'document of the page');
      scored.push(...ids);
      request.onProgress?.(scored.length, total);
    }
  });
  return scored;
}

/** The id of the `limit`-th document. */
export function lastDocument({ stores }: Project, limit: number | undefined): number {
  if (limit === undefined) return Number.MAX_SAFE_INTEGER;
  return stores.documents.ids().at(limit - 1) ?? Number.MAX_SAFE_INTEGER;
}
