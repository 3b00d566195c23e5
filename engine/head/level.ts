import { logistic } from '../nli/probability.ts';
import { type HeadEvidence, type LabelAnswers, readingOf } from './evidence.ts';
import { softplus } from './logistic.ts';

/** Precision of the prior of the level that all labels share, and of how far a label's own lies from it. */
export interface LevelPrior {
  readonly shared: number;
  readonly own: number;
}

const LEVEL_PRIOR: LevelPrior = { shared: 0.5, own: 0.5 };

const MOST_STEPS = 50;
const TOLERANCE = 1e-7;

/**
 * By how much the suggestions of this project are too low (above 0) or too high, in log-odds, learnt from the decisions
 * of all labels together: c of log-odds z + c + uₗ with Gaussian priors on c and on each label's own uₗ (random
 * intercepts: Gelman and Hill 2007, chapter 12), maximum a posteriori by Newton's method.
 *
 * A suggestion of 0.5 is where it is worth making, not where half of them are right, and how often they are depends on the
 * documents. Ten documents with twenty labels are two hundred cells that tell it, where each label alone has a yes or
 * none. How strongly z speaks is not learnt here: between labels it tells of their rarity, and where suggestions are poor
 * that drowned what it tells within a label.
 *
 * known: [labels]. 0 without a decision.
 */
export function sharedLevel(
  evidence: HeadEvidence,
  known: readonly LabelAnswers[],
  prior: LevelPrior = LEVEL_PRIOR,
): number {
  const labels = known.flatMap(({ documents, answers }, label): Cells[] => {
    const cells = documents.flatMap((document, i) => {
      const reading = readingOf(evidence, document, label);
      return reading ? [{ z: reading.z, yes: answers[i] === 1 }] : [];
    });
    return cells.length > 0 ? [cells] : [];
  });
  let level = 0;
  let own = new Float64Array(labels.length);
  let loss = lossOf(labels, level, own, prior);
  for (let step = 0; step < MOST_STEPS; step++) {
    const move = newtonStep(labels, level, own, prior);
    if (Math.abs(move.level) < TOLERANCE && move.own.every((x) => Math.abs(x) < TOLERANCE)) break;
    let length = 1;
    for (; length > 1e-6; length /= 2) {
      const tried = own.map((x, i) => x + length * move.own[i]!);
      const found = lossOf(labels, level + length * move.level, tried, prior);
      if (found > loss) continue;
      level += length * move.level;
      own = tried;
      loss = found;
      break;
    }
    if (length <= 1e-6) break;
  }
  return level;
}

type Cells = readonly { readonly z: number; readonly yes: boolean }[];

/** The Hessian is a diagonal with a border: it is solved by the Schur complement of the diagonal. */
function newtonStep(labels: readonly Cells[], level: number, own: Float64Array, prior: LevelPrior) {
  let gradient = prior.shared * level;
  let curvature = prior.shared;
  const parts = labels.map((cells, label) => {
    let slope = 0;
    let bend = 0;
    for (const { z, yes } of cells) {
      const p = logistic(z + level + own[label]!);
      slope += p - (yes ? 1 : 0);
      bend += p * (1 - p);
    }
    const gradientOwn = slope + prior.own * own[label]!;
    const diagonal = bend + prior.own;
    gradient += slope - (bend * gradientOwn) / diagonal;
    curvature += bend - bend ** 2 / diagonal;
    return { bend, gradientOwn, diagonal };
  });
  const move = -gradient / curvature;
  return {
    level: move,
    own: Float64Array.from(
      parts,
      ({ bend, gradientOwn, diagonal }) => -(gradientOwn + bend * move) / diagonal,
    ),
  };
}

function lossOf(labels: readonly Cells[], level: number, own: Float64Array, prior: LevelPrior): number {
  let sum = (prior.shared / 2) * level ** 2;
  for (const [label, cells] of labels.entries()) {
    sum += (prior.own / 2) * own[label]! ** 2;
    for (const { z, yes } of cells) {
      const logit = z + level + own[label]!;
      sum += softplus(yes ? -logit : logit);
    }
  }
  return sum;
}
