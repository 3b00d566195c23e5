import {
  createRandom,
  type Device,
  type Engine,
  evaluate,
  type Metrics,
  pairsFromAnnotations,
  splitDocuments,
  type TrainingOptions,
  trainingOptions,
  type WordedLabel,
} from '../../engine/index.ts';
import { strategyNamed } from '../choosing/choosing.ts';
import { BackendError } from '../errors.ts';
import { withProbabilities } from '../suggesting/fusing.ts';
import type { SuggestingModel } from '../suggesting/scorers.ts';
import { type GoldRow, goldTables } from './goldFile.ts';

export interface SimulateRequest {
  readonly rows: readonly GoldRow[];
  readonly labels: readonly WordedLabel[];
  /** Before it is trained it is read as suggestions are. */
  readonly model: SuggestingModel;
  readonly strategies: readonly string[];
  /** Documents to annotate in all, and between two trainings. */
  readonly budget: number;
  readonly step: number;
  readonly options: Parameters<typeof trainingOptions>[0];
  readonly device: Device;
  readonly signal?: AbortSignal | undefined;
  readonly onPoint?: ((point: CurvePoint) => void) | undefined;
}

/** How good the model is after so many annotated documents. */
export interface CurvePoint {
  readonly strategy: string;
  readonly documents: number;
  readonly macroF1: number;
  readonly microF1: number;
  readonly meanAveragePrecision: number;
}

const TEST_SHARE = 0.3;

/**
 * Replays annotation with known answers: a strategy picks documents, their gold labels are given, the base model is
 * fine-tuned on all of them, and it is measured on a part of the rows that no strategy can pick (the same for all).
 */
export async function simulate(engine: Engine, request: SimulateRequest): Promise<CurvePoint[]> {
  const options = trainingOptions(request.options);
  const names = request.labels.map(({ name }) => name);
  const { gold, decided } = goldTables(request.rows, names);
  const labelled = gold.map((row) => [...row.keys()].filter((label) => row[label] === 1));
  const parts = splitDocuments({
    labels: labelled,
    heldOutShare: TEST_SHARE,
    random: createRandom(options.seed).fork('simulation'),
  });
  if (parts.train.length < request.step) {
    throw new BackendError(
      'too_few_rows',
      `${request.rows.length} rows are too few to simulate steps of ${request.step}.`,
      'Give more rows or a smaller step.',
    );
  }
  const world: World = { request, options, names, gold, decided, pool: parts.train, test: parts.heldOut };
  const points: CurvePoint[] = [];
  for (const strategy of request.strategies) points.push(...(await curve(engine, world, strategy)));
  return points;
}

interface World {
  readonly request: SimulateRequest;
  readonly options: TrainingOptions;
  readonly names: readonly string[];
  readonly gold: readonly Uint8Array[];
  readonly decided: readonly Uint8Array[];
  readonly pool: readonly number[];
  readonly test: readonly number[];
}

async function curve(engine: Engine, world: World, strategy: string): Promise<CurvePoint[]> {
  const { request, gold } = world;
  const points: CurvePoint[] = [];
  const known: number[] = [];
  let trained: Uint8Array | undefined;
  for (;;) {
    const open = world.pool.filter((i) => !known.includes(i));
    const { test, candidates } = await scoreBoth(engine, world, open, trained);
    const metrics = measure(world, test);
    const point = {
      strategy,
      documents: known.length,
      macroF1: metrics.macro.f1,
      microF1: metrics.micro.f1,
      meanAveragePrecision: metrics.meanAveragePrecision,
    };
    points.push(point);
    request.onPoint?.(point);
    const wanted = Math.min(request.step, request.budget - known.length, open.length);
    if (wanted <= 0) return points;
    const accepted = world.names.map((_, label) => known.reduce((sum, i) => sum + gold[i]![label]!, 0));
    const yeses = accepted.reduce((sum, count) => sum + count, 0);
    const picks = strategyNamed(strategy).pick(
      {
        scores: candidates,
        thresholds: world.names.map(() => 0.5),
        ...(known.length > 0 && { accepted, expectedCardinality: yeses / known.length }),
      },
      { limit: wanted, random: createRandom(world.options.seed).fork(`${strategy} ${known.length}`) },
    );
    known.push(...picks.map(({ index }) => open[index]!));
    trained = await trainOn(engine, world, known);
  }
}

function measure({ test, gold, decided, names }: World, scores: readonly Float32Array[]): Metrics {
  return evaluate({
    gold: test.map((i) => gold[i]!),
    decided: test.map((i) => decided[i]!),
    scores,
    labelNames: names,
    thresholds: names.map(() => 0.5),
  });
}

async function scoreBoth(
  engine: Engine,
  { request, test, pool }: World,
  open: readonly number[],
  trained: Uint8Array | undefined,
): Promise<{ test: Float32Array[]; candidates: Float32Array[] }> {
  const { device, signal, labels } = request;
  const { fusion, ...model } = request.model;
  const spec = {
    ...model,
    trained,
    ...(trained === undefined && { fusion }),
    labels,
    texts: async () => pool.map((i) => request.rows[i]!.text),
    device,
    precision: 'auto' as const,
    signal,
  };
  return withProbabilities(engine, spec, async (score) => {
    const of = async (rows: readonly number[]) => {
      const scored = await score(
        rows.map((i) => request.rows[i]!.text),
        signal,
      );
      return scored.map(({ probabilities }) => probabilities);
    };
    return { test: await of(test), candidates: await of(open) };
  });
}

async function trainOn(
  engine: Engine,
  { request, options, gold, decided, names }: World,
  known: readonly number[],
): Promise<Uint8Array | undefined> {
  const examples = pairsFromAnnotations({
    documents: known.map((i) => ({
      id: i,
      text: request.rows[i]!.text,
      decisions: new Map(
        names.flatMap((_, label) =>
          decided[i]![label] === 1 ? [[label, gold[i]![label] === 1 ? 'yes' : 'no'] as const] : [],
        ),
      ),
    })),
    hypotheses: request.labels.map(({ hypotheses }) => hypotheses),
    negativesPerPositive: 5,
    random: createRandom(options.seed).fork('negatives'),
  });
  if (examples.length === 0) return undefined;
  const { device, signal } = request;
  const { dir, classes } = request.model;
  const model = { dir, classes };
  const answer = await engine.train(
    { model, examples, options, device, heldOut: null, checkpoints: null },
    { signal },
  );
  return answer.trained;
}
