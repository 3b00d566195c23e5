import { BackendError } from '../errors.ts';
import type { OpenProject } from './openProject.ts';

/** How someone leaves the open project. */
export interface Leaving {
  /** They were told what runs in it, and that it stops. */
  readonly anyway?: boolean | undefined;
}

/** Suggesting goes on where it was, by itself: who leaves is asked only where much is left to do. */
const LONG_SECONDS = 60;

const SENTENCES = {
  training: (name: string) => `A training of "${name}" is running: it stops, and can go on later.`,
  import: (name: string) =>
    `Something is being imported into "${name}": that stops. What came so far stays; importing again brings the rest.`,
  suggesting: (name: string) =>
    `Suggestions are being made for "${name}": that stops, and goes on by itself when the project is opened again.`,
} as const;

/** What stops when a project is left that someone may be waiting for. */
function workOf({ training, imports, suggestions }: OpenProject): keyof typeof SENTENCES | undefined {
  if (training.running) return 'training';
  if (imports.any) return 'import';
  return suggestions.secondsLeft >= LONG_SECONDS ? 'suggesting' : undefined;
}

/** What leaving the project would stop, in a sentence; null: nothing that anyone waits for. */
export function stoppedByLeaving(open: OpenProject): string | null {
  const work = workOf(open);
  return work === undefined ? null : SENTENCES[work](open.name);
}

/** Throws `work_would_stop`: whoever leaves is to be asked first. */
export function mayLeave(open: OpenProject | null, { anyway = false }: Leaving): void {
  if (open === null || anyway) return;
  const work = workOf(open);
  if (work === undefined) return;
  const { name } = open;
  throw new BackendError('work_would_stop', SENTENCES[work](name), undefined, undefined, { work, name });
}
