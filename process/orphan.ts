import { Worker } from 'node:worker_threads';

const PARENT = '--parent=';

/**
 * The argument by which a process tells a child of its own who its parent is. A child that asks the system may start so
 * late that its parent is gone, and takes whoever adopted it for its parent, which never ends.
 */
export const asParent = (): string => `${PARENT}${process.pid}`;

/** The number of this process's parent: as it was told, else as the system says now. */
export function parentNumber(): number {
  const told = process.argv.find((argument) => argument.startsWith(PARENT))?.slice(PARENT.length);
  return told === undefined ? process.ppid : Number(told);
}

/** A parent that is gone either changes this process's parent (Unix) or answers to no signal (Windows). */
const WATCH = `
const { workerData } = require('node:worker_threads');
const gone = () => {
  if (process.ppid !== workerData) return true;
  try { process.kill(workerData, 0); return false; } catch (error) { return error.code === 'ESRCH'; }
};
const look = () => { if (gone()) process.kill(process.pid, 'SIGKILL'); };
look();
setInterval(look, 500);
`;

/**
 * Ends this process soon after its parent, also when its own thread is inside native code that never returns and so
 * hears of nothing: a thread of its own looks every half second.
 */
export function endWithParent(): void {
  new Worker(WATCH, { eval: true, workerData: parentNumber(), stdout: false }).unref();
}
