import { writeFileSync } from 'node:fs';

/** Of 1000: before what people look at and what keeps their decisions. */
const SCORE = '800';

/**
 * Tells Linux which process to end first where memory runs out: one that is started again, not the one that has the
 * project. Where that can't be said (other systems, a process that is gone) nothing happens.
 */
export function endFirst(pid: number | undefined): void {
  if (process.platform !== 'linux' || pid === undefined) return;
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, SCORE);
  } catch {
    // The system decides by itself.
  }
}
