import { EngineError } from '../../../engine/errors.ts';
import type { Shuffler } from '../../../engine/text/batches.ts';

/**
 * Batches of about equal cost: indices into `lengths`, each once, similar lengths together, in random order.
 *
 * A batch holds at most `tokens` tokens with its padding and at most `maxRows` rows, but always one row. Rows of equal
 * length are mixed at random. The same random source gives the same batches. Throws `batch_invalid` when a limit is
 * not a positive integer.
 */
export function tokenBatches(
  lengths: readonly number[],
  { tokens, maxRows, random }: { tokens: number; maxRows: number; random: Shuffler },
): number[][] {
  for (const [name, limit] of Object.entries({ tokens, maxRows })) {
    if (Number.isSafeInteger(limit) && limit > 0) continue;
    throw new EngineError('batch_invalid', `The limit ${name} must be a whole number above 0, not ${limit}.`);
  }
  const order = random.shuffle(lengths.map((_, index) => index));
  order.sort((one, other) => (lengths[other] ?? 0) - (lengths[one] ?? 0));
  const batches: number[][] = [];
  let width = 0;
  for (const index of order) {
    const batch = batches.at(-1);
    if (batch === undefined || batch.length >= maxRows || (batch.length + 1) * width > tokens) {
      batches.push([index]);
      width = lengths[index] ?? 0;
    } else batch.push(index);
  }
  return random.shuffle(batches);
}
