import { Worker } from 'node:worker_threads';
import { machineMemory } from './machineMemory.ts';

/** Written on standard error by a process that ends because of its memory. */
export const GREED_MARK = 'too much memory\n';

/** How such an end is told, within a sentence. */
export const GREED_WORDS = 'it took more memory than this computer can give';

/** Bytes that have to stay free for everything else, where the system says how many are. */
const RESERVE = 384 * 2 ** 20;

const WATCH = `
const { workerData: { most, reserve } } = require('node:worker_threads');
const { freemem } = require('node:os');
const { writeSync } = require('node:fs');
setInterval(() => {
  const rss = process.memoryUsage.rss();
  // What other systems call free leaves out what they would give up at once.
  const scarce = process.platform === 'linux' && freemem() < reserve && rss > most / 3;
  if (rss <= most && !scarce) return;
  try { writeSync(2, ${JSON.stringify(GREED_MARK)}); } finally { process.kill(process.pid, 'SIGKILL'); }
}, 50);
`;

/**
 * Ends this process when it holds most of the machine's memory, or a good part of it while next to none is left, also
 * inside native code: a thread of its own looks. Without it the system would end some process, or swap for hours.
 */
export function endWhenGreedy(most = 0.8 * machineMemory()): void {
  new Worker(WATCH, { eval: true, workerData: { most, reserve: RESERVE }, stdout: false }).unref();
}
