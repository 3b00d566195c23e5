import { processLog } from '../../process/last.ts';
import { tuneEmbeddings } from '../contrast/tune.ts';
import { cancelled, EngineError, type ErrorData } from '../errors.ts';
import { evaluate } from '../evaluate/metrics.ts';
import { exportModel } from '../export/modelFolder.ts';
import type { Model } from '../graph/graph.ts';
import { createExplainer, type Explainer, normalised } from '../inference/explain.ts';
import { createLastingScorer, type LastingScorer } from '../inference/fallback.ts';
import { createScorer } from '../inference/score.ts';
import { writeTrained } from '../lora/file.ts';
import { classExamples } from '../model/classExamples.ts';
import type { NliModel } from '../model/nliModel.ts';
import { oneAfterTheOther } from '../rows.ts';
import { listBackends, probeDevice } from '../runtime/deviceProbe.ts';
import { type Phase, progressed, reportingTo } from '../runtime/progress.ts';
import { createEpochScores } from '../train/epochScores.ts';
import { fineTune, type TrainedValues } from '../train/loop.ts';
import { mergeTrained } from '../train/trainables.ts';
import { flattenHypotheses, meanPerLabel } from '../zeroshot/ensemble.ts';
import { outsideAbility, readOutside } from '../zeroshot/outside/measure.ts';
import { createModelCache, keyOf, type ModelCache, weightsOf } from './modelCache.ts';
import type {
  EngineCalls,
  EngineEvents,
  HeldOut,
  ModelSource,
  Outcome,
  ScoreCall,
  ScorerSpec,
  TrainAnswer,
  TrainCall,
} from './protocol.ts';

/** The engine's side of the process border: calls in, outcomes and events out. One model is kept loaded. */
export function createEngineServer(events: EngineEvents): EngineCalls {
  const scorers = new Map<number, LastingScorer>();
  const running = new Map<number, AbortController>();
  const models = createModelCache();
  const explainers = createExplainerCache(models);
  let lastScorer = 0;

  const answer = async <T>(call: number, work: (signal: AbortSignal) => Promise<T>): Promise<Outcome<T>> => {
    const abort = new AbortController();
    running.set(call, abort);
    try {
      const report = reporter((phase) => events.progress(call, phase));
      report('loading');
      return { ok: true, value: await reportingTo(report, () => work(abort.signal)) };
    } catch (error) {
      return { ok: false, error: describe(error) };
    } finally {
      running.delete(call);
    }
  };

  return {
    backends: (call) => answer(call, async () => listBackends()),
    probe: (call, device) => answer(call, () => probeDevice(device)),
    describe: (call, source) =>
      answer(call, async () => {
        const { folder, classes } = await models.load(source);
        const { config, maxLength, onnxBytes } = folder;
        return { modelType: config.modelType, maxLength, classes, onnxBytes };
      }),
    classExamples: (call, dir) => answer(call, () => classExamples(dir)),
    openScorer: (call, spec) =>
      answer(call, async (signal) => {
        lastScorer += 1;
        const id = lastScorer;
        const onNotice = (text: string) => events.notice(call, text);
        const scorer = await openScorer(models, spec, onNotice);
        if (signal.aborted) {
          await scorer.release();
          throw cancelled();
        }
        scorers.set(id, scorer);
        return id;
      }),
    score: (call, request) =>
      answer(call, (signal) =>
        score(scorers, request, { signal, onNotice: (text) => events.notice(call, text) }),
      ),
    closeScorer: (call, id) =>
      answer(call, async () => {
        await scorers.get(id)?.release();
        scorers.delete(id);
        return null;
      }),
    train: (call, request) =>
      answer(call, async (signal) =>
        train(await models.load(request.model), request, { call, signal, events }),
      ),
    tune: (call, { model: source, texts, seed }) =>
      answer(call, async (signal) => {
        const onStep = (step: number, steps: number) => events.tuned(call, step, steps);
        const encoder = await (await models.load(source)).encoder();
        return writeTrained(await tuneEmbeddings(encoder, { texts, options: { seed }, onStep, signal }));
      }),
    embed: (call, { model, texts }) =>
      answer(call, async (signal) => {
        const vectors = await (await models.embedder(model)).embed(texts, signal);
        requireNumbers(vectors);
        return oneAfterTheOther(vectors);
      }),
    liken: (call, { model, texts, labels, interaction }) =>
      answer(call, async (signal) => {
        const liken = await models.likener(model, labels, interaction);
        const rows = await liken(texts, signal);
        const cosines = rows.map(({ cosine }) => cosine);
        requireNumbers(cosines);
        return {
          embeddings: oneAfterTheOther(rows.map(({ embedding }) => embedding)),
          cosines: oneAfterTheOther(cosines),
        };
      }),
    explain: (call, { model, text, hypotheses }) =>
      answer(call, async (signal) => {
        const explainer = await explainers.open(model);
        return normalised(await explainer.attributions(text, hypotheses, signal));
      }),
    exportModel: (call, { model: source, ...request }) =>
      answer(call, async (signal) => {
        const model = await models.load(source);
        progressed('exporting');
        const weights = weightsOf(model, source) ?? model.prepared.model;
        return exportModel(model, weights, { ...request, trained: source.trained, signal });
      }),
    cancel: async (call) => running.get(call)?.abort(),
  };
}

