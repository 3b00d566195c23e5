import { z } from 'zod';
import { createRandom } from '../../engine/index.ts';
import type { Project } from '../project/file.ts';

/** Documents whose evidence tells what is usual for a label: more change little (docs/zero-shot-recipes.md). */
export const SAMPLE = 48;
/** The sample is drawn anew when the project has grown by this factor. */
const GROWTH = 4;

const Stored = z.object({
  /** Documents that the project had. */
  of: z.int().nonnegative(),
  ids: z.array(z.int().positive()).max(SAMPLE),
});

/** Ids of the documents that tell what is usual for labels; none before something was suggested. */
export function priorSample({ stores }: Project): readonly number[] {
  return read(stores.settings.get('priorSample'))?.ids ?? [];
}

/**
 * The same, drawn at random where there is none or the project has four times the documents that it had then; the same
 * each time, and nobody's decisions are looked at.
 */
export function drawPriorSample(project: Project): readonly number[] {
  const { settings, documents } = project.stores;
  const stored = read(settings.get('priorSample'));
  const of = documents.count();
  if (stored && stored.ids.length > 0 && of < GROWTH * Math.max(stored.of, 1)) return stored.ids;
  const ids = createRandom(1)
    .shuffle([...documents.ids()])
    .slice(0, SAMPLE);
  if (ids.length > 0) project.write(() => settings.set('priorSample', JSON.stringify({ of, ids })));
  return ids;
}

function read(json: string): z.infer<typeof Stored> | undefined {
  try {
    return Stored.parse(JSON.parse(json));
  } catch {
    // Absent, or not what this version writes: then it is drawn anew.
    return undefined;
  }
}
