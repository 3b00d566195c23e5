import { mustGet } from '../../process/must.ts';
import { quantile } from '../evaluate/bootstrap.ts';
import { predicted } from '../evaluate/counts.ts';
import { foldsOf } from '../folds.ts';
import type { LabelAnswers } from '../head/evidence.ts';
import type { HeadLearner, Targets } from '../head/learner.ts';
import { createRandom, type Random } from '../random.ts';

/** How good suggestions are after so many decided documents, as far as the decided ones tell. */
export interface LearningCurve {
  /** Documents learnt from, ascending. */
  readonly sizes: readonly number[];
  /** [sizes]: macro F1 over the labels that can be judged, the mean over seeds. */
  readonly macroF1: readonly number[];
  /** [sizes]: 95 % of the resamples. */
  readonly intervals: readonly { readonly low: number; readonly high: number }[];
  /** [resamples][sizes]: the same of documents drawn with replacement, the same ones at all sizes. */
  readonly resampled: readonly Float64Array[];
  /** Documents that anything is decided of, and labels that can be judged. */
  readonly documents: number;
  readonly judgedLabels: number;
}

export interface CurveRequest {
  /** [labels]; documents are rows of the learner's tables. */
  readonly known: readonly LabelAnswers[];
  readonly targets?: Targets | undefined;
  readonly seed: number;
}

/** Shares of the decided documents that heads learn from; with five folds there are no more than four fifths. */
const SHARES = [0.1, 0.2, 0.4, 0.6, 0.8];
const FOLDS = 5;
/** Each divides the documents in another way; of many documents one says as much. */
const MOST_SEEDS = 3;
/** Documents that heads learn from, of all fits together: about half a minute with 20 labels. */
const MOST_LEARNT = 12_000;
/** Of more documents one fold is judged, which has hundreds. */
const MANY_DOCUMENTS = 3000;
const RESAMPLES = 200;
/** With fewer documents folds are too small to say anything. */
const LEAST_DOCUMENTS = 20;
/** A label with fewer yeses or noes has no F1 that says anything: folds lack one of both. */
const LEAST_ANSWERS = 2;
/** Fewer documents teach no heads worth a point. */
const LEAST_SIZE = 5;

/**
 * The learning curve of the heads by subsampling. The decided documents are divided into folds; for each, heads are fitted
 * to the first n of the others in random order, and judge the documents of the fold at the thresholds that the program would
 * use then (cross-validation at each size; Perlich, Provost and Simonoff 2003). All sizes are judged on the same documents,
 * and small samples are part of the larger ones, so that what chance does to one point it does to the next, and
 * differences between points are known better than the points themselves. A resample
 * is judged as all documents are, on the labels that it has a yes and a no of: a rare label's few yeses are often not drawn,
 * and counted as an F1 of 0 in an average whose figure has none.
 *
 * null: there are too few documents, or no label has yeses and noes enough. Deterministic by seed.
 */
export function learningCurve(
  learner: Pick<HeadLearner, 'taughtBy'>,
  { known, targets, seed }: CurveRequest,
): LearningCurve | null {
  const all = [...new Set(known.flatMap(({ documents }) => [...documents]))].sort((a, b) => a - b);
  const sizes = [...new Set(SHARES.map((share) => Math.round(share * all.length)))].filter(
    (size) => size >= LEAST_SIZE,
  );
  const random = createRandom(seed).fork('learning curve');
  const perSeed = FOLDS * sizes.reduce((sum, size) => sum + size, 0);
  const seeds = Math.max(1, Math.min(MOST_SEEDS, Math.round(MOST_LEARNT / perSeed)));
  const orders = Array.from({ length: seeds }, (_, i) => random.fork(`order ${i}`).shuffle([...all.keys()]));
  const folds = all.length > MANY_DOCUMENTS ? 1 : FOLDS;
  const gold = goldOf(known, all);
  if (folds === 1)
    for (const row of foldsOf(orders[0]!, FOLDS)[0]?.others ?? [])
      gold.fill(UNDECIDED, row * known.length, (row + 1) * known.length);
  const judged = known.flatMap((_, label) => (canBeJudged(gold, label, known.length) ? [label] : []));
  if (all.length < LEAST_DOCUMENTS || judged.length === 0) return null;
  const suggested = orders.map((order) => suggestedAt(learner, { known, targets, all, sizes, order, folds }));
  const draws = random.fork('resamples');
  const score = (weights: ArrayLike<number>): Float64Array =>
    Float64Array.from(sizes, (_, size) =>
      meanOf(
        suggested.map((bySize) => macroF1Of(gold, bySize[size]!, { weights, labels: known.length, judged })),
      ),
    );
  const macroF1 = score(new Float64Array(all.length).fill(1));
  const resampled = Array.from({ length: RESAMPLES }, () => {
    let weights: Float64Array;
    do weights = drawn(all.length, draws);
    while (!judged.some((label) => hasBoth(gold, { label, labels: known.length, weights })));
    return score(weights);
  });
  return {
    sizes,
    macroF1: [...macroF1],
    intervals: sizes.map((_, size) => {
      const sorted = resampled.map((row) => row[size]!).sort((a, b) => a - b);
      return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
    }),
    resampled,
    documents: all.length,
    judgedLabels: judged.length,
  };
}

