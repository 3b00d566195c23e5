import { invariant } from '../errors.ts';
import { boundedOdds } from '../nli/probability.ts';
import { fitLogistic } from './logistic.ts';

/** How the log-odds of heads h and of a trained run r make one: head · h + run · r + constant. */
export interface RunFusion {
  readonly head: number;
  readonly run: number;
  readonly constant: number;
}

/** What is expected of the weights, and how firmly (precisions λ of a Gaussian prior). */
export interface FusionPrior {
  readonly mean: RunFusion;
  readonly precision: RunFusion;
}

/**
 * What the run says is in the heads' embeddings in part; it is surer of itself, and what both say is not said twice. Chosen
 * on five sets (`bench/learn/tuned.ts`); the few documents that tell more move it little.
 */
const FUSION_PRIOR: FusionPrior = {
  mean: { head: 0.75, run: 0.3, constant: 0 },
  precision: { head: 20, run: 20, constant: 2 },
};

/** Cells of a label on a document that neither the run nor the heads that judged it had learnt from: [cells] each. */
export interface FusionCells {
  readonly head: ArrayLike<number>;
  readonly run: ArrayLike<number>;
  /** 1 for a yes, 0 for a no. */
  readonly answers: ArrayLike<number>;
}

/**
 * The weights that cells of all labels together make likeliest, maximum a posteriori: a logistic regression whose prior
 * mean is in the offset (stacking: Wolpert 1992). Without cells they are what the prior expects.
 */
export function fitRunFusion(cells: FusionCells, { mean, precision }: FusionPrior = FUSION_PRIOR): RunFusion {
  const { length } = cells.answers;
  invariant(cells.head.length === length && cells.run.length === length, `${length} cells are fused`);
  const scales = [precision.head, precision.run, precision.constant].map((lambda) => 1 / Math.sqrt(lambda));
  const [ofHead, ofRun, ofConstant] = scales as [number, number, number];
  const features = new Float32Array(3 * length);
  const offsets = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const h = boundedOdds(cells.head[i]!);
    const r = cells.run[i]!;
    features.set([h * ofHead, r * ofRun, ofConstant], 3 * i);
    offsets[i] = mean.head * h + mean.run * r + mean.constant;
  }
  const [head, run, constant] = fitLogistic({
    features,
    width: 3,
    offsets,
    answers: Uint8Array.from(cells.answers),
  });
  return {
    head: mean.head + head! * ofHead,
    run: mean.run + run! * ofRun,
    constant: mean.constant + constant! * ofConstant,
  };
}

/**
 * Their log-odds as one; where one of them is NaN, not known, those of the other. Those of heads count up to ±8, where
 * probabilities end: whoever has them as a probability reads the same.
 */
export const fusedOdds = ({ head, run, constant }: RunFusion, h: number, r: number): number => {
  if (Number.isNaN(r)) return h;
  return Number.isNaN(h) ? r : head * boundedOdds(h) + run * r + constant;
};
