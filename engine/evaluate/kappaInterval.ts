import { quantile } from './bootstrap.ts';
import { CHOSEN_SD, logOdds, shareOf } from './chosen.ts';
import { type Counts, cohenKappa } from './counts.ts';
import type { Range } from './credible.ts';
import { gamma, type Source } from './gamma.ts';

/** Jeffreys' prior of four cells. */
const PRIOR = 0.5;
const TAIL = 0.025;

/**
 * 95 % credible interval of Cohen's kappa on new documents: the four cells have a Dirichlet distribution, Jeffreys' before
 * they were counted. It has no form of its own, so that it is drawn.
 *
 * chosen: as in `labelIntervals`; kappa lies between -1 and 1, so that its place between the two is what is shifted.
 */
export function kappaInterval(
  counts: Counts,
  { chosen, draws, random }: { readonly chosen: boolean; readonly draws: number; readonly random: Source },
): Range {
  const drawn = Float64Array.from({ length: draws }, () => {
    const kappa = cohenKappa({
      truePositives: gamma(counts.truePositives + PRIOR, random),
      falsePositives: gamma(counts.falsePositives + PRIOR, random),
      falseNegatives: gamma(counts.falseNegatives + PRIOR, random),
      trueNegatives: gamma(counts.trueNegatives + PRIOR, random),
    });
    return chosen ? 2 * shareOf(logOdds((1 + kappa) / 2) + CHOSEN_SD * random.normal()) - 1 : kappa;
  }).sort();
  const estimate = cohenKappa(counts);
  return {
    low: Math.min(estimate, quantile(drawn, TAIL)),
    high: Math.max(estimate, quantile(drawn, 1 - TAIL)),
  };
}
