import { type Feeds, floats, integers } from './session.ts';

/** Token ids of a padded batch, all [batch, sequence]. */
export interface TokenBatch {
  readonly inputIds: BigInt64Array;
  readonly attentionMask: BigInt64Array;
  readonly tokenTypeIds: BigInt64Array;
  readonly shape: readonly [number, number];
  /** A value of the graph that was computed before, [batch, sequence, width], and its name. */
  readonly hidden?: { readonly name: string; readonly values: Float32Array; readonly width: number };
}

/** The model's own inputs of a batch: only those that the graph has. */
export function batchFeeds(batch: TokenBatch, inputNames: readonly string[]): Feeds {
  const all: Record<string, BigInt64Array> = {
    input_ids: batch.inputIds,
    attention_mask: batch.attentionMask,
    token_type_ids: batch.tokenTypeIds,
  };
  const feeds: Feeds = {};
  for (const [name, values] of Object.entries(all)) {
    if (inputNames.includes(name)) feeds[name] = integers(values, batch.shape);
  }
  const { hidden } = batch;
  if (hidden && inputNames.includes(hidden.name))
    feeds[hidden.name] = floats(hidden.values, [...batch.shape, hidden.width]);
  return feeds;
}
