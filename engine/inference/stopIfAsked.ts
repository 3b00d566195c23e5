import { setImmediate as nextTurn } from 'node:timers/promises';
import { cancelled } from '../errors.ts';

/** Throws `cancelled` when it was; a message that says so comes in between two turns of the loop. */
export async function stopIfAsked(signal: AbortSignal | undefined): Promise<void> {
  await nextTurn();
  if (signal?.aborted) throw cancelled();
}
