import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { describeWriting, writeAtomically } from '../files/atomic.ts';

const MAX_BYTES = 1024 * 1024;

/**
 * Something small that this machine remembers in a JSON file. A file that is missing, damaged or of another form gives
 * `otherwise`; it is replaced at the next change.
 */
export async function readRemembered<T>(path: string, schema: z.ZodType<T>, otherwise: T): Promise<T> {
  try {
    const text = await readFile(path, 'utf8');
    return text.length > MAX_BYTES ? otherwise : schema.parse(JSON.parse(text));
  } catch {
    return otherwise;
  }
}

/** Whole or not at all. Throws `not_written` in a sentence. */
export async function remember(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw describeWriting(error, path);
  });
  await writeAtomically(path, [`${JSON.stringify(value, null, 2)}\n`], { overwrite: true });
}
