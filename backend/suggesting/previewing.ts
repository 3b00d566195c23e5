import {
  type Engine,
  type FusionWeights,
  fuse,
  type LabelPriors,
  labelPriors,
  logistic,
  type ReadTexts,
  restOdds,
  type TextEvidence,
} from '../../engine/index.ts';
import { mustGet } from '../../process/must.ts';
import { BackendError } from '../errors.ts';
import type { Project } from '../project/file.ts';
import type { Label } from '../project/store/labels.ts';
import { embeddingsOf, readDocuments, withSource } from './embedding.ts';
import { bothOf, learnPriors } from './fusing.ts';
import { drawPriorSample } from './priorSample.ts';
import { keptPriors } from './priors.ts';
import { APP_PRECISION, type SuggestingModel } from './scorers.ts';
import { suggestingModel } from './suggestingModel.ts';

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
  const { fusion } = source;
  const { device } = await engine.devices.choose('auto', 'suggesting');
  const { signal } = request;
  const compute = { labels: labels.all, device, precision: APP_PRECISION } as const;
  const probabilities = await withSource(engine, source, compute, async (read) => {
    const usual = fusion && (await priorsFor({ project, engine, source, labels, read }, request));
    const rows = await readDocuments(project, read, {
      ...{ source, documents, usual, signal },
      labels: [labels.own],
    });
    if (!fusion || !usual) return rows.map(({ odds }) => logistic(odds[0]!));
    return rows.map((row) => fused(row, { fusion, usual, labels }));
  });
  return documents
    .map(({ id, text }, i) => ({ id, start: text.slice(0, START), probability: probabilities[i]! }))
    .sort((a, b) => b.probability - a.probability);
}

interface Labels {
  /** As they would be. */
  readonly all: readonly Label[];
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
  readonly source: SuggestingModel;
  readonly labels: Labels;
  readonly read: ReadTexts;
}

/** Labels compete by their likeness to a text alone, so that entailment of the one label is enough. */
function fused(
  row: TextEvidence,
  { fusion, usual, labels }: { fusion: FusionWeights; usual: LabelPriors; labels: Labels },
): number {
  const odds = new Float32Array(labels.all.length);
  odds[labels.own] = row.odds[0]!;
  return fuse(fusion, usual, { ...bothOf(row), odds })[labels.own]!;
}

/** What is usual for the labels: as it is kept, but for the sentences that are new. Nothing is kept of it. */
async function priorsFor(scene: Scene, { signal }: PreviewRequest): Promise<LabelPriors> {
  const { project, engine, source, labels, read } = scene;
  const known = keptPriors(project, source, project.stores.labels.all(), APP_PRECISION);
  if (known && !labels.changed) return known;
  const sample = drawPriorSample(project).map((id) => ({
    id,
    text: mustGet(project.stores.documents, id, 'document').text,
  }));
  const texts = sample.map(({ text }) => text.slice(0, LONGEST));
  if (!known) return learnPriors(read, { labels: labels.all.length, texts, signal });
  const vectors = await embeddingsOf(project, engine, source.dir, sample, signal);
  const rows = await read({ texts, labels: [labels.own], known: vectors, signal });
  const odds = rows.map((row) => row.odds[0]!);
  const cosine = rows.map((row) => bothOf(row).cosine);
  const fresh = labelPriors(
    rows.map((_, i) => ({
      odds: Float32Array.of(odds[i]!),
      cosine: cosine[i]!.subarray(labels.own, labels.own + 1),
    })),
    1,
  );
  const usual = known.cosine.with(labels.own, fresh.cosine[0]!);
  // Of the other labels nothing but their likeness counts here.
  const readings = cosine.map((own, i) => ({ odds: own.map(() => odds[i]!), cosine: own }));
  return {
    documents: known.documents,
    odds: known.odds.with(labels.own, fresh.odds[0]!),
    cosine: usual,
    rest: known.rest?.with(labels.own, restOdds(readings, usual)[labels.own]!),
  };
}

interface Text {
  readonly id: number;
  readonly text: string;
}

/** The same documents each time, so that two wordings can be compared. */
function spread({ stores: { documents } }: Project): Text[] {
  const last = documents.last();
  const found = Array.from({ length: DOCUMENTS }, (_, i) =>
    documents.firstAfter(Math.floor((last * i) / DOCUMENTS), LONGEST),
  );
  return [
    ...new Map(found.flatMap((document) => (document ? [[document.id, document] as const] : []))).values(),
  ];
}
