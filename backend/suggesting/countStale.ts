import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Project } from '../project/file.ts';
import type { CurrentEvidence } from '../project/store/evidence.ts';

const RANGE = 2000;

/**
 * How many documents, up to the id `last`, lack current evidence of a label. Counted range by range, so that
 * annotating goes on meanwhile; ends early where the project is closed or `signal` aborts.
 */
export async function countStale(
  project: Project,
  wanted: CurrentEvidence,
  { last = Number.MAX_SAFE_INTEGER, signal }: { last?: number; signal?: AbortSignal | undefined } = {},
): Promise<number> {
  const { documents, evidence } = project.stores;
  const end = Math.min(last, documents.last());
  let count = 0;
  for (let after = 0; after < end; after += RANGE) {
    count += evidence.countStale(wanted, { after, last: Math.min(after + RANGE, end) });
    await nextTurn();
    if (!project.open || signal?.aborted) return count;
  }
  return count;
}
