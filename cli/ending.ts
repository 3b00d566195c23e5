import { basename, extname } from 'node:path';
import { notice } from './context.ts';

/** Says that a file is of another kind than its ending; one without an ending promises nothing. */
export function tellEnding(file: string, extension: string): void {
  const own = extname(file).toLowerCase();
  if (own === '' || own === extension) return;
  notice(
    `"${basename(file)}" is written as files that end in ${extension} are, whatever its own ending says.`,
  );
}
