import { feedForwards, splitFirstToken } from '../graph/fuse/feedForward.ts';
import { cloneModel, type Model } from '../graph/graph.ts';

/** How large the rows of a value become: per token of the pairs that were run, its largest magnitude. */
export interface RowMaxima {
  /** Of each pair's first token. */
  readonly first: readonly number[];
  readonly rest: readonly number[];
}

/** Runs a model on a few pairs and gives the row maxima of values [batch, sequence, channels]. */
export type RowWatcher = (model: Model, names: readonly string[]) => Promise<ReadonlyMap<string, RowMaxima>>;

/** A scale for a whole activation is good enough where no row has values more than so many times the median row's. */
const EVEN = 4;

/**
 * Prepares the feed-forward parts for one scale per activation. In most encoders the first token alone has values far
 * above all others, for attention rests on it (Sun et al. 2024): it is then computed apart. The values of other uneven
 * parts are returned: their rows need scales of their own. `graph` is changed in place.
 */
export async function evenOut(model: Model, watch: RowWatcher): Promise<ReadonlySet<string>> {
  const { graph } = model;
  const parts = feedForwards(graph);
  const maxima = await watch(
    cloneModel(model),
    parts.flatMap(({ input, inner }) => [input, inner]),
  );
  const isEven = (name: string) => {
    const { first, rest } = maxima.get(name)!;
    return spread([...first, ...rest]) <= EVEN;
  };
  const isEvenApart = (name: string) => {
    const { rest } = maxima.get(name)!;
    return rest.length > 0 && spread(rest) <= EVEN;
  };
  const uneven = new Set<string>();
  for (const part of parts) {
    const values = [part.input, part.inner];
    if (values.every(isEven)) continue;
    if (values.every(isEvenApart)) splitFirstToken(graph, part);
    else for (const name of values) uneven.add(name);
  }
  return uneven;
}

/** The largest of the numbers, as a multiple of the median. */
function spread(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  return median ? sorted.at(-1)! / median : 1;
}