/** Between two messages that say the same. */
const REPORT_MS = 100;

/** Passes on what is new, and that work goes on a few times a second: batches of small models take less. */
function reporter(send: (phase: Phase) => void): (phase: Phase) => void {
  let said: { phase: Phase; at: number } | undefined;
  return (phase) => {
    const at = performance.now();
    if (said?.phase === phase && at - said.at < REPORT_MS) return;
    said = { phase, at };
    send(phase);
  };
}

/** One explainer is kept: people ask for word after word of one model. */
function createExplainerCache(models: ModelCache): { open(source: ModelSource): Promise<Explainer> } {
  let kept: { key: string; model: NliModel; explainer: Promise<Explainer> } | undefined;
  return {
    async open(source) {
      const model = await models.load(source);
      const key = keyOf(source.trained);
      if (kept?.key !== key || kept.model !== model) {
        const own = { key, model, explainer: createExplainer(model, weightsOf(model, source)) };
        own.explainer.catch(() => {
          if (kept === own) kept = undefined;
        });
        kept = own;
      }
      return kept.explainer;
    },
  };
}

async function openScorer(
  models: ModelCache,
  spec: ScorerSpec,
  onNotice: (text: string) => void,
): Promise<LastingScorer> {
  const model = await models.load(spec);
  const weights = weightsOf(model, spec);
  const { device, precision } = spec;
  return createLastingScorer(model, { device, precision, ...(weights && { weights }) }, onNotice);
}

async function score(
  scorers: ReadonlyMap<number, LastingScorer>,
  { scorer: id, texts, hypotheses, asked }: ScoreCall,
  { signal, onNotice }: { signal: AbortSignal; onNotice: (text: string) => void },
) {
  const scorer = scorers.get(id);
  if (!scorer) throw new EngineError('scorer_closed', 'The model for suggesting was closed.');
  const rows = await scorer.score({ texts, hypotheses, asked, signal }, onNotice);
  requireNumbers(rows.map(({ probabilities }) => probabilities));
  const columns = hypotheses.length;
  const odds = new Float32Array(texts.length * columns);
  const passages = new Int32Array(2 * odds.length).fill(-1);
  rows.forEach((row, text) => {
    odds.set(row.odds, text * columns);
    row.passages.forEach((passage, column) => {
      if (passage) passages.set([passage.start, passage.end], 2 * (text * columns + column));
    });
  });
  return { odds, passages };
}

/** Weights that are no numbers make answers that are none; nobody may take them for suggestions. */
function requireNumbers(rows: readonly Float32Array[]): void {
  if (rows.every((row) => row.every(Number.isFinite))) return;
  throw new EngineError(
    'answer_not_finite',
    'The model answers with values that are no numbers: its weights are broken.',
    'Get the model again, or choose another.',
  );
}

