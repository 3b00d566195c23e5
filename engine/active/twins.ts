import { TWINS } from '../head/distinct.ts';
import { isRandom, type Pick } from './pick.ts';

/**
 * Picks without those that say almost the same as a labelled document or a pick before: answering them again teaches
 * hardly anything. What was drawn at random stays, for a sample that leaves out twins is no random one. Those that were
 * left out come last, so that none is lost where all are alike.
 *
 * candidates, labelled: [documents][dimensions].
 */
export function withoutTwins(
  picks: readonly Pick[],
  {
    candidates,
    labelled,
  }: { readonly candidates: readonly Float32Array[]; readonly labelled: readonly Float32Array[] },
): Pick[] {
  const seen = labelled.map(unit);
  const twins: Pick[] = [];
  const own = picks.filter((pick) => {
    const vector = unit(candidates[pick.index]!);
    if (!isRandom(pick.reason) && seen.some((other) => dot(other, vector) >= TWINS)) {
      twins.push(pick);
      return false;
    }
    seen.push(vector);
    return true;
  });
  return [...own, ...twins];
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  return length > 0 ? vector.map((x) => x / length) : vector;
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i]! * other[i]!;
  return sum;
}
