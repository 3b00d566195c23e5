import { shownOpening, staleError } from '../connect/opening.ts';
import { noteFailure } from '../state/connection.svelte.ts';
import { project } from '../state/project.svelte.ts';
import { saveTyped } from '../state/resting.ts';
import { fail, say } from '../state/toasts.svelte.ts';
import { t } from '../texts/index.ts';
import { createSaver, type SaverState } from './saver.ts';

const AGAIN_MS = 5000;

/** Whether what the person decided is on disk. It outlives the screen, so that leaving it loses nothing. */
export const saving = $state<{ state: SaverState }>({ state: { kind: 'saved' } });

let timer: ReturnType<typeof setTimeout> | undefined;

const saver = createSaver((state) => {
  saving.state = state;
  clearTimeout(timer);
  if (state.kind !== 'failed') return;
  noteFailure(state.error);
  timer = setTimeout(retrySaving, AGAIN_MS);
});

/** A job belongs to the project that was shown when it was given: it never runs for another one. */
function bound(job: () => Promise<void>): () => Promise<void> {
  const opening = shownOpening();
  return () => (shownOpening() === opening ? job() : Promise.reject(staleError()));
}

/** false: not taken, because what came before could not be saved, or the project can only be read, which is said. */
export function save(job: () => Promise<void>): boolean {
  if (!project.readOnly) return saver.push(bound(job));
  say(t().app.onlyRead);
  return false;
}

/** After all saving before it; a failure is shown and not tried again, since it can't be known what it did. */
export const saveOnce = (job: () => Promise<void>): boolean =>
  saver.push(() => bound(job)().catch((error: unknown) => fail(error)));

/** What could not be saved is given up: how many changes. */
export const discardUnsaved = (): number => saver.discard();
export const retrySaving = (): void => saver.retry();
export const whenSaved = (): Promise<void> => saver.settled();

addEventListener('beforeunload', (event) => {
  const unsaved = saving.state.kind !== 'saved';
  // A browser may end requests with the page, so that it asks and they get their time; the shell's port delivers what it has.
  const cut = saveTyped() && project.host === 'web';
  if (unsaved || cut) event.preventDefault();
});
