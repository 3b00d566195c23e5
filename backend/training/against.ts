import {
  createRandom,
  evaluate,
  type Fold,
  fitRunFusion,
  foldsOf,
  fusedOdds,
  logistic,
  logOdds,
  softplus,
  suggestionThreshold,
} from '../../engine/index.ts';
import { mustGet } from '../../process/must.ts';
import type { Project } from '../project/file.ts';
import type { RunReport } from '../project/store/runs.ts';
import { createHeadWorker } from '../suggesting/learning/headWorker.ts';
import { learnerOf } from '../suggesting/learning/learner.ts';

/** What a run says of the documents that it held out. */
export interface HeldOutScores {
  readonly ids: readonly number[];
  readonly labelIds: readonly number[];
  readonly labelNames: readonly string[];
  /** [documents][labels], as are the next two. */
  readonly gold: readonly Uint8Array[];
  readonly decided: readonly Uint8Array[];
  /** Epochs chosen without the document. */
  readonly scores: readonly Float32Array[];
}

/** Beside what suggested before, on the same cells. */
export interface Comparison {
  readonly against: NonNullable<RunReport['against']>;
  /** Macro F1 is lower, and by more than chance the run finds what holds less likely. */
  readonly isWorse: boolean;
}

/** By so many standard errors the difference must be from none: few documents hardly ever tell. */
const CLEAR = 2;
/** Fewer documents tell nothing of their spread. */
const FEWEST = 5;
const FOLDS = 10;

/**
 * How a run that has just ended compares with what suggested before (`before`: that run, 0: none), on documents that neither had learnt from. What
 * decisions taught the model as it came stays in use beside a run, so the run is judged together with that, each document
 * by weights from the others. Both are taken at thresholds of the highest expected F1 of their own probabilities, as
 * suggestions are, those for a document from the probabilities of the others: with its own among a dozen, it would be
 * suggested what is best for these very documents. Thresholds tuned on their answers fit these alone, and put runs aside
 * that are better (docs/decisions/017). undefined: there is nothing to compare.
 */
export async function comparedWithBefore(
  project: Project,
  { run, before }: { readonly run: number; readonly before: number },
  held: HeldOutScores,
): Promise<Comparison | undefined> {
  const { runs, unseenScores } = project.stores;
  const known = unseenScores.before(run);
  // Of a document that the run before learnt from, what is known is of a model before that.
  const learnt = runs.learntFrom(before);
  const places = [...held.ids.keys()].filter((i) => known.has(held.ids[i]!) && !learnt.has(held.ids[i]!));
  if (places.length === 0) return undefined;
  const past = places.map((i) => mustGet(known, held.ids[i]!, 'scores of document').probabilities);
  const folds = foldsOf(
    createRandom(run)
      .fork('fusion')
      .shuffle(places.map((_, at) => at)),
    FOLDS,
  );
  const common = {
    gold: places.map((i) => held.gold[i]!),
    decided: places.map((i, at) =>
      held.decided[i]!.map((decided, label) => (Number.isNaN(past[at]![label]) ? 0 : decided)),
    ),
    labelNames: held.labelNames,
  };
  const { macro, labelsLeftOut } = evaluate({ ...common, ...judgedBy(past, folds) });
  if (labelsLeftOut === held.labelIds.length) return undefined;
  const heads = before === 0 ? past : await headsAlone(project, held, places);
  const now = fusedWith(heads, { ...common, scores: places.map((i) => held.scores[i]!), folds });
  const own = evaluate({ ...common, ...judgedBy(now, folds) });
  return {
    against: { run: before, documents: places.length, macroF1: macro.f1, ownMacroF1: own.macro.f1 },
    isWorse: own.macro.f1 < macro.f1 && isLessLikely(now, past, common),
  };
}

const columnOf = (table: readonly Float32Array[], label: number): Float64Array =>
  Float64Array.from(table, (row) => row[label]!).filter((p) => !Number.isNaN(p));

