import { noteFailure } from '../state/connection.svelte.ts';
import { fail } from '../state/toasts.svelte.ts';
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

/** false: not taken, because what came before could not be saved. */
export const save = (job: () => Promise<void>): boolean => saver.push(job);

/** After all saving before it; a failure is shown and not tried again, since it can't be known what it did. */
export const saveOnce = (job: () => Promise<void>): boolean =>
  saver.push(() => job().catch((error: unknown) => fail(error)));

export const retrySaving = (): void => saver.retry();
export const whenSaved = (): Promise<void> => saver.settled();

addEventListener('beforeunload', (event) => {
  if (saving.state.kind !== 'saved') event.preventDefault();
});