async function train(
  model: NliModel,
  { examples, options, device, labelNames, heldOut, checkpoints }: TrainCall,
  { call, signal, events }: { call: number; signal: AbortSignal; events: EngineEvents },
): Promise<TrainAnswer> {
  const scoresWith = (values: TrainedValues, judged: HeldOut) =>
    scoreHeldOut(model, judged, mergeTrained(model.prepared, { ...options, values }));
  const epochs =
    heldOut &&
    createEpochScores(checkpoints?.dir, {
      documents: heldOut.texts.length,
      labels: heldOut.labelNames.length,
    });
  const result = await fineTune(model, {
    examples,
    options,
    device,
    signal,
    onStep: (event) => {
      progressed('running');
      events.step(call, event);
    },
    onEvaluation: (evaluation) => {
      progressed('running');
      events.evaluation(call, evaluation);
    },
    onNotice: (text) => events.notice(call, text),
    ...(checkpoints && { checkpoints }),
    ...(heldOut && {
      heldOutF1: async (values, epoch) => {
        const scores = await scoresWith(values, heldOut);
        epochs?.add(epoch, scores);
        return macroF1(heldOut, scores);
      },
    }),
  });
  progressed('running');
  const outside = labelNames && {
    before: outsideAbility(await answersOutside(model), labelNames),
    after: outsideAbility(
      await answersOutside(model, mergeTrained(model.prepared, { ...options, ...result })),
      labelNames,
    ),
  };
  return {
    steps: result.steps,
    losses: result.losses,
    seconds: result.seconds,
    examplesPerSecond: result.examplesPerSecond,
    optimizerShare: result.optimizerShare,
    // In kilobytes on every system.
    peakBytes: process.resourceUsage().maxRSS * 1024,
    device: result.device,
    precision: result.precision,
    evaluations: result.evaluations,
    bestEpoch: result.bestEpoch ?? null,
    trained: writeTrained({ ...options, ...result }),
    heldOutScores: epochs?.of(result.evaluations.map(({ epoch }) => epoch)) ?? [],
    outside: outside ?? null,
  };
}

async function answersOutside(model: NliModel, weights?: Model): Promise<readonly ArrayLike<number>[]> {
  const scorer = await createScorer(model, weights ? { weights } : {});
  try {
    return await readOutside(async (texts, hypotheses) => {
      const rows = await scorer.score({ texts, hypotheses, onProgress: () => progressed('running') });
      return rows.map(({ odds }) => odds);
    });
  } finally {
    await scorer.release();
  }
}

async function scoreHeldOut(
  model: NliModel,
  { texts, hypotheses }: HeldOut,
  weights: ReturnType<typeof mergeTrained>,
): Promise<Float32Array[]> {
  const { sentences, labelOf } = flattenHypotheses(hypotheses);
  const scorer = await createScorer(model, { weights });
  try {
    const rows = await scorer.score({ texts, hypotheses: sentences });
    return rows.map((row) => meanPerLabel(row.probabilities, labelOf, hypotheses.length));
  } finally {
    await scorer.release();
  }
}

function macroF1({ gold, decided, labelNames }: HeldOut, scores: readonly Float32Array[]): number {
  const thresholds = labelNames.map(() => 0.5);
  return evaluate({ gold, decided, scores, labelNames, thresholds }).macro.f1;
}

function describe(error: unknown): ErrorData {
  if (error instanceof EngineError) return { code: error.code, message: error.message, hint: error.hint };
  processLog().error('engine-bug', error);
  if (isAllocation(error))
    return {
      code: 'model_too_heavy',
      message: 'The model needs more memory than this computer gives.',
      hint: 'Choose a smaller model, or close other programs.',
    };
  return {
    code: 'engine_bug',
    message: 'Something went wrong inside the engine.',
    hint: { code: 'see_log' },
  };
}

/** How V8 says that an array can't be had: of the model's sizes, not of our code. */
const isAllocation = (error: unknown): boolean =>
  error instanceof RangeError &&
  /allocation failed|invalid (typed )?array (buffer )?length/i.test(error.message);
