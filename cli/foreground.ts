import { spawnSync } from 'node:child_process';

/**
 * Whether this process is of the group that its terminal listens to: one that was started with & is not, and is stopped
 * by the system (SIGTTIN) when it reads. Windows has no such groups. Where ps can't say it, false.
 */
export function inForeground(): boolean {
  if (process.platform === 'win32') return true;
  const { stdout } = spawnSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], { encoding: 'utf8' });
  return isForeground(stdout ?? '');
}

/** said: group of the process and group in the foreground of its terminal, as ps writes them. */
export function isForeground(said: string): boolean {
  const [own, foreground] = said.trim().split(/\s+/).map(Number);
  return own !== undefined && own > 0 && own === foreground;
}
