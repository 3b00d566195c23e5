import { invariant } from '../errors.ts';
import type { Pick } from './pick.ts';
import { NO_EMBEDDINGS, pickRandom } from './random.ts';
import type { Strategy } from './strategy.ts';

/**
 * Candidates that cover the collection: each is the farthest from all labelled documents and earlier picks (k-center
 * greedy: Gonzalez 1985; Sener and Savarese 2018, algorithm 1), Euclidean. The score is that distance.
 *
 * candidates, labelled: [documents][dimensions]. With nothing labelled the candidate nearest the mean comes first and
 * scores the distance of the candidate farthest from it. At most `limit` picks, each candidate once.
 */
export function pickDiverse({
  candidates,
  labelled,
  limit,
}: {
  readonly candidates: readonly Float32Array[];
  readonly labelled: readonly Float32Array[];
  readonly limit: number;
}): Pick[] {
  const nearest = new Float64Array(candidates.length).fill(Number.POSITIVE_INFINITY);
  const cover = (centre: ArrayLike<number>) => {
    for (const [index, candidate] of candidates.entries()) {
      nearest[index] = Math.min(nearest[index] as number, squaredDistance(candidate, centre));
    }
  };
  for (const centre of labelled) cover(centre);

  const picks: Pick[] = [];
  const taken = new Set<number>();
  const take = (index: number) => {
    const reach = nearest[index] as number;
    cover(candidates[index] as Float32Array);
    const squared = Number.isFinite(reach) ? reach : nearest.reduce((far, value) => Math.max(far, value), 0);
    picks.push({ index, score: Math.sqrt(squared), reason: 'diversity' });
    taken.add(index);
  };
  if (labelled.length === 0 && candidates.length > 0 && limit > 0) take(mostCentral(candidates));
  while (picks.length < Math.min(limit, candidates.length)) take(farthest(nearest, taken));
  return picks;
}

function farthest(nearest: Float64Array, taken: ReadonlySet<number>): number {
  let best = -1;
  for (let index = 0; index < nearest.length; index++) {
    if (taken.has(index)) continue;
    if (best === -1 || (nearest[index] as number) > (nearest[best] as number)) best = index;
  }
  return best;
}

function mostCentral(candidates: readonly Float32Array[]): number {
  const mean = new Float64Array(candidates[0]?.length ?? 0);
  for (const candidate of candidates) {
    for (let dimension = 0; dimension < mean.length; dimension++) {
      mean[dimension] = (mean[dimension] as number) + (candidate[dimension] ?? 0) / candidates.length;
    }
  }
  let best = 0;
  let shortest = Number.POSITIVE_INFINITY;
  for (const [index, candidate] of candidates.entries()) {
    const distance = squaredDistance(candidate, mean);
    if (distance >= shortest) continue;
    shortest = distance;
    best = index;
  }
  return best;
}

function squaredDistance(one: ArrayLike<number>, other: ArrayLike<number>): number {
  invariant(one.length === other.length, 'embeddings have the same dimensions');
  let sum = 0;
  for (let dimension = 0; dimension < one.length; dimension++) {
    sum += ((one[dimension] as number) - (other[dimension] as number)) ** 2;
  }
  return sum;
}

/** Where there are no embeddings it is random, and says so. */
export const diversity: Strategy = {
  name: 'diversity',
  sentence: 'Most different',
  needsEmbeddings: true,
  pick: ({ scores, embeddings }, { limit, random }) =>
    embeddings
      ? pickDiverse({ ...embeddings, limit })
      : pickRandom(scores.length, random, NO_EMBEDDINGS).slice(0, limit),
};
