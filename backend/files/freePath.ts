import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A path in `folder` that nothing has: "name.ending", "name (2).ending" and so on; the ending with its dot. */
export function freePath(folder: string, name: string, ending: string): string {
  for (let i = 1; ; i++) {
    const path = join(folder, `${name}${i === 1 ? '' : ` (${i})`}${ending}`);
    if (!existsSync(path)) return path;
  }
}
