import { logistic } from '../nli/probability.ts';

/** Farther than this no log-odds are moved. */
const MOST = 30;
const HALVINGS = 40;

/**
 * What has to be added to log-odds for their mean probability to be that of others: found by halving, since it grows
 * with what is added. Of none it is 0.
 */
export function shiftToMean(odds: Float32Array, wanted: Float32Array): number {
  if (odds.length === 0 || wanted.length === 0) return 0;
  const share = meanOf(wanted, 0);
  let [low, high] = [-MOST, MOST];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (meanOf(odds, middle) > share) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

const meanOf = (odds: Float32Array, shift: number): number =>
  odds.reduce((sum, value) => sum + logistic(value + shift), 0) / odds.length;