/** How often each of `count` documents was drawn, of as many draws. */
function drawn(count: number, random: Pick<Random, 'integer'>): Float64Array {
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) weights[random.integer(count)]! += 1;
  return weights;
}

const UNDECIDED = 2;

/** [documents, labels]: 1 a yes, 0 a no, 2 undecided. */
function goldOf(known: readonly LabelAnswers[], all: readonly number[]): Uint8Array {
  const place = new Map(all.map((document, i) => [document, i]));
  const gold = new Uint8Array(all.length * known.length).fill(UNDECIDED);
  for (const [label, { documents, answers }] of known.entries()) {
    for (const [i, document] of documents.entries())
      gold[mustGet(place, document, 'place of document') * known.length + label] = answers[i] === 1 ? 1 : 0;
  }
  return gold;
}

function canBeJudged(gold: Uint8Array, label: number, labels: number): boolean {
  const counts = [0, 0, 0];
  for (let at = label; at < gold.length; at += labels) counts[gold[at]!]! += 1;
  return counts[0]! >= LEAST_ANSWERS && counts[1]! >= LEAST_ANSWERS;
}

interface Column {
  readonly label: number;
  readonly labels: number;
  /** [documents]: how much each counts. */
  readonly weights: ArrayLike<number>;
}

/** Whether documents that count have a yes and a no of a label. */
function hasBoth(gold: Uint8Array, { label, labels, weights }: Column): boolean {
  const seen = [false, false, false];
  for (let row = 0; row < weights.length; row++)
    if (weights[row]! > 0) seen[gold[row * labels + label]!] = true;
  return seen[0] === true && seen[1] === true;
}

/** [sizes]: tables of [documents, labels], 1 where the label is suggested by heads that had not learnt from the document. */
function suggestedAt(
  learner: Pick<HeadLearner, 'taughtBy'>,
  {
    known,
    targets,
    all,
    sizes,
    order,
    folds,
  }: {
    readonly known: readonly LabelAnswers[];
    readonly targets: Targets | undefined;
    readonly all: readonly number[];
    readonly sizes: readonly number[];
    readonly order: readonly number[];
    readonly folds: number;
  },
): Uint8Array[] {
  const labels = known.length;
  const tables = sizes.map(() => new Uint8Array(all.length * labels));
  for (const { own, others } of foldsOf(order, FOLDS).slice(0, folds)) {
    for (const [at, size] of sizes.entries()) {
      const learnt = new Set(others.slice(0, size).map((i) => all[i]!));
      const { probabilities, thresholds } = learner.taughtBy(
        answersOn(known, learnt),
        own.map((i) => all[i]!),
        targets,
      );
      for (const [i, document] of own.entries()) {
        for (let label = 0; label < labels; label++) {
          if (predicted(probabilities[i * labels + label]!, thresholds[label]!))
            tables[at]![document * labels + label] = 1;
        }
      }
    }
  }
  return tables;
}

/** The answers on some documents alone. */
export const answersOn = (known: readonly LabelAnswers[], documents: ReadonlySet<number>): LabelAnswers[] =>
  known.map((own) => {
    const kept = [...own.documents.keys()].filter((i) => documents.has(own.documents[i]!));
    return { documents: kept.map((i) => own.documents[i]!), answers: kept.map((i) => own.answers[i]!) };
  });

function macroF1Of(
  gold: Uint8Array,
  suggested: Uint8Array,
  {
    weights,
    labels,
    judged,
  }: { readonly weights: ArrayLike<number>; readonly labels: number; readonly judged: readonly number[] },
): number {
  return meanOf(
    judged.flatMap((label) => {
      if (!hasBoth(gold, { label, labels, weights })) return [];
      let [both, either] = [0, 0];
      for (let row = 0; row < weights.length; row++) {
        const yes = gold[row * labels + label]!;
        if (yes === UNDECIDED) continue;
        const says = suggested[row * labels + label]!;
        both += 2 * weights[row]! * yes * says;
        either += weights[row]! * (yes + says);
      }
      return [either === 0 ? 0 : both / either];
    }),
  );
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
