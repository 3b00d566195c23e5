import { retrySaving } from '../annotate/saving.svelte.ts';
import { api } from '../api.ts';
import { shownOpening, whenAsked, whenStale } from '../connect/opening.ts';
import { connection } from './connection.svelte.ts';
import { followMarks } from './elsewhere.svelte.ts';
import { enterProject } from './entering.ts';
import { leaveProject } from './leaving.svelte.ts';
import { project } from './project.svelte.ts';
import { whenSourceChanged } from './source.svelte.ts';
import { attempt } from './toasts.svelte.ts';

/** How often a window that is in sight, and not the one in use, asks. */
const ASK_MS = 5000;

let looking = false;
/** Something happened while it was asked. */
let again = false;
/** What suggests was changed in this window, or is about to be, and not asked for since. */
let own = false;
const CHANGES_SOURCE = new Set(['training.activate', 'settings.useModel', 'settings.agreeToModel']);

/**
 * Asks which project is open, and shows nothing else any more when it is not the one that is shown; what another window
 * changed in it is read again.
 */
async function checkOpening(): Promise<void> {
  if (looking) again = true;
  if (looking || project.replacedBy !== null || project.name === null) return;
  looking = true;
  again = false;
  try {
    const now = await api.app.state();
    const changed = own;
    own = false;
    if (now.opening !== shownOpening()) project.replacedBy = now;
    else {
      void followMarks(now.marks, changed);
      // It was closed and is open again: what could not be saved in between can be.
      retrySaving();
    }
  } catch {
    // Nobody answers: that is told elsewhere, and asked again when the window is looked at.
  } finally {
    looking = false;
  }
  if (again) await checkOpening();
}

/** Shows what is open now. */
export const goToOpen = (): Promise<unknown> => attempt(enterProject);

/** Opens the project of this window again, with the token it was read with; decisions not saved yet are saved then. */
export async function openAgain(token: string): Promise<void> {
  await attempt(async () => {
    if ((await leaveProject((leave) => api.projects.open({ token, ...leave }))) === null) return;
    await enterProject();
    retrySaving();
  });
}

/** Windows that are looked at again find out before a key is pressed, those that stand beside another within seconds. */
export function watchOpening(): void {
  whenStale(() => void checkOpening());
  whenAsked((procedure) => {
    own ||= CHANGES_SOURCE.has(procedure);
  });
  whenSourceChanged(() => {
    own = true;
    void checkOpening();
  });
  const look = () => {
    if (document.visibilityState === 'visible') void checkOpening();
  };
  addEventListener('focus', look);
  document.addEventListener('visibilitychange', look);
  setInterval(() => {
    if (!document.hasFocus() && connection.status === 'ready') look();
  }, ASK_MS);
}
