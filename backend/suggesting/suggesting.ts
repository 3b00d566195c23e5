import {
  type Combination,
  type Device,
  type Engine,
  EngineError,
  flattenHypotheses,
  type LabelStatistics,
  type ModelSource,
  meanPerLabel,
  type Passage,
  type Precision,
  type RemoteScorer,
  type WordedLabel,
} from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import { requireLabels } from '../labels/labels.ts';
import { resolveChosen, resolveNamed } from '../models/agreed.ts';
import { baseModel } from '../models/baseModel.ts';
import { modelDigest } from '../models/digest.ts';
import type { Project } from '../project/file.ts';
import type { Label } from '../project/store/labels.ts';
import {
  combinationFor,
  combinedScore,
  combineRows,
  labelVectors,
  learnStatistics,
  type Reading,
} from './combining.ts';
import { countStale } from './countStale.ts';
import { embeddingsOf } from './embedding.ts';
import { sampleDocuments, statisticsDigest, storedStatistics, storeStatistics } from './labelStatistics.ts';
import { type ScoreChunk, withScorer } from './scorer.ts';

/** A model to suggest with, and the name its suggestions carry. */
export interface SuggestingModel extends ModelSource {
  readonly key: string;
  /** How its entailment is read together with its embeddings; absent: entailment alone, as of every trained run. */
  readonly combination?: CombinedReading | undefined;
}

export interface CombinedReading extends Combination {
  /** Under which name the project keeps what unlabelled documents tell about its labels. */
  readonly statisticsOf: string;
}

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
 * Scores documents with all labels and stores the suggestions, chunk by chunk: stopped or killed, it goes on where it
 * was. Only what is stale is scored: documents that this model has not scored with the labels' sentences as they are; in
 * the combined reading, where labels compete, with all labels as they are.
 * Returns the ids of the documents scored.
 */
export async function suggest(project: Project, engine: Engine, request: SuggestRequest): Promise<number[]> {
  const labels = requireLabels(project);
  const how = await combinedReading(project, engine, request);
  const source = await suggestingModel(project, request.model, request.reading);
  const { suggestions } = project.stores;
  const scorerIds = project.write(() =>
    labels.map((label) =>
      suggestions.scorerId(label.id, `${source.key} ${request.precision}`, JSON.stringify(label.hypotheses)),
    ),
  );
  const last = lastDocument(project, request.limit);
  const total = await countStale(project, scorerIds, { last, signal: request.signal });
  const scored: number[] = [];
  let after = 0;
  request.onProgress?.(0, total);
  await withScorer(engine, { ...source, ...request }, async (score) => {
    const own = how && { ...how, labelVectors: await labelVectors(engine, source.dir, labels) };
    while (scored.length < total) {
      const wanted = request.takeFirst?.() ?? [];
      const awaited = wanted.length > 0 ? suggestions.staleAmong(scorerIds, wanted, CHUNK) : [];
      const chunk = awaited.length > 0 ? awaited : suggestions.stale(scorerIds, { after, last }, CHUNK);
      if (chunk.length === 0) return;
      const plain = await score(
        chunk.map(({ text }) => text),
        labels,
        request.signal,
      );
      const rows = own
        ? combineRows(plain, await embeddingsOf(project, engine, source.dir, chunk, request.signal), own)
        : plain;
      project.write(() => {
        chunk.forEach(({ id }, row) => {
          labels.forEach((label, column) => {
            const probability = rows[row]!.probabilities[column]!;
            const passage = rows[row]!.passages[column]!;
            suggestions.put(id, scorerIds[column]!, { labelId: label.id, probability, passage });
          });
        });
      });
      if (awaited.length === 0) after = chunk.at(-1)!.id;
      scored.push(...chunk.map(({ id }) => id));
      request.onProgress?.(scored.length, total);
    }
  });
  return scored;
}

/** The id of the `limit`-th document. */
export function lastDocument({ db }: Project, limit: number | undefined): number {
  if (limit === undefined) return Number.MAX_SAFE_INTEGER;
  const ids = db.prepare('SELECT id FROM documents ORDER BY id LIMIT 1 OFFSET ?').pluck();
  return (ids.get(limit - 1) as number | undefined) ?? Number.MAX_SAFE_INTEGER;
}

/**
 * What suggests: the model that is named, else the active run, else the project's model. Its name changes
 * with the model's weights; that of a combined reading also with the labels and what is usual for them, since every
 * suggestion then does.
 */
