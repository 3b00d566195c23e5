import { cardinality } from './cardinality.ts';
import { diversity } from './diversity.ts';
import { mix } from './mix.ts';
import { random } from './random.ts';
import { rarity } from './rarity.ts';
import type { Strategy } from './strategy.ts';
import { leastConfident, mostUncertain, nearestThreshold } from './uncertainty.ts';

/** All strategies, the usual one first. Commands, their help, the contract and the page's list come from here. */
export const STRATEGIES: readonly Strategy[] = [
  mix,
  mostUncertain,
  nearestThreshold,
  leastConfident,
  rarity,
  cardinality,
  diversity,
  random,
];
