import {
  combine,
  cosines,
  type Engine,
  type LabelStatistics,
  labelStatistics,
  type WordedLabel,
} from '../../engine/index.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import { labelVectors, learnStatistics } from './combining.ts';
import { embeddingsOf } from './embedding.ts';
import { sampleDocuments, storedStatistics } from './labelStatistics.ts';
import { type ScoreChunk, withScorer } from './scorer.ts';
import { type CombinedReading, suggestingModel } from './suggesting.ts';

const DOCUMENTS = 8;
/** UTF-16 units: a long document would keep the person waiting. */
const LONGEST = 2000;
const START = 160;

export interface Previewed {
  readonly id: number;
  readonly start: string;
  readonly probability: number;
}

export interface PreviewRequest {
  readonly labelId: number;
  readonly hypotheses: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * How a label with these sentences would score on a few documents spread over the project, the best first: with the
 * model that suggests now, read and on the device as suggestions are. Throws `label_missing`.
 */
export async function previewHypotheses(
  project: Project,
  engine: Engine,
  request: PreviewRequest,
): Promise<Previewed[]> {
  const labels = withSentences(project, request);
  const documents = spread(project);
  if (documents.length === 0) return [];
  const source = await suggestingModel(project);
  const { dir, combination } = source;
  const { device } = await engine.devices.choose('auto', 'suggesting');
  const probabilities = await withScorer(engine, { ...source, device, precision: 'auto' }, async (score) => {
    const texts = documents.map(({ text }) => text);
    const rows = await score(texts, [request], request.signal);
    const entailment = rows.map((row) => row.probabilities[0]!);
    if (!combination) return entailment;
    const scene: Scene = { project, engine, dir, combination, labels, score };
    return combined(scene, request, { documents, entailment });
  });
  return documents
    .map(({ id, text }, i) => ({ id, start: text.slice(0, START), probability: probabilities[i]! }))
    .sort((a, b) => b.probability - a.probability);
}

interface Labels {
  /** As they would be. */
  readonly all: readonly WordedLabel[];
  /** Which of them has the sentences. */
  readonly own: number;
  readonly changed: boolean;
}

function withSentences({ stores }: Project, { labelId, hypotheses }: PreviewRequest): Labels {
  const now = stores.labels.all();
  const own = now.findIndex(({ id }) => id === labelId);
  if (own < 0) throw new BackendError('label_missing', 'This label is not there any more.');
  const changed = JSON.stringify(now[own]!.hypotheses) !== JSON.stringify(hypotheses);
  return { all: now.with(own, { ...now[own]!, hypotheses }), own, changed };
}

interface Scene {
  readonly project: Project;
  readonly engine: Engine;
  readonly dir: string;
  readonly combination: CombinedReading;
  readonly labels: Labels;
  readonly score: ScoreChunk;
}

/** Labels compete by their likeness to a text alone, so that entailment of the one label is enough. */
async function combined(
  scene: Scene,
  request: PreviewRequest,
  { documents, entailment }: { documents: readonly Text[]; entailment: readonly number[] },
): Promise<number[]> {
  const { project, engine, dir, combination, labels } = scene;
  const statistics = await statisticsFor(scene, request);
  const labelVectorsNow = await labelVectors(engine, dir, labels.all);
  const vectors = await embeddingsOf(project, engine, dir, documents, request.signal);
  return vectors.map((vector, i) => {
    const odds = new Float32Array(labels.all.length).fill(0.5);
    odds[labels.own] = entailment[i]!;
    const readings = { entailment: odds, cosine: cosines(vector, labelVectorsNow) };
    return combine(combination, statistics, readings)[labels.own]!;
  });
}

/** What is usual for the labels: as it is kept, but for the sentences that are new. Nothing is kept of it. */
async function statisticsFor(scene: Scene, { signal }: PreviewRequest): Promise<LabelStatistics> {
  const { project, engine, dir, combination, labels, score } = scene;
  const known = storedStatistics(project, combination.statisticsOf, project.stores.labels.all());
  if (known && !labels.changed) return known;
  const sample = sampleDocuments(project);
  const texts = sample.map(({ text }) => text.slice(0, LONGEST));
  if (!known) return learnStatistics(engine, dir, { labels: labels.all, texts, score, signal });
  const own = labels.all[labels.own]!;
  const rows = await score(texts, [own], signal);
  const vectors = await embeddingsOf(project, engine, dir, sample, signal);
  const label = await labelVectors(engine, dir, [own]);
  const fresh = labelStatistics(
    rows.map(({ probabilities }, i) => ({ entailment: probabilities, cosine: cosines(vectors[i]!, label) })),
    1,
  );
  return {
    documents: known.documents,
    entailment: known.entailment.with(labels.own, fresh.entailment[0]!),
    cosine: known.cosine.with(labels.own, fresh.cosine[0]!),
  };
}

interface Text {
  readonly id: number;
  readonly text: string;
}

/** The same documents each time, so that two wordings can be compared. */
function spread({ db, stores }: Project): Text[] {
  const last = db.prepare('SELECT coalesce(max(id), 0) FROM documents').pluck().get() as number;
  const after = db
    .prepare('SELECT id FROM documents WHERE id > ? AND length(text) <= ? ORDER BY id LIMIT 1')
    .pluck();
  const ids = Array.from({ length: DOCUMENTS }, (_, i) =>
    after.get(Math.floor((last * i) / DOCUMENTS), LONGEST),
  );
  const distinct = [...new Set(ids.filter((id): id is number => typeof id === 'number'))];
  return distinct.map((id) => ({ id, text: stores.documents.get(id)!.text }));
}
