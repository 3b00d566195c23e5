import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

/** This machine, in eight letters: what another one left on a shared disk is not ours to judge. */
const MACHINE = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** Part of the name of what only this process uses, so that others know when it is left behind: "1a2b3c4d-4711". */
export const ownerTag = (pid = process.pid): string => `${MACHINE}-${pid}`;

/** Whether what has this tag in its name was left by a process of this machine that is gone. */
export function isAbandoned(tag: string): boolean {
  const [, machine, pid] = /^([0-9a-f]{8})-(\d{1,10})$/.exec(tag) ?? [];
  return machine === MACHINE && !isAlive(Number(pid));
}

/** Asking with signal 0 does nothing to it. One that we may not ask is there. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
