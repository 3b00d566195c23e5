import type { Parameter } from '../../optim/adamw.ts';

/** More workers than this would have too little to do in a batch; further cores become threads of each. */
const MOST_WORKERS = 8;
/** So many numbers that adding up slices costs more than small slices save. */
const MANY_WEIGHTS = 2_000_000;

export const mostWorkers = (cores: number): number => Math.min(cores, MOST_WORKERS);

/** Padded tokens that one worker computes at a time. */
export function tokensPerSlice(parameters: readonly Parameter[]): number {
  const weights = parameters.reduce((sum, { values }) => sum + values.length, 0);
  return weights > MANY_WEIGHTS ? 4096 : 512;
}
