import type { Device, Engine, LabelPriors, Precision } from '../../engine/index.ts';
import { must } from '../../process/must.ts';
import { requireLabels } from '../labels/labels.ts';
import type { Project } from '../project/file.ts';
import type { CurrentEvidence } from '../project/store/evidence.ts';
import { countStale } from './countStale.ts';
import { removeDamaged } from './damage.ts';
import { readDocuments, withSource } from './embedding.ts';
import type { Reading } from './fusing.ts';
import { drawPriorSample } from './priorSample.ts';
import { keptPriors } from './priors.ts';
import { scorersFor, unaskedScorers } from './scorers.ts';
import { suggestingModel } from './suggestingModel.ts';
import { toBeAsked } from './toBeAsked.ts';

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
  const { asked, unasked } = project.derive(() => ({
    asked: scorers.map((scorer) => evidence.scorerId(scorer)),
    unasked: unaskedScorers(scorers).map((scorer) => evidence.scorerId(scorer)),
  }));
  // Those that tell what is usual are asked about every label.
  const whole = { scorers: asked, labels: labels.length };
  const wanted = { scorers: [...asked, ...unasked], labels: labels.length };
  const last = lastDocument(project, request.limit);
  const sample = source.fusion ? drawPriorSample(project) : [];
  const unread = evidence.staleAmong(whole, sample, sample.length).map(({ id }) => id);
  const counted = evidence.staleAmong(
    wanted,
    unread.filter((id) => id <= last),
    sample.length,
  );
  const fresh =
    (await countStale(project, wanted, { last, signal: request.signal })) + unread.length - counted.length;
  const usualNow = () => source.fusion && keptPriors(project, source, labels, request.precision);
  const again = async () => [...(await toBeAsked(project, scorers))].filter(([id]) => id <= last);
  const scored: number[] = [];
  let total = fresh;
  request.onProgress?.(0, total);
  if (total === 0 && (await again()).length === 0) return scored;
  const { device, precision, signal, onNotice } = request;
  await withSource(engine, source, { labels, device, precision, signal, onNotice }, async (read) => {
    /** Asks about these labels; `known`: those that documents have evidence of already. */
    const ask = async (chunk: readonly Text[], { places, known, usual }: Asked) => {
      const rows = await readDocuments(project, read, {
        source,
        documents: chunk,
        labels: places,
        signal,
        usual,
      });
      project.derive(() => {
        for (const [row, { id, text }] of chunk.entries()) {
          // It was corrected or deleted meanwhile: what was read is not what is there.
          if (!documents.isText(id, text)) continue;
          const { sentences, passages, cosine, asked: isAsked } = rows[row]!;
          for (const [column, place] of places.entries()) {
            const labelId = labels[place]!.id;
            // What it was asked before is more than what is usual.
            if (!isAsked[column] && known.get(id)?.has(labelId)) continue;
            evidence.put(id, {
              labelId,
              scorerId: (isAsked[column] ? asked : unasked)[place]!,
              odds: sentences[column]!,
              cosine: cosine?.[place] ?? null,
              passage: passages[column] ?? null,
            });
          }
        }
      });
      scored.push(...chunk.map(({ id }) => id));
      request.onProgress?.(scored.length, total);
    };
    const missing = (ids: readonly number[], by: CurrentEvidence) => {
      const known = evidence.labelsBy(by.scorers, ids);
      const lacks = (place: number) => ids.some((id) => !known.get(id)?.has(labels[place]!.id));
      return { known, places: [...labels.keys()].filter(lacks) };
    };
    const staleOf = (ids: readonly number[], by: CurrentEvidence) =>
      ids.length > 0 ? evidence.staleAmong(by, ids, CHUNK) : [];
    let usual: LabelPriors | undefined;
    let after = 0;
    while (scored.length < total) {
      const drawn = usual ? [] : staleOf(sample, whole);
      if (drawn.length === 0) usual ??= usualNow();
      const awaited = drawn.length > 0 ? drawn : staleOf(request.takeFirst?.() ?? [], wanted);
      const chunk = awaited.length > 0 ? awaited : evidence.stale(wanted, { after, last }, CHUNK);
      if (chunk.length === 0) break;
      const ids = chunk.map(({ id }) => id);
      if (awaited.length === 0) after = must(ids.at(-1), 'document of the page');
      await ask(chunk, {
        ...missing(ids, drawn.length > 0 ? whole : wanted),
        usual: drawn.length > 0 ? undefined : usual,
      });
    }
    usual ??= usualNow();
    const others = await again();
    total = scored.length + others.length;
    for (let from = 0; from < others.length; from += CHUNK) {
      const some = others.slice(from, from + CHUNK);
      const chunk = some.flatMap(([id]) => documents.get(id) ?? []);
      const ids = chunk.map(({ id }) => id);
      const places = [...new Set(some.flatMap(([, own]) => own))].sort((a, b) => a - b);
      await ask(chunk, { places, known: evidence.labelsBy(wanted.scorers, ids), usual });
    }
  });
  return scored;
}

interface Text {
  readonly id: number;
  readonly text: string;
}

interface Asked {
  /** Of the labels. */
  readonly places: readonly number[];
  /** Document id → labels that it has evidence of. */
  readonly known: ReadonlyMap<number, ReadonlySet<number>>;
  /** undefined: every document is asked about all of them. */
  readonly usual: LabelPriors | undefined;
}

/** The id of the `limit`-th document. */
export function lastDocument({ stores }: Project, limit: number | undefined): number {
  if (limit === undefined) return Number.MAX_SAFE_INTEGER;
  return stores.documents.ids().at(limit - 1) ?? Number.MAX_SAFE_INTEGER;
}
