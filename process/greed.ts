import { Worker } from 'node:worker_threads';
import { machineMemory } from './machineMemory.ts';

/** Written on standard error by a process that ends because of its memory. */
export const GREED_MARK = 'too much memory\n';

/** How such an end is told, within a sentence. */
export const GREED_WORDS = 'it took more memory than this computer can give';

/** In bytes. */
export interface GreedLimits {
  /** What a process may hold. */
  readonly most: number;
  /** What it may hold while less than `reserve` is free. */
  readonly whenScarce: number;
  /** What has to stay free for everything else, where the system says how much is. */
  readonly reserve: number;
}

/** What a process may hold of so much memory. */
export const greedLimits = (memory: number): GreedLimits => ({
  most: 0.8 * memory,
  whenScarce: memory / 4,
  reserve: 384 * 2 ** 20,
});

const WATCH = `
const { workerData: { most, whenScarce, reserve } } = require('node:worker_threads');
const { freemem } = require('node:os');
const { writeSync } = require('node:fs');
setInterval(() => {
  const rss = process.memoryUsage.rss();
  // What other systems call free leaves out what they would give up at once.
  const scarce = process.platform === 'linux' && freemem() < reserve;
  if (rss <= (scarce ? Math.min(most, whenScarce) : most)) return;
  try { writeSync(2, ${JSON.stringify(GREED_MARK)}); } finally { process.kill(process.pid, 'SIGKILL'); }
}, 50);
`;

/**
 * Ends this process when it holds most of the machine's memory, or a good part of it while next to none is left, also
 * inside native code: a thread of its own looks. Without it the system would end some process, or swap for hours.
 */
export function endWhenGreedy(limits: GreedLimits = greedLimits(machineMemory())): void {
  new Worker(WATCH, { eval: true, workerData: limits, stdout: false }).unref();
}
