import { createHash } from 'node:crypto';
import type { Marks } from '../../contract/app.ts';
import type { Project } from '../project/file.ts';

/** By what a window finds out that another one changed labels, runs, what suggests, or what is decided of documents. */
export function marksOf({ stores: { annotations, labels, runs, settings } }: Project): Marks {
  const active = settings.get('activeRun');
  return {
    labels: digest(labels.all()),
    source: digest([settings.get('model'), active]),
    runs: digest([runs.states(), [...runs.thresholds(active)]]),
    decisions: digest(annotations.lastRevision()),
  };
}

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
