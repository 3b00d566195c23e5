/**
 * Standard deviation, in log-odds, of what choosing does to a figure. Measured of macro F1: 0.09 (root mean square, what
 * chance does among it; docs/figures.md). In log-odds it is never less than that between 0.2 and 0.8, and no figure reaches
 * 0 or 1 by it.
 */
export const CHOSEN_SD = 0.6;

const LEAST = 1e-6;

export const logOdds = (share: number): number => {
  const inside = Math.min(1 - LEAST, Math.max(LEAST, share));
  return Math.log(inside / (1 - inside));
};

export const shareOf = (odds: number): number => 1 / (1 + Math.exp(-odds));

/** A share as it may be on other documents than the chosen ones; `normal`: from a standard normal distribution. */
export const shifted = (share: number, normal: number): number =>
  shareOf(logOdds(share) + CHOSEN_SD * normal);
