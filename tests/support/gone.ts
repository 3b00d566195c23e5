import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** What SECURITY.md allows a busy machine beyond each time that it promises. */
export const BUSY_MS = 2000;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // Nobody may have asked yet how a process that has ended did so: then it still has its number.
    return process.platform !== 'linux' || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** Expects that a process ends within this time from now. */
export async function goneWithin(pid: number, ms: number): Promise<void> {
  const began = performance.now();
  while (isAlive(pid) && performance.now() - began <= ms + BUSY_MS)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isAlive(pid), `process ${pid} is still there after ${ms} ms`).toBe(false);
}
