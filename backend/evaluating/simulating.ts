import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRandom,
  type Device,
  type Engine,
  evaluate,
  type Precision,
  splitDocuments,
  type TrainingOptions,
} from '../../engine/index.ts';
import { must, mustGet } from '../../process/must.ts';
import { annotate, decided } from '../annotating/annotating.ts';
import { nextIds } from '../choosing/choosing.ts';
import { BackendError } from '../errors.ts';
import { addLabels } from '../labels/labels.ts';
import { createProject, type Project } from '../project/file.ts';
import type { NewLabel } from '../project/store/labels.ts';
import { embedDocuments } from '../suggesting/embedding.ts';
import { learnerOf } from '../suggesting/learning/learner.ts';
import { suggestionsOf } from '../suggesting/reader.ts';
import { suggest } from '../suggesting/suggesting.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';
import { train } from '../training/train.ts';
import { type GoldRow, goldTables } from './goldRows.ts';
import { remembering } from './remembering.ts';

export interface SimulateRequest {
  readonly rows: readonly GoldRow[];
  readonly labels: readonly NewLabel[];
  /** As the setting of a project names it. */
  readonly model: string;
  readonly strategies: readonly string[];
  /** Each divides the rows, and draws what is random, in another way. */
  readonly seeds: readonly number[];
  /** Documents to annotate in all, and between two choices. */
  readonly budget: number;
  readonly step: number;
  /** A training after every so many documents; null: none, suggestions follow decisions alone. */
  readonly training: { readonly every: number; readonly options: Partial<TrainingOptions> } | null;
  readonly device: Device;
  readonly precision: Precision;
  readonly signal?: AbortSignal | undefined;
  readonly onPoint?: ((point: CurvePoint) => void) | undefined;
}

/** How good suggestions are after so many annotated documents. */
export interface CurvePoint {
  readonly strategy: string;
  readonly seed: number;
  readonly documents: number;
  readonly macroF1: number;
  readonly microF1: number;
  readonly meanAveragePrecision: number;
}

const TEST_SHARE = 0.3;
const ANNOTATOR = 'gold';

/**
 * Replays annotation with known answers, in a project of its own for each strategy and seed, with the program's own parts:
 * documents are suggested and embedded, the queue chooses, their gold labels are given, suggestions follow the decisions,
 * and are measured at the program's thresholds on a part of the rows that no strategy can choose (the same for all
 * strategies of a seed). Throws `too_few_rows`, `strategy_unknown`.
 */
export async function simulate(engine: Engine, request: SimulateRequest): Promise<CurvePoint[]> {
  const reader = remembering(engine);
  const points: CurvePoint[] = [];
  for (const seed of request.seeds) {
    const world = worldOf(request, seed);
    for (const strategy of request.strategies) {
      const folder = mkdtempSync(join(tmpdir(), 'entail-simulated-'));
      const project = createProject(join(folder, 'p.entail'));
      try {
        for await (const point of curve(project, reader, world, strategy)) {
          points.push(point);
          request.onPoint?.(point);
        }
      } finally {
        project.close();
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }
  return points;
}

interface World {
  readonly request: SimulateRequest;
  readonly seed: number;
  /** In the order of the seed. */
  readonly rows: readonly GoldRow[];
  readonly gold: readonly Uint8Array[];
  readonly decided: readonly Uint8Array[];
  readonly pool: ReadonlySet<number>;
  readonly test: readonly number[];
}

function worldOf(request: SimulateRequest, seed: number): World {
  const random = createRandom(seed).fork('simulation');
  // The random order of a project is that of its ids: other rows have them with another seed.
  const rows = random.fork('rows').shuffle(request.rows);
  const { gold, decided: known } = goldTables(
    rows,
    request.labels.map(({ name }) => name),
  );
  const parts = splitDocuments({
    labels: gold.map((row) => [...row.keys()].filter((label) => row[label] === 1)),
    heldOutShare: TEST_SHARE,
    random,
  });
  if (parts.train.length < request.step) {
    throw new BackendError(
      'too_few_rows',
      `${rows.length} rows are too few to simulate steps of ${request.step}.`,
      'Give more rows or a smaller step.',
    );
  }
  return { request, seed, rows, gold, decided: known, pool: new Set(parts.train), test: parts.heldOut };
}

async function* curve(
  project: Project,
  engine: Engine,
  world: World,
  strategy: string,
): AsyncGenerator<CurvePoint> {
  const { request, seed, gold, pool } = world;
  const { budget, step, training, device, precision, signal } = request;
  const ids = filled(project, world);
  const place = new Map(ids.map((id, i) => [id, i]));
  const reading = { device, precision, signal };
  await suggest(project, engine, reading);
  await embedDocuments(project, engine, { last: must(ids.at(-1), 'document to simulate'), signal });
  let documents = 0;
  let nextTraining = training?.every ?? Number.POSITIVE_INFINITY;
  for (;;) {
    await learnerOf(project).follow({ whole: true });
    yield { strategy, seed, documents, ...measured(project, world, ids) };
    const limit = Math.min(step, budget - documents, pool.size - documents);
    if (limit <= 0) return;
    const chosen = nextIds(project, {
      strategy,
      limit,
      // As the queue draws what is random.
      seed: 1 + project.stores.annotations.lastRevision(),
      among: (id) => pool.has(mustGet(place, id, 'place of document')),
    });
    const own = project.stores.labels.all();
    annotate(
      project,
      ANNOTATOR,
      chosen.map(({ id }) => {
        const row = mustGet(place, id, 'place of document');
        const known = [...own.keys()].filter((label) => world.decided[row]![label] === 1);
        const labelled = (value: number) =>
          known.filter((label) => gold[row]![label] === value).map((label) => own[label]!.id);
        return decided(id, { yes: labelled(1), no: labelled(0) });
      }),
    );
    documents += chosen.length;
    if (training !== null && documents >= nextTraining) {
      nextTraining = documents + training.every;
      await train(project, engine, { options: { ...training.options, seed }, device, listener: { signal } });
      await suggest(project, engine, reading);
    }
  }
}

/** The rows as documents of a new project; their ids. */
function filled(project: Project, { request: { labels, model }, rows }: World): number[] {
  addLabels(project, labels);
  const { documents, settings } = project.stores;
  return project.write(() => {
    settings.set('model', model);
    return rows.map(({ text }, i) =>
      documents.add(
        { externalId: `row ${i + 1}`, text, meta: new Map(), split: null, source: 'simulation' },
        new Date().toISOString(),
      ),
    );
  });
}

function measured(
  project: Project,
  { test, gold, decided: known, request }: World,
  ids: readonly number[],
): Pick<CurvePoint, 'macroF1' | 'microF1' | 'meanAveragePrecision'> {
  const suggestions = suggestionsOf(project);
  const { macro, micro, meanAveragePrecision } = evaluate({
    gold: test.map((row) => gold[row]!),
    decided: test.map((row) => known[row]!),
    scores: test.map((row) => must(suggestions.row(ids[row]!), 'suggestion')),
    labelNames: request.labels.map(({ name }) => name),
    thresholds: thresholdsOf(project),
  });
  return { macroF1: macro.f1, microF1: micro.f1, meanAveragePrecision };
}
