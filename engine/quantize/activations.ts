import { mustGet } from '../../process/must.ts';
import { createFirstTokenSplit, feedForwards } from '../graph/fuse/feedForward.ts';
import { multipliedValues } from '../graph/fuse/products.ts';
import { cloneModel, type Model } from '../graph/graph.ts';

/** The least and the greatest value of a row: of one token's channels. */
export interface RowRange {
  readonly least: number;
  readonly most: number;
}

/** The rows of a value [batch, sequence, channels] in a few pairs: those of first tokens, and all others. */
export interface WatchedRows {
  readonly first: readonly RowRange[];
  readonly rest: readonly RowRange[];
}

/** Runs a model on a few pairs and gives the rows of its values. */
export type RowWatcher = (
  model: Model,
  names: readonly string[],
) => Promise<ReadonlyMap<string, WatchedRows>>;

/** An activation as unsigned 8-bit integers: value = (integer - zero) · scale. */
export interface ActivationScale {
  readonly scale: number;
  readonly zero: number;
}

/** How each value that a matrix multiplies is rounded: by a scale known before, or row by row by one of its own. */
export interface ActivationPlan {
  readonly scales: ReadonlyMap<string, ActivationScale>;
  readonly uneven: ReadonlySet<string>;
}

/** One scale for a whole activation is good enough where no row has values more than so many times the median row's. */
const EVEN = 4;
/**
 * Finds the scales of activations (static quantisation, Jacob et al. 2018) from a few pairs: what lies beyond the
 * extremes seen there is cut off, which costs less than a coarser scale would. No batch is searched for its extremes, and
 * a pair is rounded alike in whatever company it comes.
 *
 * In most encoders the first token alone has values far above all others in the feed-forward parts, for attention rests
 * on it (Sun et al. 2024): there it is computed apart. Values of other uneven parts need scales for each row, made
 * while the graph runs. The graph is changed in place.
 */
export async function planActivations(model: Model, watch: RowWatcher): Promise<ActivationPlan> {
  const { graph } = model;
  const names = multipliedValues(graph);
  const watched = await watch(cloneModel(model), names);
  const scales = new Map<string, ActivationScale>();
  for (const [name, { first, rest }] of watched) scales.set(name, scaleOf([...first, ...rest]));
  const uneven = new Set<string>();
  const splitFirstToken = createFirstTokenSplit(graph);
  for (const part of feedForwards(graph)) {
    const values = [part.input, part.inner];
    const rows = values.map((name) => mustGet(watched, name, 'watched value'));
    if (rows.every(({ first, rest }) => isEven([...first, ...rest]))) continue;
    if (!rows.every(({ rest }) => rest.length > 0 && isEven(rest))) {
      for (const name of values) uneven.add(name);
      continue;
    }
    const apart = splitFirstToken(part);
    values.forEach((name, i) => {
      scales.set(name, scaleOf(rows[i]!.rest));
      scales.set(apart[i]!, scaleOf(rows[i]!.first));
    });
  }
  return { scales, uneven };
}

function isEven(rows: readonly RowRange[]): boolean {
  const sizes = rows.map(({ least, most }) => Math.max(-least, most)).sort((a, b) => a - b);
  const median = sizes[sizes.length >> 1];
  return !median || sizes.at(-1)! <= EVEN * median;
}

/** The scale that covers the rows; 0 has an integer of its own. */
function scaleOf(rows: readonly RowRange[]): ActivationScale {
  const least = Math.min(0, ...rows.map((row) => row.least));
  const most = Math.max(0, ...rows.map((row) => row.most));
  const scale = (most - least) / LEVELS || 1;
  return { scale, zero: Math.round(-least / scale) };
}
const LEVELS = 255;
