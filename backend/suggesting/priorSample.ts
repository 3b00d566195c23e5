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
export function priorSample(project: Project): readonly number[] {
  return stored(project)?.ids ?? [];
}

/**
 * The same, drawn at random where there is none or the project has four times the documents that it had then; the same
 * each time, and nobody's decisions are looked at. Also where half of it was deleted.
 */
export function drawPriorSample(project: Project): readonly number[] {
  const { settings, documents } = project.stores;
  const kept = stored(project);
  const of = documents.count();
  if (kept && 2 * kept.ids.length > kept.drawn && of < GROWTH * Math.max(kept.of, 1)) return kept.ids;
  const ids = createRandom(1)
    .shuffle([...documents.ids()])
    .slice(0, SAMPLE);
  if (ids.length > 0) project.derive(() => settings.set('priorSample', JSON.stringify({ of, ids })));
  return ids;
}

/** Without documents that are gone. */
function stored({ stores: { settings, documents } }: Project) {
  const sample = read(settings.get('priorSample'));
  return sample && { of: sample.of, drawn: sample.ids.length, ids: documents.among(sample.ids) };
}

function read(json: string): z.infer<typeof Stored> | undefined {
  try {
    return Stored.parse(JSON.parse(json));
  } catch {
    // Absent, or not what this version writes: then it is drawn anew.
    return undefined;
  }
}
