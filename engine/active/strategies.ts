import { cardinality } from './cardinality.ts';
import { mostChanged } from './changed.ts';
import { diversity } from './diversity.ts';
import { mostTelling } from './expectedChange.ts';
import { byGradients } from './gradients.ts';
import { nearestThreshold } from './margin.ts';
import { mix } from './mix.ts';
import { random } from './random.ts';
import { rareMargin } from './rareMargin.ts';
import { rarity } from './rarity.ts';
import type { Strategy } from './strategy.ts';
import { leastConfident, mostUncertain } from './uncertainty.ts';

/** All strategies, the usual one first. Commands, their help, the contract and the page's list come from here. */
export const STRATEGIES: readonly Strategy[] = [
  mix,
  rareMargin,
  nearestThreshold,
  mostUncertain,
  leastConfident,
  mostTelling,
  byGradients,
  mostChanged,
  rarity,
  cardinality,
  diversity,
  random,
];
