import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { EngineError } from '../../engine/errors.ts';

/** Reads a recipe of some form; throws `recipe_invalid` naming file and field. */
export function readRecipeFile<T>(path: string, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new EngineError('recipe_invalid', `${path} cannot be read as JSON.`, undefined, cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const [field, message] = [issue?.path.join('.') ?? '', issue?.message ?? 'it is wrong'];
  throw new EngineError('recipe_invalid', `${path}, field ${field}: ${message}.`);
}
