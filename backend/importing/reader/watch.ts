import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { MEMORY_MARK, READER_BYTES } from './limits.ts';

/**
 * Beside a reader that may be in a loop: ends its process when it holds too much memory, or when who started it is
 * gone, whose number it is given.
 */
const parent: unknown = workerData;

setInterval(() => {
  const greedy = process.memoryUsage.rss() > READER_BYTES;
  if (!greedy && process.ppid === parent) return;
  try {
    if (greedy) writeSync(2, MEMORY_MARK);
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}, 20);
