import { readdirSync, readFileSync } from 'node:fs';

/** The children of a process (and theirs) whose command line has `part`, by their ids. Linux. */
export function descendants(parent: number, part: string): number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const owner = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), owner, command }];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
  const below = (pid: number): typeof all =>
    all.filter(({ owner }) => owner === pid).flatMap((child) => [child, ...below(child.pid)]);
  return below(parent)
    .filter(({ command }) => command.includes(part))
    .map(({ pid }) => pid);
}

/** Kills the one process below `parent` with `part` in its command line, as a crash would. */
export function killNine(parent: number, part: string): number {
  const [pid] = descendants(parent, part);
  if (pid === undefined) throw new Error(`There is no process "${part}" to kill.`);
  process.kill(pid, 'SIGKILL');
  return pid;
}

/** The names of the threads of the one process below `parent` with `part` in its command line. */
export function threadsOf(parent: number, part: string): string[] {
  const [pid] = descendants(parent, part);
  if (pid === undefined) throw new Error(`There is no process "${part}".`);
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).flatMap((thread) => {
    try {
      return [readFileSync(`${folder}/${thread}/comm`, 'utf8').trim()];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}