/** [labels] */
const thresholdsOf = (table: readonly Float32Array[], labels: number): number[] =>
  Array.from({ length: labels }, (_, label) => suggestionThreshold(columnOf(table, label)));

/** Probabilities with the thresholds that those of the other documents give, [documents][labels]. */
function judgedBy(scores: readonly Float32Array[], folds: readonly Fold<number>[]) {
  const labels = scores[0]?.length ?? 0;
  const documentThresholds: (readonly number[])[] = [];
  for (const { own, others } of folds) {
    const found = thresholdsOf(
      others.map((i) => scores[i]!),
      labels,
    );
    for (const i of own) documentThresholds[i] = found;
  }
  return { scores, documentThresholds, thresholds: thresholdsOf(scores, labels) };
}

/**
 * What decisions taught the model as it came would say of held-out documents had nobody decided these, [places][labels];
 * NaN where that is not known.
 */
async function headsAlone(
  project: Project,
  { ids, labelIds }: HeldOutScores,
  places: readonly number[],
): Promise<Float32Array[]> {
  const unknown = places.map(() => new Float32Array(labelIds.length).fill(Number.NaN));
  const teaching = await learnerOf(project).teaching();
  if (!teaching) return unknown;
  const worker = createHeadWorker(1);
  try {
    worker.use(teaching.tables);
    const found = await worker.crossFit(teaching.known, null, teaching.targets);
    const rowOf = new Map([...found.documents].map((document, i) => [document, i]));
    const all = project.stores.labels.all().map(({ id }) => id);
    return places.map((i, at) => {
      const row = rowOf.get(teaching.rows.get(ids[i]!) ?? -1);
      if (row === undefined) return unknown[at]!;
      return Float32Array.from(labelIds, (id) => {
        const label = all.indexOf(id);
        return label < 0 ? Number.NaN : found.probabilities[row * all.length + label]!;
      });
    });
  } finally {
    worker.close();
  }
}

/** Heads' and run's probabilities as one, those of each document by weights from the others; [documents][labels]. */
function fusedWith(
  heads: readonly Float32Array[],
  {
    gold,
    decided,
    scores,
    folds,
  }: Pick<HeldOutScores, 'gold' | 'decided' | 'scores'> & { readonly folds: readonly Fold<number>[] },
): Float32Array[] {
  const fused: Float32Array[] = [];
  for (const { own, others } of folds) {
    const cells = others.flatMap((i) =>
      [...scores[i]!.keys()].flatMap((label) =>
        decided[i]![label] === 1 && !Number.isNaN(heads[i]![label]) ? [{ i, label }] : [],
      ),
    );
    const weights = fitRunFusion({
      head: cells.map(({ i, label }) => logOdds(heads[i]![label]!)),
      run: cells.map(({ i, label }) => logOdds(scores[i]![label]!)),
      answers: cells.map(({ i, label }) => gold[i]![label]!),
    });
    for (const i of own)
      fused[i] = scores[i]!.map((p, label) =>
        logistic(fusedOdds(weights, logOdds(heads[i]![label]!), logOdds(p))),
      );
  }
  return fused;
}

/** Whether `now` gives the answers clearly less probability than `past`: the mean difference of log losses of documents. */
function isLessLikely(
  now: readonly Float32Array[],
  past: readonly Float32Array[],
  { gold, decided }: Pick<HeldOutScores, 'gold' | 'decided'>,
): boolean {
  const differences = gold.flatMap((answers, i) => {
    const judged = [...answers.keys()].filter((label) => decided[i]![label] === 1);
    const lossOf = (row: Float32Array) =>
      judged.reduce((sum, label) => sum + softplus((answers[label] ? -1 : 1) * logOdds(row[label]!)), 0);
    return judged.length === 0 ? [] : [(lossOf(now[i]!) - lossOf(past[i]!)) / judged.length];
  });
  const { length } = differences;
  if (length < FEWEST) return false;
  const mean = differences.reduce((sum, x) => sum + x, 0) / length;
  const variance = differences.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (length - 1);
  return mean > CLEAR * Math.sqrt(variance / length);
}
