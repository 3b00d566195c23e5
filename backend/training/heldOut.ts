import {
  createRandom,
  crossFit,
  evaluate,
  evaluateInTurns,
  fitRunFusion,
  foldsOf,
  fusedOdds,
  type HeldOut,
  type LabelThreshold,
  logistic,
  logOdds,
  type Random,
  type TrainAnswer,
  tuneThresholds,
  withIntervals,
} from '../../engine/index.ts';
import { mustGet } from '../../process/must.ts';
import type { Project } from '../project/file.ts';
import type { RunReport } from '../project/store/runs.ts';
import type { KeptScores } from '../project/store/unseenScores.ts';
import { thresholdsOf } from '../suggesting/thresholds.ts';

/** What the held-out documents say of a run. */
export interface HeldOutFigures {
  readonly metrics: NonNullable<RunReport['metrics']>;
  /** The run's own, from all held-out documents. */
  readonly thresholds: readonly LabelThreshold[];
  /** By document, in the order of `heldOut`. */
  readonly unseen: readonly KeptScores[];
  readonly against?: RunReport['against'];
}

/**
 * Figures and thresholds of a run that has just ended. The held-out documents chose its epoch and its thresholds, so each
 * is judged by what the others choose (`crossFit`). What suggested before is judged on those of them that it had not
 * learnt from, at its own thresholds.
 */
export async function heldOutFigures(
  project: Project,
  {
    run,
    labelIds,
    heldOutIds,
    heldOut: { gold, decided, labelNames },
    answer: { heldOutScores, evaluations, bestEpoch },
  }: {
    run: number;
    labelIds: readonly number[];
    /** In the order of `heldOut`. */
    heldOutIds: readonly number[];
    heldOut: HeldOut;
    answer: TrainAnswer;
  },
): Promise<HeldOutFigures | undefined> {
  const kept =
    heldOutScores[evaluations.findIndex(({ epoch }) => epoch === bestEpoch)] ?? heldOutScores.at(-1);
  if (!kept) return undefined;
  const labels = labelIds.length;
  const tuned = tuneThresholds({ gold, decided, scores: kept, labels });
  const thresholds = tuned.map(({ threshold }) => threshold);
  const fitted = crossFit({
    gold,
    decided,
    candidates: heldOutScores,
    labels,
    random: createRandom(run).fork('cross-fit'),
  });
  const own = { gold, decided, scores: fitted.scores, documentThresholds: fitted.thresholds };
  const rows = gold.map((row, i) => ({
    gold: row,
    decided: decided[i]!,
    scores: fitted.scores[i]!,
    thresholds: fitted.thresholds[i]!,
  }));
  const atRandom = project.stores.runs.get(run)?.heldOutAtRandom ?? false;
  const bare = await evaluateInTurns({ ...own, labelNames, thresholds });
  const metrics = await withIntervals(bare, rows, { atRandom });
  return {
    metrics: { ...metrics, labels: [...metrics.labels] },
    thresholds: tuned,
    unseen: fitted.scores.map((probabilities, i) => ({
      probabilities,
      thresholds: Float32Array.from(fitted.thresholds[i]!),
    })),
    ...against(project, run, { heldOutIds, labelIds, labelNames, ...own }),
  };
}

/**
 * Both on the same cells: where what suggested before gave a probability. What decisions taught the model stays in use
 * beside its run, so that the run is judged together with it, each document by weights from the others.
 */
function against(
  project: Project,
  run: number,
  own: {
    readonly heldOutIds: readonly number[];
    readonly labelIds: readonly number[];
    readonly labelNames: readonly string[];
    readonly gold: readonly Uint8Array[];
    readonly decided: readonly Uint8Array[];
    readonly scores: readonly Float32Array[];
    readonly documentThresholds: readonly Float64Array[];
  },
): Pick<HeldOutFigures, 'against'> {
  const { labels, settings, unseenScores } = project.stores;
  const before = unseenScores.before(run);
  const places = own.heldOutIds.flatMap((id, i) => (before.has(id) ? [i] : []));
  if (places.length === 0) return {};
  const thresholds = thresholdsOf(project);
  const used = new Map(labels.all().map(({ id }, i) => [id, thresholds[i]!]));
  const rows = places.map((i) => mustGet(before, own.heldOutIds[i]!, 'scores of document').probabilities);
  const common = {
    gold: places.map((i) => own.gold[i]!),
    decided: places.map((i, at) =>
      own.decided[i]!.map((decided, label) => (Number.isNaN(rows[at]![label]) ? 0 : decided)),
    ),
    labelNames: own.labelNames,
    thresholds: own.labelIds.map((id) => used.get(id) ?? 0.5),
  };
  const past = evaluate({ ...common, scores: rows });
  if (past.labelsLeftOut === own.labelIds.length) return {};
  const scores = places.map((i) => own.scores[i]!);
  const random = createRandom(run).fork('fusion');
  const now =
    settings.get('activeRun') === 0
      ? evaluate({ ...common, ...fusedFigures({ ...common, heads: rows, scores, random }) })
      : evaluate({
          ...common,
          scores,
          documentThresholds: places.map((i) => own.documentThresholds[i]!),
        });
  const facts = { run: settings.get('activeRun'), documents: places.length };
  return { against: { ...facts, macroF1: past.macro.f1, ownMacroF1: now.macro.f1 } };
}

const FOLDS = 10;

/** Heads' and run's probabilities as one, and thresholds, of each document by the others; tables are [documents][labels]. */
function fusedFigures({
  gold,
  decided,
  heads,
  scores,
  random,
}: {
  readonly gold: readonly Uint8Array[];
  readonly decided: readonly Uint8Array[];
  readonly heads: readonly Float32Array[];
  readonly scores: readonly Float32Array[];
  readonly random: Random;
}) {
  const order = random.shuffle(gold.map((_, i) => i));
  const fused: Float32Array[] = [];
  for (const { own, others } of foldsOf(order, FOLDS)) {
    const cells = others.flatMap((i) =>
      [...scores[i]!.keys()].flatMap((label) => (decided[i]![label] === 1 ? [{ i, label }] : [])),
    );
    const weights = fitRunFusion({
      head: cells.map(({ i, label }) => logOdds(heads[i]![label]!)),
      run: cells.map(({ i, label }) => logOdds(scores[i]![label]!)),
      answers: cells.map(({ i, label }) => gold[i]![label]!),
    });
    for (const i of own) {
      fused[i] = scores[i]!.map((p, label) =>
        logistic(fusedOdds(weights, logOdds(heads[i]![label]!), logOdds(p))),
      );
    }
  }
  const labels = scores[0]?.length ?? 0;
  const fitted = crossFit({ gold, decided, candidates: [fused], labels, random });
  return { scores: fitted.scores, documentThresholds: fitted.thresholds };
}
