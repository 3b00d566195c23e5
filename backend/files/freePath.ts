import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What file systems take, and what is left for a log's ending, a part of a file, a number. */
const MOST_BYTES = 255 - 24;

/**
 * A path in a folder that nothing has yet: with a number where the name is taken. A name that would be too long for a file
 * is cut, but for what stands in brackets at its end.
 */
export function freePath(folder: string, name: string, ending: string): string {
  const room = MOST_BYTES - Buffer.byteLength(ending);
  for (let i = 1; ; i++) {
    const path = join(folder, `${fitting(name, room)}${i === 1 ? '' : ` (${i})`}${ending}`);
    if (!existsSync(path)) return path;
  }
}

function fitting(name: string, room: number): string {
  if (Buffer.byteLength(name) <= room) return name;
  const end = / \([^()]*\)$/.exec(name)?.[0] ?? '';
  const start = [...name.slice(0, name.length - end.length)];
  while (start.length > 1 && Buffer.byteLength(`${start.join('')}…${end}`) > room) start.pop();
  return `${start.join('')}…${end}`;
}
