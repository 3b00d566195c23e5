import { api, isUnanswered, isUnknownTab } from '../api.ts';
import { isStale } from '../connect/opening.ts';

const RETRY_MS = 1000;
/** An app that starts again answers within this time. */
const RESTART_MS = 20_000;

/**
 * `lost`: the backend doesn't answer at the moment; it is asked again until it does. `silent`: for so long that it hardly
 * starts again by itself. `unknown`: it answers, and does not know this tab any more until a new link is opened in it.
 */
export const connection = $state<{ status: 'ready' | 'lost' | 'unknown'; silent: boolean; restarts: number }>(
  {
    status: 'ready',
    silent: false,
    restarts: 0,
  },
);

let asking = false;

/** To be told of any failed call: finds out whether the backend is gone, and waits for it. */
export function noteFailure(error: unknown): void {
  if (isUnknownTab(error)) connection.status = 'unknown';
  if (!isUnanswered(error) || isStale(error) || asking) return;
  connection.status = 'lost';
  void waitForBackend();
}

/** A host that connected again says so: what is shown is read again. */
export function backendReturned(): void {
  connection.status = 'ready';
  connection.silent = false;
  connection.restarts += 1;
}

async function waitForBackend(): Promise<void> {
  asking = true;
  const since = performance.now();
  while (connection.status === 'lost') {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    const found = await api.app.state().then(
      () => 'ready' as const,
      (error: unknown) => (isUnanswered(error) ? 'lost' : isUnknownTab(error) ? 'unknown' : 'ready'),
    );
    if (connection.status !== 'lost') break;
    if (found === 'ready') backendReturned();
    else connection.status = found;
    connection.silent = connection.status === 'lost' && performance.now() - since >= RESTART_MS;
  }
  asking = false;
}