export async function suggestingModel(
  project: Project,
  model?: string,
  reading?: Reading,
  /** Who named the model: a person on this machine, or the project. */
  by: 'chosen' | 'named' = 'chosen',
): Promise<SuggestingModel> {
  const { settings, labels } = project.stores;
  const active = settings.get('activeRun');
  if (model === undefined && active !== 0) {
    if (reading === 'combined') throw trainedReading();
    return runModel(project, active);
  }
  const resolved = await (model === undefined || by === 'named'
    ? resolveNamed(model ?? settings.get('model'))
    : resolveChosen(model));
  const key = `model ${resolved.name} ${await modelDigest(resolved.dir)}`;
  const combination = combinationFor(resolved.dir, reading);
  if (!combination) return { key, dir: resolved.dir };
  const statisticsOf = `${key} ${JSON.stringify(combination)}`;
  return {
    key: `${key} combined ${statisticsDigest(project, statisticsOf, labels.all())}`,
    dir: resolved.dir,
    combination: { ...combination, statisticsOf },
  };
}

/** A trained run's probabilities are entailment: it has learnt the labels, and its embeddings were not kept. */
export const trainedReading = () =>
  new BackendError(
    'reading_unavailable',
    'A trained run has no combined reading: it suggests by entailment alone.',
    'Leave --reading out, or name the model without training: --model default.',
  );

/** How the model that suggests reads two things as one; learns what is usual for the labels where that is not known. */
export async function combinedReading(
  project: Project,
  engine: Engine,
  request: Pick<SuggestRequest, 'model' | 'reading' | 'device' | 'precision' | 'signal'>,
): Promise<{ combination: Combination; statistics: LabelStatistics } | undefined> {
  const source = await suggestingModel(project, request.model, request.reading);
  const { combination } = source;
  if (!combination) return undefined;
  const labels = requireLabels(project);
  const known = storedStatistics(project, combination.statisticsOf, labels);
  if (known) return { combination, statistics: known };
  const texts = sampleDocuments(project).map(({ text }) => text);
  const { signal } = request;
  const statistics = await withScorer(engine, { ...source, ...request }, (score) =>
    learnStatistics(engine, source.dir, { labels, texts, score, signal }),
  );
  if (texts.length > 0) storeStatistics(project, combination.statisticsOf, { labels, statistics });
  return { combination, statistics };
}

/** Under which name suggestions of a run are kept. */
const runKey = (id: number): string => `run ${id}`;

/** The `key` of what suggests now, which reads no weights of a run: what was stored under it is there without them. */
export async function suggestingKey(project: Project): Promise<string> {
  const active = project.stores.settings.get('activeRun');
  return active === 0 ? (await suggestingModel(project)).key : runKey(active);
}

/** A run's model; throws `run_missing`, `run_unfinished` or `base_model_changed`. */
export async function runModel(project: Project, id: number): Promise<SuggestingModel> {
  const { runs } = project.stores;
  const run = runs.get(id);
  if (!run) {
    const known = runs.all().map((r) => r.id);
    throw new BackendError(
      'run_missing',
      `The project has no run ${id}.`,
      known.length > 0 ? `It has ${known.join(', ')}.` : 'Train first.',
    );
  }
  const trained = runs.weights(id);
  if (!trained) {
    throw new BackendError(
      'run_unfinished',
      `Run ${id} has no weights: it is ${run.status}.`,
      `Resume it with --resume ${id}.`,
    );
  }
  const { dir } = await baseModel(run);
  return { key: runKey(id), dir, trained };
}

/**
 * `withScorer` of the combined reading, for texts outside the project. `statistics` absent: learnt from `texts`; a
 * source without a combination is read by entailment alone.
 */
export async function withReading<T>(
  engine: Engine,
  spec: Parameters<typeof withScorer>[1] & {
    readonly combination?: Combination | undefined;
    readonly statistics?: LabelStatistics | undefined;
    readonly labels: readonly WordedLabel[];
    readonly texts: () => Promise<readonly string[]>;
    readonly signal?: AbortSignal | undefined;
  },
  work: (score: ScoreChunk) => Promise<T>,
): Promise<T> {
  const { combination, labels, signal, dir } = spec;
  return withScorer(engine, spec, async (score) => {
    if (!combination) return work(score);
    const learn = async () =>
      learnStatistics(engine, dir, { labels, texts: await spec.texts(), score, signal });
    const statistics = spec.statistics ?? (await learn());
    return work(await combinedScore(engine, dir, { combination, statistics, labels }, score));
  });
}
