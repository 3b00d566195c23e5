import { retrySaving } from '../annotate/saving.svelte.ts';
import { api } from '../api.ts';
import { shownOpening, whenStale } from '../connect/opening.ts';
import { enterProject } from './entering.ts';
import { leaveProject } from './leaving.svelte.ts';
import { project } from './project.svelte.ts';
import { attempt } from './toasts.svelte.ts';

let looking = false;

/** Asks which project is open, and shows nothing else any more when it is not the one that is shown. */
async function checkOpening(): Promise<void> {
  if (looking || project.replacedBy !== null || project.name === null) return;
  looking = true;
  try {
    const now = await api.app.state();
    if (now.opening !== shownOpening()) project.replacedBy = now;
    // It was closed and is open again: what could not be saved in between can be.
    else retrySaving();
  } catch {
    // Nobody answers: that is told elsewhere, and asked again when the window is looked at.
  } finally {
    looking = false;
  }
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

/** Windows that are looked at again find out before a key is pressed. */
export function watchOpening(): void {
  whenStale(() => void checkOpening());
  const look = () => {
    if (document.visibilityState === 'visible') void checkOpening();
  };
  addEventListener('focus', look);
  document.addEventListener('visibilitychange', look);
}
