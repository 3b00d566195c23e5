import { Worker } from 'node:worker_threads';

/** A parent that is gone either changes this process's parent (Unix) or answers to no signal (Windows). */
const WATCH = `
const { workerData } = require('node:worker_threads');
const gone = () => {
  if (process.ppid !== workerData) return true;
  try { process.kill(workerData, 0); return false; } catch (error) { return error.code === 'ESRCH'; }
};
setInterval(() => { if (gone()) process.kill(process.pid, 'SIGKILL'); }, 500);
`;

/**
 * Ends this process soon after its parent, also when its own thread is inside native code that never returns and so
 * hears of nothing: a thread of its own looks every half second.
 */
export function endWithParent(): void {
  new Worker(WATCH, { eval: true, workerData: process.ppid, stdout: false }).unref();
}
