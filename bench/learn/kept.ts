import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { z } from 'zod';
import { temporaryBeside } from '../../process/temporaryBeside.ts';

/** What was found before and is in `file`, else what `find` finds, which is kept there. */
export async function kept<T>(file: string, schema: z.ZodType<T>, find: () => Promise<T>): Promise<T> {
  if (existsSync(file)) return schema.parse(deserialize(readFileSync(file)));
  const found = await find();
  mkdirSync(dirname(file), { recursive: true });
  const temporary = temporaryBeside(file);
  writeFileSync(temporary, serialize(found));
  renameSync(temporary, file);
  return found;
}
