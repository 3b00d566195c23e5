import type { FusionWeights } from '../../engine/zeroshot/fusion.ts';

/** Weights under which each part of the fusion changes the answer. */
export const FUSION_WEIGHTS: FusionWeights = {
  bias: -0.5,
  entailment: 0.5,
  centred: 0.25,
  competition: 1,
  sharpness: 20,
  prior: -2,
  priorDocuments: 8,
};
