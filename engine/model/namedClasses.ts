import { EngineError } from '../errors.ts';
import { findClasses, type NliClasses } from '../nli/classes.ts';
import { readModelConfig } from './config.ts';

/** What a model's config.json says that its outputs mean; undefined: it does not, or can't be read, which loading tells. */
export async function namedClasses(dir: string): Promise<NliClasses | undefined> {
  try {
    const { labels } = await readModelConfig(dir);
    return findClasses(Object.fromEntries(labels.entries()), labels.length);
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}
